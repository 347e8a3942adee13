//! Sites that are never disavowed: the user's own, and those that they say.

use std::collections::HashSet;

use super::super::text::sanitize_line;
use super::super::url_parts::registered_domain;
use super::{DisavowEntry, Objection, domain_name, lines, with_parents};

/// Domains that are never disavowed.
#[derive(Clone, Debug, Default)]
pub struct Protected {
    own: Names,
    whitelisted: Names,
}

/// Names, and all names above them.
#[derive(Clone, Debug, Default)]
struct Names {
    names: HashSet<String>,
    above: HashSet<String>,
}

impl Protected {
    /// Protects a site of the user's own, by any of its hosts.
    pub fn add_own(&mut self, target_host: &str) {
        if let Some(name) = domain_name(target_host) {
            self.own.add(registered_domain(&name));
        }
    }

    /// Protects what the user says: a domain a line, as such, as `domain:x` or as an address; `#` begins a comment. Returns the
    /// lines that are none of these, with their numbers from 1.
    pub fn add_whitelist(&mut self, text: &str) -> Vec<(usize, String)> {
        let mut unknown = Vec::new();
        for (line, number) in lines(text).zip(1..) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match DisavowEntry::read(line).map(|entry| entry.host().to_owned()).or_else(|| domain_name(line)) {
                Some(name) => self.whitelisted.add(&name),
                None => unknown.push((number, sanitize_line(line).into_owned())),
            }
        }
        unknown
    }

    pub(super) fn objection(&self, entry: &DisavowEntry) -> Option<Objection> {
        if self.own.hold(entry) {
            Some(Objection::Own)
        } else {
            self.whitelisted.hold(entry).then_some(Objection::Whitelisted)
        }
    }
}

impl Names {
    fn add(&mut self, name: &str) {
        self.above.extend(with_parents(name).skip(1).map(str::to_owned));
        self.names.insert(name.to_owned());
    }

    /// Whether an entry is one of them, lies below one, or covers one.
    fn hold(&self, entry: &DisavowEntry) -> bool {
        with_parents(entry.host()).any(|name| self.names.contains(name))
            || matches!(entry, DisavowEntry::Domain(name) if self.above.contains(name))
    }
}
