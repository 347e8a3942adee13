//! Writes lists with one entry per line.

use std::collections::HashSet;
use std::io;

use foldhash::fast::RandomState;

use super::Formulas;
use super::encoder::Encoder;
use crate::domain::columns::Value;
use crate::domain::disavow::DisavowEntry;
use crate::domain::number::pluralize;
use crate::domain::paste::paste_safe_url;
use crate::domain::text::{fold, sanitize_line};
use crate::domain::{Field, Link};

/// One field of each link.
pub(super) struct Lines(pub(super) Field, pub(super) Formulas);

impl Encoder for Lines {
    fn link(&mut self, link: &Link<'_>, _extras: &[Value<'_>], out: &mut Vec<u8>) -> io::Result<bool> {
        let text = link.get(self.0);
        let escape = |text| match self.0 {
            Field::SourceUrl | Field::TargetUrl => paste_safe_url(text),
            _ => sanitize_line(text.trim_end()),
        };
        write_line(&self.1.line(text, escape), out);
        Ok(true)
    }
}

/// The referring domains without duplicates, in the order of their first link.
pub(super) struct Domains {
    seen: HashSet<String, RandomState>,
    formulas: Formulas,
}

impl Domains {
    pub(super) fn new(formulas: Formulas) -> Domains {
        Domains { seen: HashSet::default(), formulas }
    }
}

impl Encoder for Domains {
    fn link(&mut self, link: &Link<'_>, _extras: &[Value<'_>], out: &mut Vec<u8>) -> io::Result<bool> {
        let domain = fold(link.source_domain.trim());
        if domain.is_empty() || self.seen.contains(&*domain) {
            return Ok(false);
        }
        match self.formulas {
            Formulas::Raw => write_line(link.source_domain, out),
            Formulas::Guarded => write_line(&paste_safe_url(&domain), out),
        }
        self.seen.insert(domain.into_owned());
        Ok(true)
    }
}

/// The referring domains as lines of a disavow file, without duplicates. Domains that can't be disavowed are left out and
/// counted.
#[derive(Default)]
pub(super) struct Disavow {
    seen: HashSet<DisavowEntry, RandomState>,
    left_out: usize,
}

impl Encoder for Disavow {
    fn link(&mut self, link: &Link<'_>, _extras: &[Value<'_>], out: &mut Vec<u8>) -> io::Result<bool> {
        let Ok(entry) = DisavowEntry::domain_of(link) else {
            self.left_out += 1;
            return Ok(false);
        };
        if self.seen.contains(&entry) {
            return Ok(false);
        }
        write_line(&entry.to_string(), out);
        self.seen.insert(entry);
        Ok(true)
    }

    fn notice(&self) -> Option<String> {
        let links = pluralize(self.left_out, "link", "links");
        (self.left_out > 0).then(|| format!("{links} left out (no domain that can be disavowed)"))
    }
}

fn write_line(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(text.as_bytes());
    out.push(b'\n');
}
