//! Merges new entries into an existing disavow file.

use crate::domain::signs::{DOT, ELLIPSIS};
use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use super::super::link::Link;
use super::super::list_line::split_comment;
use super::super::number::{Thousands, pluralize};
use super::super::text::sanitize_line;
use super::{BadLine, DisavowEntry, Objection, Protected, exceeded_limits, lines};

/// A merged disavow file, with counts of what happened to its entries.
#[derive(Clone, Debug, Default)]
pub struct Merged {
    /// The content of the file.
    pub text: String,
    pub lines: usize,
    pub kept: usize,
    /// New entries.
    pub added: usize,
    /// Entries that are in the file already.
    pub duplicates: usize,
    /// Entries left out because a `domain:` line covers them.
    pub covered: usize,
    /// Entries left out because of an objection.
    pub refused: Vec<(String, Objection)>,
    /// Lines that could not be parsed and are kept unchanged.
    pub unparsed: Vec<BadLine>,
}

/// Entries to add to a disavow file, without duplicates, in the order in which they were added.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    entries: Vec<DisavowEntry>,
    known: HashSet<DisavowEntry>,
    refused: Vec<(String, Objection)>,
    known_refused: HashSet<String>,
}

impl Wanted {
    pub fn add_domain(&mut self, link: &Link<'_>) {
        self.add(DisavowEntry::domain_of(link), link.source_domain);
    }

    /// Adds the referring page of a link.
    pub fn add_page(&mut self, link: &Link<'_>) {
        self.add(DisavowEntry::page_of(link), link.source_url);
    }

    fn add(&mut self, entry: Result<DisavowEntry, Objection>, what: &str) {
        match entry {
            Ok(entry) if self.known.insert(entry.clone()) => self.entries.push(entry),
            Err(objection) if self.known_refused.insert(what.to_owned()) => {
                self.refused.push((excerpt(what), objection));
            }
            _ => {}
        }
    }
}

/// Merges wanted entries into an old file. Comments, blank lines and lines that can't be parsed are kept in place, but a
/// comment after an entry becomes a line above it, since Google takes only complete lines for comments. New entries are
/// appended. Protected entries are removed even from the old file.
pub fn merge(old: &str, wanted: &Wanted, protected: &Protected) -> Merged {
    let mut merged = Merged { refused: wanted.refused.clone(), ..Merged::default() };
    let old: Vec<Line<'_>> = lines(old).map(Line::parse).collect();
    let entries = old.iter().filter_map(Line::entry).chain(&wanted.entries);
    let allowed = entries.filter(|entry| protected.objection(entry).is_none());
    let domains: HashSet<String> =
        allowed.filter(|entry| matches!(entry, DisavowEntry::Domain(_))).map(|e| e.host().to_owned()).collect();
    let mut seen = HashSet::new();
    for (line, number) in old.iter().zip(1..) {
        match line {
            Line::Entry(entry, comment) if merged.add(entry, comment, &mut seen, &domains, protected) => {
                merged.kept += 1;
            }
            Line::Entry(..) => {}
            Line::Comment(text) => merged.push_line(text),
            Line::Unparsed(text, Objection::TooLong) => merged.refused.push((excerpt(text), Objection::TooLong)),
            Line::Unparsed(text, why) => {
                let line = BadLine::new(number, text, *why);
                merged.push_line(&line.text);
                merged.unparsed.push(line);
            }
        }
    }
    for entry in &wanted.entries {
        if merged.add(entry, "", &mut seen, &domains, protected) {
            merged.added += 1;
        }
    }
    merged
}

impl Merged {
    /// Appends an entry and returns `true`, or counts why it is left out.
    fn add<'a>(
        &mut self,
        entry: &'a DisavowEntry,
        comment: &str,
        seen: &mut HashSet<&'a DisavowEntry>,
        domains: &HashSet<String>,
        protected: &Protected,
    ) -> bool {
        if !seen.insert(entry) {
            self.duplicates += 1;
            return false;
        }
        if let Some(objection) = protected.objection(entry) {
            self.refused.push((entry.to_string(), objection));
            return false;
        }
        if entry.is_covered(domains) {
            self.covered += 1;
            return false;
        }
        if !comment.is_empty() {
            self.push_line(&sanitize_line(comment));
        }
        self.push_line(&entry.to_string());
        true
    }

    fn push_line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
        self.lines += 1;
    }

    /// A message for the user for each of Google's limits that the file exceeds.
    pub fn exceeded_limits(&self) -> Vec<String> {
        exceeded_limits(self.lines, self.text.len())
    }
}

