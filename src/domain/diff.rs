//! Two answers for the same target, compared: what is new, what was not seen again, what stayed.
//!
//! Nothing here says “lost”: an answer brings the top links only, so a link that is missing may just have sunk below the cut.

use crate::domain::signs::DOT;
use std::borrow::Cow;
use std::collections::HashMap;

use super::link::{Field, Link};
use super::link_set::{LinkSet, LinkSetBuilder, TooMuchText};
use super::text::fold;

/// What a link is in the later of two answers. What changed comes first in a sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DiffStatus {
    /// In the later one only.
    New,
    /// In the earlier one only.
    Missing,
    /// In both.
    InBoth,
    /// In one only, but below where the other one was cut off: that proves nothing.
    OutsideLimit,
}

impl DiffStatus {
    /// What the table and the filter call it.
    pub const NAMES: [(DiffStatus, &'static str, &'static str); 4] = [
        (DiffStatus::New, "new", "new"),
        (DiffStatus::Missing, "missing", "missing"),
        (DiffStatus::InBoth, "in both", "both"),
        (DiffStatus::OutsideLimit, "outside", "outside"),
    ];

    /// What the table calls it.
    pub fn title(self) -> &'static str {
        DiffStatus::NAMES.iter().find(|(diff_status, ..)| *diff_status == self).map_or("", |(_, title, _)| title)
    }

    /// What stands for it behind `is:`.
    pub fn state(self) -> &'static str {
        DiffStatus::NAMES.iter().find(|(diff_status, ..)| *diff_status == self).map_or("", |(.., state)| state)
    }
}

/// What a comparison says of one link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowDiff {
    /// Of the link itself.
    pub link: DiffStatus,
    /// Of its referring domain: another link from the same domain keeps it.
    pub domain: DiffStatus,
}

/// An answer to compare.
#[derive(Clone, Copy, Debug)]
pub struct DiffInput<'a> {
    /// Its links, best first.
    pub links: &'a LinkSet,
    /// How many were asked for. An answer with as many was cut off there.
    pub asked: usize,
}

/// Two answers in one list: the links of the later one in their order, then those of the earlier one that it has not.
#[derive(Debug)]
pub struct Diff {
    /// The links.
    pub links: LinkSet,
    /// What each is.
    pub row_diffs: Vec<RowDiff>,
    /// How many links there are of each kind.
    pub by_link: DiffCounts,
    /// How many referring domains there are of each kind.
    pub by_domain: DiffCounts,
}

/// How many there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiffCounts {
    /// In the later one only.
    pub new: usize,
    /// In the earlier one only.
    pub missing: usize,
    /// In both.
    pub in_both: usize,
    /// In one only, below the cut of the other.
    pub outside_limit: usize,
}

impl DiffInput<'_> {
    /// Whether an absence at this rank (from 0) proves nothing.
    fn is_cut_at(&self, rank: usize) -> bool {
        self.links.len() >= self.asked && rank >= self.links.len()
    }
}

/// Compares two answers. A link is the same when source URL and target URL are the same, whatever their case, scheme,
/// `www.` and last slash.
///
/// # Errors
/// More than 4 GiB of text.
pub fn diff(later: DiffInput<'_>, earlier: DiffInput<'_>) -> Result<Diff, TooMuchText> {
    let mut before: HashMap<String, usize> = HashMap::with_capacity(earlier.links.len());
    for row in 0..earlier.links.len() {
        before.entry(identity(&earlier.links.link(row as u32))).or_insert(row);
    }
    let mut links = LinkSetBuilder::default();
    let mut diff_status = Vec::new();
    let mut seen = vec![false; earlier.links.len()];
    for row in 0..later.links.len() {
        let link = later.links.link(row as u32);
        links.push(&link)?;
        diff_status.push(match before.get(&identity(&link)) {
            Some(&old) => {
                if let Some(seen) = seen.get_mut(old) {
                    *seen = true;
                }
                DiffStatus::InBoth
            }
            None if earlier.is_cut_at(row) => DiffStatus::OutsideLimit,
            None => DiffStatus::New,
        });
    }
    for (row, _) in seen.iter().enumerate().filter(|(_, seen)| !**seen) {
        let link = earlier.links.link(row as u32);
        // The same link twice in the earlier answer is one.
        if before.get(&identity(&link)) != Some(&row) {
            continue;
        }
        links.push(&link)?;
        diff_status.push(if later.is_cut_at(row) { DiffStatus::OutsideLimit } else { DiffStatus::Missing });
    }
    let links = links.finish();
    let domains = by_domain(&links, &diff_status, later.links.len());
    let domain_of = |row: usize| domains.get(&links.folded(row as u32, Field::SourceDomain));
    let row_diff =
        |(row, &link): (usize, &DiffStatus)| RowDiff { link, domain: domain_of(row).copied().unwrap_or(link) };
    let row_diffs = diff_status.iter().enumerate().map(row_diff).collect();
    let by_domain = DiffCounts::of(domains.values().copied());
    Ok(Diff { row_diffs, by_link: DiffCounts::of(diff_status.iter().copied()), by_domain, links })
}

