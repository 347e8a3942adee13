//! Lists of one kind of thing, one a line.

use std::collections::HashSet;
use std::io::{self, Write};

use crate::domain::text::{fold, one_line, paste_safe_url};
use crate::domain::{Field, LinkSet};

pub(super) fn source_urls(links: &LinkSet, rows: &[u32], out: &mut impl Write) -> io::Result<usize> {
    lines(rows, out, |row, out| writeln!(out, "{}", paste_safe_url(links.text(row, Field::SourceUrl))))
}

pub(super) fn target_urls(links: &LinkSet, rows: &[u32], out: &mut impl Write) -> io::Result<usize> {
    lines(rows, out, |row, out| writeln!(out, "{}", paste_safe_url(links.text(row, Field::TargetUrl))))
}

pub(super) fn anchors(links: &LinkSet, rows: &[u32], out: &mut impl Write) -> io::Result<usize> {
    lines(rows, out, |row, out| writeln!(out, "{}", one_line(links.text(row, Field::Anchor)).trim_end()))
}

/// The referring domains, each once, in the order in which they first stand. With a `prefix` they are lines for a
/// program to read, which want punycode.
pub(super) fn domains(links: &LinkSet, rows: &[u32], prefix: &str, out: &mut impl Write) -> io::Result<usize> {
    let mut seen = HashSet::new();
    for &row in rows {
        let domain = fold(links.text(row, Field::SourceDomain).trim());
        if domain.is_empty() || !seen.insert(domain.clone()) {
            continue;
        }
        if prefix.is_empty() {
            writeln!(out, "{}", paste_safe_url(&domain))?;
        } else {
            let ascii = idna::domain_to_ascii(&domain).unwrap_or_else(|_| paste_safe_url(&domain).into_owned());
            writeln!(out, "{prefix}{ascii}")?;
        }
    }
    Ok(seen.len())
}

fn lines<W: Write>(rows: &[u32], out: &mut W, line: impl Fn(u32, &mut W) -> io::Result<()>) -> io::Result<usize> {
    for &row in rows {
        line(row, out)?;
    }
    Ok(rows.len())
}
