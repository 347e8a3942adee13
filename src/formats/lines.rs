//! Lists of one kind of thing, one a line.

use std::collections::HashSet;
use std::io;

use foldhash::fast::RandomState;

use super::writer::Encoder;
use crate::domain::text::{fold, one_line, paste_safe_url};
use crate::domain::{Field, Link};

/// One field of each link.
pub(super) struct Lines(pub(super) Field);

impl Encoder for Lines {
    fn link(&mut self, link: &Link<'_>, out: &mut Vec<u8>) -> io::Result<bool> {
        let text = link.get(self.0);
        match self.0 {
            Field::SourceUrl | Field::TargetUrl => line(&paste_safe_url(text), out),
            _ => line(one_line(text).trim_end(), out),
        }
        Ok(true)
    }
}

/// The referring domains, each once, in the order in which they first stand.
pub(super) struct Domains {
    seen: HashSet<String, RandomState>,
    prefix: &'static str,
}

impl Domains {
    /// As people read them.
    pub(super) fn shown() -> Domains {
        Domains { seen: HashSet::default(), prefix: "" }
    }

    /// As lines of a disavow file, which wants punycode.
    pub(super) fn disavowed() -> Domains {
        Domains { prefix: "domain:", ..Domains::shown() }
    }
}

impl Encoder for Domains {
    fn link(&mut self, link: &Link<'_>, out: &mut Vec<u8>) -> io::Result<bool> {
        let domain = fold(link.source_domain.trim());
        if domain.is_empty() || self.seen.contains(&*domain) {
            return Ok(false);
        }
        if self.prefix.is_empty() {
            line(&paste_safe_url(&domain), out);
        } else {
            let ascii = idna::domain_to_ascii(&domain).unwrap_or_else(|_| paste_safe_url(&domain).into_owned());
            out.extend_from_slice(self.prefix.as_bytes());
            line(&ascii, out);
        }
        self.seen.insert(domain.into_owned());
        Ok(true)
    }
}

fn line(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(text.as_bytes());
    out.push(b'\n');
}
