//! Sites that are never disavowed: the user's own, and those on a whitelist.

use std::collections::HashSet;

use super::super::text::sanitize_line;
use super::super::url_parts::registered_domain;
use super::{DisavowEntry, Objection, domain_name, lines, with_parents};

#[derive(Clone, Debug, Default)]
pub struct Protected {
    own: Names,
    whitelisted: Names,
}

#[derive(Clone, Debug, Default)]
struct Names {
    names: HashSet<String>,
    /// The parent domains of `names`, which an entry must not cover.
    parents: HashSet<String>,
}

impl Protected {
    /// Protects the registered domain of one of the user's own hosts.
    pub fn add_own(&mut self, target_host: &str) {
        if let Some(name) = domain_name(target_host) {
            self.own.add(registered_domain(&name));
        }
    }

    /// Protects the domains of a whitelist. Each line is a domain, `domain:x` or a URL; `#` starts a comment. Returns
    /// the lines that could not be parsed, with their numbers from 1.
    pub fn add_whitelist(&mut self, text: &str) -> Vec<(usize, String)> {
        let mut unknown = Vec::new();
        for (line, number) in lines(text).zip(1..) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match DisavowEntry::parse(line).map(|entry| entry.host().to_owned()).or_else(|| domain_name(line)) {
                Some(name) => self.whitelisted.add(&name),
                None => unknown.push((number, sanitize_line(line).into_owned())),
            }
        }
        unknown
    }

    pub(super) fn objection(&self, entry: &DisavowEntry) -> Option<Objection> {
        if self.own.protects(entry) {
            Some(Objection::Own)
        } else {
            self.whitelisted.protects(entry).then_some(Objection::Whitelisted)
        }
    }
}

impl Names {
    fn add(&mut self, name: &str) {
        self.parents.extend(with_parents(name).skip(1).map(str::to_owned));
        self.names.insert(name.to_owned());
    }

    /// Whether an entry is one of the names, is a subdomain of one, or covers one.
    fn protects(&self, entry: &DisavowEntry) -> bool {
        with_parents(entry.host()).any(|name| self.names.contains(name))
            || matches!(entry, DisavowEntry::Domain(name) if self.parents.contains(name))
    }
}
