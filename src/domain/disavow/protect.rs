//! Sites that are never disavowed: the user's own, and those on a whitelist.

use std::collections::HashSet;

use super::super::domain_name::normalize;
use super::super::list_line::{is_separated, split_comment, unquoted};
use super::super::url_parts::registered_domain;
use super::{BadLine, DisavowEntry, Objection, after_keyword, domain_name, lines, with_parents};

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
        match domain_name(target_host) {
            Ok(name) => self.own.add(registered_domain(&name)),
            Err(Objection::IpAddress) => self.own.add(target_host),
            Err(_) => {}
        }
    }

    /// Protects the domains of a whitelist. Each line is a domain or IP address, `domain:x` or a URL; a comment may follow.
    /// Returns the lines that could not be parsed, which may name domains that are not protected.
    pub fn add_whitelist(&mut self, text: &str) -> Vec<BadLine> {
        let mut unknown = Vec::new();
        for (line, number) in lines(text).zip(1..) {
            let address = unquoted(split_comment(line).0);
            if address.is_empty() {
                continue;
            }
            let name = after_keyword(address).unwrap_or(address).trim();
            match DisavowEntry::parse(address) {
                // As the URL of a page, several addresses would protect only the first one.
                Ok(_) if name.contains(char::is_whitespace) || is_separated(name) => {
                    unknown.push(BadLine::new(number, line, Objection::NotPageUrl));
                }
                Ok(entry) => self.whitelisted.add(&normalize(entry.host())),
                Err(Objection::NoKeyword | Objection::IpAddress) => {
                    let name = domain_name(name).unwrap_or_else(|_| name.to_owned());
                    self.whitelisted.add(&normalize(&name));
                }
                Err(why) => unknown.push(BadLine::new(number, line, why)),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whitelist_may_be_written_in_any_way() {
        for (line, protected, other) in [
            ("*.good.org", "domain:blog.good.org", "domain:bad.org"),
            (".good.org", "domain:good.org", "domain:bad.org"),
            ("domain:*.good.org", "domain:good.org", "domain:org.good"),
            ("www.GOOD.org.", "domain:good.org", "domain:notgood.org"),
            ("\"good.org\" # friend", "https://blog.good.org/x", "https://good.org.example/"),
            ("http://good.org/x", "domain:good.org", "domain:x"),
            ("[2001:DB8::1]", "http://[2001:db8::1]/", "http://[2001:db8::2]/"),
            ("2001:db8:0::1", "http://[2001:db8::1]/", "http://[2001:db8::2]/"),
            ("1.2.3.4", "http://1.2.3.4/", "http://1.2.3.5/"),
        ] {
            let mut whitelist = Protected::default();
            assert_eq!(whitelist.add_whitelist(line), [], "{line}");
            let objection = |entry: &str| DisavowEntry::parse(entry).ok().and_then(|entry| whitelist.objection(&entry));
            assert_eq!((objection(protected), objection(other)), (Some(Objection::Whitelisted), None), "{line}");
        }
    }
}