/// Characters of a refused entry in messages.
const MAX_EXCERPT: usize = 100;

fn excerpt(entry: &str) -> String {
    let mut chars = entry.chars();
    let start: String = chars.by_ref().take(MAX_EXCERPT).collect();
    format!("{}{}", sanitize_line(&start), if chars.next().is_some() { ELLIPSIS.get() } else { "" })
}

/// `12 kept · 30 added · 2 duplicates · 1 already covered · 1 skipped · 4 not recognized`.
impl fmt::Display for Merged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [self.kept, self.added, self.covered, self.refused.len(), self.unparsed.len()];
        let [kept, added, covered, refused, unparsed] = counts.map(|n| Thousands(n as u64));
        let duplicates = pluralize(self.duplicates, "duplicate", "duplicates");
        write!(
            f,
            "{kept} kept {DOT} {added} added {DOT} {duplicates} {DOT} {covered} already covered {DOT} {refused} skipped {DOT} {unparsed} not recognized"
        )
    }
}

/// A line of the old file.
enum Line<'a> {
    /// With the comment after it.
    Entry(DisavowEntry, &'a str),
    /// A comment or a blank line.
    Comment(Cow<'a, str>),
    Unparsed(&'a str, Objection),
}

impl Line<'_> {
    fn parse(line: &str) -> Line<'_> {
        let (address, comment) = split_comment(line);
        if address.is_empty() {
            return Line::Comment(sanitize_line(line));
        }
        match DisavowEntry::parse(address) {
            Ok(entry) => Line::Entry(entry, comment),
            Err(why) => Line::Unparsed(line, why),
        }
    }

    fn entry(&self) -> Option<&DisavowEntry> {
        match self {
            Line::Entry(entry, _) => Some(entry),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::MAX_URL_LEN;
    use super::*;

    fn domains(names: &[&str]) -> Wanted {
        let mut wanted = Wanted::default();
        for source_domain in names {
            wanted.add_domain(&Link { source_domain, ..Link::default() });
        }
        wanted
    }

    fn merged(old: &str, new: &[&str]) -> Merged {
        merge(old, &domains(new), &Protected::default())
    }

    #[test]
    fn lenient_input_is_written_strictly() {
        let old = "# Spam of May\r\ndomain: a.com\r\n\r\nDomain:.B.com\r\ndomain:*.münchen.de\r\nHTTP://C.com\r\nwhat is this\r\ndomain:\r\n";
        let merged = merged(old, &["d.com", "a.com"]);
        assert_eq!(
            merged.text,
            "# Spam of May\ndomain:a.com\n\ndomain:b.com\ndomain:xn--mnchen-3ya.de\nhttp://c.com/\nwhat is this\ndomain:\ndomain:d.com\n"
        );
        assert_eq!(
            merged.to_string(),
            "4 kept · 1 added · 1 duplicate · 0 already covered · 0 skipped · 2 not recognized"
        );
        let unparsed = [(7, "what is this", Objection::NotPageUrl), (8, "domain:", Objection::NotDomain)];
        assert_eq!(merged.unparsed, unparsed.map(|(number, text, why)| BadLine::new(number, text, why)));
    }

    #[test]
    fn comments_after_entries_become_lines() {
        let old = "domain:münchen.example # note\nhttps://a.com/x\t#page\nhttps://a.com/#frag\nwhat is # this\n";
        let once = merged(old, &["münchen.example"]);
        let expected =
            "# note\ndomain:xn--mnchen-3ya.example\n#page\nhttps://a.com/x\nhttps://a.com/\nwhat is # this\n";
        assert_eq!((once.text.as_str(), once.kept, once.added, once.lines), (expected, 3, 0, 6));
        assert_eq!(merged(&once.text, &["xn--mnchen-3ya.example"]).text, expected);
    }

    #[test]
    fn lines_that_google_rejects_have_a_reason() {
        let long = format!("https://a.com/{}", "x".repeat(MAX_URL_LEN));
        let old = format!("domain:1.2.3.4\rspam.com\r2001:db8::1\r{long}\rdomain:www.b.com\r");
        let merged = merged(&old, &["1.2.3.4"]);
        assert_eq!(merged.text, "domain:1.2.3.4\nspam.com\n2001:db8::1\ndomain:www.b.com\n");
        let why: Vec<Objection> = merged.unparsed.iter().map(|line| line.why).collect();
        assert_eq!(why, [Objection::IpAddress, Objection::NoKeyword, Objection::IpAddress]);
        let [(ip, Objection::IpAddress), (url, Objection::TooLong)] = merged.refused.as_slice() else {
            panic!("{:?}", merged.refused)
        };
        assert!(ip == "1.2.3.4" && url.ends_with('…') && url.len() < 110, "{ip} {url}");
    }

    #[test]
    fn a_domain_covers_its_pages_and_subdomains() {
        let old = "https://blog.a.com/x\nhttps://www.A.com./\nhttps://nota.com/\ndomain:deep.down.a.com\n";
        let merged = merged(old, &["a.com"]);
        assert_eq!(merged.text, "https://nota.com/\ndomain:a.com\n");
        assert_eq!((merged.kept, merged.added, merged.covered), (1, 1, 3));
    }

    #[test]
    fn own_and_whitelisted_sites_are_refused_from_old_and_new_entries() {
        let mut protected = Protected::default();
        protected.add_own("www.me.com");
        let unknown = protected
            .add_whitelist("# friends\nwww.good.org # friend\ndomain: kind.net\n\"https://a.big.com/page\"\t#x\n???\n");
        assert_eq!(unknown, [BadLine::new(5, "???", Objection::NotPageUrl)]);
        let new = domains(&["me.com", "shop.me.com", "blog.good.org", "big.com", "b.big.com", "bad.com"]);
        let merged = merge("domain:kind.net\n", &new, &protected);
        assert_eq!(merged.text, "domain:b.big.com\ndomain:bad.com\n");
        let refused: Vec<String> =
            merged.refused.iter().map(|(entry, objection)| format!("{entry} {objection}")).collect();
        assert_eq!(
            refused,
            [
                "domain:kind.net whitelisted",
                "domain:me.com your own domain",
                "domain:shop.me.com your own domain",
                "domain:blog.good.org whitelisted",
                "domain:big.com whitelisted"
            ]
        );
    }

    fn old_file() -> impl Strategy<Value = String> {
        let line = prop_oneof![
            "# [a-z ]{0,8}",
            "(domain:|Domain: |domain:\\.)([abc]\\.){0,2}[abc]\\.(com|org)",
            "https?://([abc]\\.){0,2}[abc]\\.(com|org)/[xy]?",
            "[a-z ]{0,6}",
            Just(String::new()),
        ];
        prop::collection::vec(line, 0..12).prop_map(|lines| lines.join("\r\n"))
    }

    proptest! {
        #[test]
        fn merging_is_idempotent_and_has_no_losses_or_duplicates(
            old in old_file(),
            new in prop::collection::vec("([abc]\\.){0,2}[abc]\\.(com|org)", 0..8),
        ) {
            let names: Vec<&str> = new.iter().map(String::as_str).collect();
            let once = merged(&old, &names);
            prop_assert_eq!(&merged(&once.text, &names).text, &once.text);
            let entries: Vec<DisavowEntry> = lines(&once.text).filter_map(|line| DisavowEntry::parse(line).ok()).collect();
            prop_assert_eq!(entries.iter().collect::<HashSet<_>>().len(), entries.len());
            prop_assert_eq!(entries.len(), once.kept + once.added);
            let domains: HashSet<String> =
                entries.iter().filter(|e| matches!(e, DisavowEntry::Domain(_))).map(|e| e.host().to_owned()).collect();
            prop_assert!(!entries.iter().any(|entry| entry.is_covered(&domains)), "{}", once.text);
            // Everything in the old file and every wanted entry is disavowed by the result.
            let wanted = lines(&old).filter_map(|line| DisavowEntry::parse(line).ok()).chain(new.iter().map(|name| DisavowEntry::Domain(name.clone())));
            for entry in wanted {
                prop_assert!(entries.contains(&entry) || entry.is_covered(&domains), "{entry} in {}", once.text);
            }
            let other_lines = |text: &str| -> Vec<String> {
                lines(text).filter(|line| DisavowEntry::parse(line).is_err()).map(str::to_owned).collect()
            };
            prop_assert_eq!(other_lines(&once.text), other_lines(&old));
        }
    }
}