/// What each referring domain is. The first `later` rows are those of the later answer.
fn by_domain<'a>(links: &'a LinkSet, diff_status: &[DiffStatus], later: usize) -> HashMap<Cow<'a, str>, DiffStatus> {
    let mut domains: HashMap<Cow<'_, str>, (bool, DiffStatus)> = HashMap::new();
    for (row, &diff_status) in diff_status.iter().enumerate() {
        let is_later = row < later;
        let known = domains.entry(links.folded(row as u32, Field::SourceDomain)).or_insert((is_later, diff_status));
        known.1 = match (known.1, diff_status) {
            // Links on both sides: the domain was there and is there.
            _ if known.0 != is_later => DiffStatus::InBoth,
            (DiffStatus::InBoth, _) | (_, DiffStatus::InBoth) => DiffStatus::InBoth,
            // One link that proves something is enough.
            (DiffStatus::OutsideLimit, proof) => proof,
            (known, _) => known,
        };
    }
    domains.into_iter().map(|(domain, (_, diff_status))| (domain, diff_status)).collect()
}

/// What makes a link the same link.
fn identity(link: &Link<'_>) -> String {
    format!("{}\n{}", normalised(link.source_url), normalised(link.target_url))
}

fn normalised(url: &str) -> String {
    let folded = fold(url.trim());
    let bare = folded.strip_prefix("https://").or_else(|| folded.strip_prefix("http://")).unwrap_or(&folded);
    bare.strip_prefix("www.").unwrap_or(bare).trim_end_matches('/').to_owned()
}

impl DiffCounts {
    /// Counts the kinds.
    pub fn of(diff_status: impl IntoIterator<Item = DiffStatus>) -> DiffCounts {
        let mut counts = DiffCounts::default();
        for kind in diff_status {
            *match kind {
                DiffStatus::New => &mut counts.new,
                DiffStatus::Missing => &mut counts.missing,
                DiffStatus::InBoth => &mut counts.in_both,
                DiffStatus::OutsideLimit => &mut counts.outside_limit,
            } += 1;
        }
        counts
    }
}

/// `5 new · 5 not seen · 25 in_both`, and what lies beyond the cut if anything does.
impl std::fmt::Display for DiffCounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use super::number::Thousands;
        let grouped = |n: usize| Thousands(n as u64);
        write!(
            f,
            "{} new {DOT} {} missing {DOT} {} in both",
            grouped(self.new),
            grouped(self.missing),
            grouped(self.in_both)
        )?;
        if self.outside_limit > 0 {
            write!(f, " {DOT} {} outside the limit", grouped(self.outside_limit))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(urls: &[&str]) -> LinkSet {
        LinkSet::from_links(urls.iter().map(|source_url| Link { source_url, ..Link::default() })).unwrap()
    }

    fn counts(later: &[&str], later_asked: usize, earlier: &[&str], earlier_asked: usize) -> DiffCounts {
        let (later, earlier) = (set(later), set(earlier));
        let later = DiffInput { links: &later, asked: later_asked };
        diff(later, DiffInput { links: &earlier, asked: earlier_asked }).unwrap().by_link
    }

    #[test]
    fn the_same_link_in_other_clothes() {
        let both = counts(&["https://www.A.com/x/"], 10, &["http://a.com/x"], 10);
        assert_eq!(both, DiffCounts { in_both: 1, ..DiffCounts::default() });
        assert_eq!(both.to_string(), "0 new · 0 missing · 1 in both");
    }

    #[test]
    fn another_link_from_the_same_domain_keeps_it() {
        let set = |links: &[(&'static str, &'static str)]| {
            let link = |&(source_url, source_domain): &(&'static str, &'static str)| Link {
                source_url,
                source_domain,
                ..Link::default()
            };
            LinkSet::from_links(links.iter().map(link)).unwrap()
        };
        let later = set(&[("a/2", "a"), ("b/1", "B"), ("c/1", "c"), ("c/2", "c"), ("d/1", "d")]);
        let earlier = set(&[("a/1", "a"), ("b/1", "b"), ("e/1", "e")]);
        let found = diff(DiffInput { links: &later, asked: 9 }, DiffInput { links: &earlier, asked: 9 }).unwrap();
        assert_eq!(found.by_link.to_string(), "4 new · 2 missing · 1 in both");
        assert_eq!(found.by_domain.to_string(), "2 new · 1 missing · 2 in both");
        let of_a = [found.row_diffs[0], found.row_diffs[5]];
        assert_eq!(of_a.map(|v| v.domain), [DiffStatus::InBoth; 2]);
        assert_eq!(of_a.map(|v| v.link), [DiffStatus::New, DiffStatus::Missing]);
        let cut = diff(DiffInput { links: &later, asked: 9 }, DiffInput { links: &earlier, asked: 3 }).unwrap();
        assert_eq!(
            cut.by_domain,
            DiffCounts { new: 1, missing: 1, in_both: 2, outside_limit: 1 },
            "c is proved by its first"
        );
    }

    #[test]
    fn whole_answers_prove_what_they_have_not() {
        let found = counts(&["a", "b", "c"], 10, &["b", "d", "d"], 10);
        assert_eq!(found, DiffCounts { new: 2, missing: 1, in_both: 1, outside_limit: 0 });
    }

    #[test]
    fn below_the_cut_of_the_other_nothing_is_proved() {
        let more_now = counts(&["a", "b", "c"], 10, &["a", "x"], 2);
        assert_eq!(
            more_now,
            DiffCounts { new: 1, missing: 1, in_both: 1, outside_limit: 1 },
            "c may have been there before"
        );
        let fewer_now = counts(&["a"], 1, &["b", "c"], 10);
        assert_eq!(fewer_now, DiffCounts { new: 1, missing: 1, in_both: 0, outside_limit: 1 });
    }
}
