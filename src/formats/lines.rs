//! Writes lists with one entry per line.

use std::collections::{BTreeMap, HashSet};
use std::io;

use foldhash::fast::RandomState;

use super::Formulas;
use super::encoder::Encoder;
use crate::domain::columns::Value;
use crate::domain::disavow::{DisavowEntry, Objection, exceeded_limits};
use crate::domain::domain_name::site;
use crate::domain::number::pluralize;
use crate::domain::paste::paste_safe_url;
use crate::domain::text::sanitize_line;
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

/// The registered domains that links come from, without duplicates, in the order of their first link.
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
        let domain = site(link.source_domain);
        if domain.is_empty() || self.seen.contains(domain) {
            return Ok(false);
        }
        match self.formulas {
            Formulas::Raw => write_line(domain, out),
            Formulas::Guarded => write_line(&paste_safe_url(domain), out),
        }
        self.seen.insert(domain.to_owned());
        Ok(true)
    }
}

/// The referring domains as lines of a disavow file, without duplicates. Domains that can't be disavowed are left out and
/// counted.
#[derive(Default)]
pub(super) struct Disavow {
    seen: HashSet<DisavowEntry, RandomState>,
    /// In bytes.
    written: usize,
    left_out: BTreeMap<Objection, usize>,
}

impl Encoder for Disavow {
    fn link(&mut self, link: &Link<'_>, _extras: &[Value<'_>], out: &mut Vec<u8>) -> io::Result<bool> {
        let entry = match DisavowEntry::domain_of(link) {
            Ok(entry) => entry,
            Err(objection) => {
                *self.left_out.entry(objection).or_default() += 1;
                return Ok(false);
            }
        };
        if self.seen.contains(&entry) {
            return Ok(false);
        }
        let line = entry.to_string();
        self.written += line.len() + 1;
        write_line(&line, out);
        self.seen.insert(entry);
        Ok(true)
    }

    fn notice(&self) -> Option<String> {
        let left_out = self.left_out.iter().map(|(objection, links)| {
            let links = pluralize(*links, "link", "links");
            format!("{links} left out ({objection})")
        });
        let notices: Vec<String> = left_out.chain(exceeded_limits(self.seen.len(), self.written)).collect();
        (!notices.is_empty()).then(|| notices.join("; "))
    }
}

fn write_line(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(text.as_bytes());
    out.push(b'\n');
}
