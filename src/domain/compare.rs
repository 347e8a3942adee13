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
pub enum Standing {
    /// In the later one only.
    New,
    /// In the earlier one only.
    NotSeen,
    /// In both.
    Kept,
    /// In one only, but below where the other one was cut off: that proves nothing.
    BeyondCut,
}

impl Standing {
    /// What the table and the filter call it.
    pub const NAMES: [(Standing, &'static str, &'static str); 4] = [
        (Standing::New, "new", "new"),
        (Standing::NotSeen, "missing", "missing"),
        (Standing::Kept, "in both", "both"),
        (Standing::BeyondCut, "outside", "outside"),
    ];

    /// What the table calls it.
    pub fn title(self) -> &'static str {
        Standing::NAMES.iter().find(|(standing, ..)| *standing == self).map_or("", |(_, title, _)| title)
    }

    /// What stands for it behind `is:`.
    pub fn state(self) -> &'static str {
        Standing::NAMES.iter().find(|(standing, ..)| *standing == self).map_or("", |(.., state)| state)
    }
}

/// What a comparison says of one link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Of the link itself.
    pub link: Standing,
    /// Of its referring domain: another link from the same domain keeps it.
    pub domain: Standing,
}

/// An answer to compare.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// Its links, best first.
    pub links: &'a LinkSet,
    /// How many were asked for. An answer with as many was cut off there.
    pub asked: usize,
}

/// Two answers in one list: the links of the later one in their order, then those of the earlier one that it has not.
#[derive(Debug)]
pub struct Comparison {
    /// The links.
    pub links: LinkSet,
    /// What each is.
    pub verdicts: Vec<Verdict>,
    /// How many links there are of each kind.
    pub by_link: Counts,
    /// How many referring domains there are of each kind.
    pub by_domain: Counts,
}

/// How many there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// In the later one only.
    pub new: usize,
    /// In the earlier one only.
    pub not_seen: usize,
    /// In both.
    pub kept: usize,
    /// In one only, below the cut of the other.
    pub beyond_cut: usize,
}

impl Side<'_> {
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
pub fn compare(later: Side<'_>, earlier: Side<'_>) -> Result<Comparison, TooMuchText> {
    let mut before: HashMap<String, usize> = HashMap::with_capacity(earlier.links.len());
    for row in 0..earlier.links.len() {
        before.entry(identity(&earlier.links.link(row as u32))).or_insert(row);
    }
    let mut links = LinkSetBuilder::default();
    let mut standing = Vec::new();
    let mut seen = vec![false; earlier.links.len()];
    for row in 0..later.links.len() {
        let link = later.links.link(row as u32);
        links.push(&link)?;
        standing.push(match before.get(&identity(&link)) {
            Some(&old) => {
                if let Some(seen) = seen.get_mut(old) {
                    *seen = true;
                }
                Standing::Kept
            }
            None if earlier.is_cut_at(row) => Standing::BeyondCut,
            None => Standing::New,
        });
    }
    for (row, _) in seen.iter().enumerate().filter(|(_, seen)| !**seen) {
        let link = earlier.links.link(row as u32);
        // The same link twice in the earlier answer is one.
        if before.get(&identity(&link)) != Some(&row) {
            continue;
        }
        links.push(&link)?;
        standing.push(if later.is_cut_at(row) { Standing::BeyondCut } else { Standing::NotSeen });
    }
    let links = links.finish();
    let domains = by_domain(&links, &standing, later.links.len());
    let domain_of = |row: usize| domains.get(&links.folded(row as u32, Field::SourceDomain));
    let verdict = |(row, &link): (usize, &Standing)| Verdict { link, domain: domain_of(row).copied().unwrap_or(link) };
    let verdicts = standing.iter().enumerate().map(verdict).collect();
    let by_domain = Counts::of(domains.values().copied());
    Ok(Comparison { verdicts, by_link: Counts::of(standing.iter().copied()), by_domain, links })
}

/// What each referring domain is. The first `later` rows are those of the later answer.
fn by_domain<'a>(links: &'a LinkSet, standing: &[Standing], later: usize) -> HashMap<Cow<'a, str>, Standing> {
    let mut domains: HashMap<Cow<'_, str>, (bool, Standing)> = HashMap::new();
    for (row, &standing) in standing.iter().enumerate() {
        let is_later = row < later;
        let known = domains.entry(links.folded(row as u32, Field::SourceDomain)).or_insert((is_later, standing));
        known.1 = match (known.1, standing) {
            // Links on both sides: the domain was there and is there.
            _ if known.0 != is_later => Standing::Kept,
            (Standing::Kept, _) | (_, Standing::Kept) => Standing::Kept,
            // One link that proves something is enough.
            (Standing::BeyondCut, proof) => proof,
            (known, _) => known,
        };
    }
    domains.into_iter().map(|(domain, (_, standing))| (domain, standing)).collect()
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

impl Counts {
    /// Counts the kinds.
    pub fn of(standing: impl IntoIterator<Item = Standing>) -> Counts {
        let mut counts = Counts::default();
        for kind in standing {
            *match kind {
                Standing::New => &mut counts.new,
                Standing::NotSeen => &mut counts.not_seen,
                Standing::Kept => &mut counts.kept,
                Standing::BeyondCut => &mut counts.beyond_cut,
            } += 1;
        }
        counts
    }
}

/// `5 new · 5 not seen · 25 kept`, and what lies beyond the cut if anything does.
impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use super::number::Grouped;
        let grouped = |n: usize| Grouped(n as u64);
        write!(
            f,
            "{} new {DOT} {} not seen {DOT} {} kept",
            grouped(self.new),
            grouped(self.not_seen),
            grouped(self.kept)
        )?;
        if self.beyond_cut > 0 {
            write!(f, " {DOT} {} beyond the cut", grouped(self.beyond_cut))?;
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

    fn counts(later: &[&str], later_asked: usize, earlier: &[&str], earlier_asked: usize) -> Counts {
        let (later, earlier) = (set(later), set(earlier));
        let later = Side { links: &later, asked: later_asked };
        compare(later, Side { links: &earlier, asked: earlier_asked }).unwrap().by_link
    }

    #[test]
    fn the_same_link_in_other_clothes() {
        let both = counts(&["https://www.A.com/x/"], 10, &["http://a.com/x"], 10);
        assert_eq!(both, Counts { kept: 1, ..Counts::default() });
        assert_eq!(both.to_string(), "0 new · 0 not seen · 1 kept");
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
        let found = compare(Side { links: &later, asked: 9 }, Side { links: &earlier, asked: 9 }).unwrap();
        assert_eq!(found.by_link.to_string(), "4 new · 2 not seen · 1 kept");
        assert_eq!(found.by_domain.to_string(), "2 new · 1 not seen · 2 kept");
        let of_a = [found.verdicts[0], found.verdicts[5]];
        assert_eq!(of_a.map(|v| v.domain), [Standing::Kept; 2]);
        assert_eq!(of_a.map(|v| v.link), [Standing::New, Standing::NotSeen]);
        let cut = compare(Side { links: &later, asked: 9 }, Side { links: &earlier, asked: 3 }).unwrap();
        assert_eq!(cut.by_domain, Counts { new: 1, not_seen: 1, kept: 2, beyond_cut: 1 }, "c is proved by its first");
    }

    #[test]
    fn whole_answers_prove_what_they_have_not() {
        let found = counts(&["a", "b", "c"], 10, &["b", "d", "d"], 10);
        assert_eq!(found, Counts { new: 2, not_seen: 1, kept: 1, beyond_cut: 0 });
    }

    #[test]
    fn below_the_cut_of_the_other_nothing_is_proved() {
        let more_now = counts(&["a", "b", "c"], 10, &["a", "x"], 2);
        assert_eq!(more_now, Counts { new: 1, not_seen: 1, kept: 1, beyond_cut: 1 }, "c may have been there before");
        let fewer_now = counts(&["a"], 1, &["b", "c"], 10);
        assert_eq!(fewer_now, Counts { new: 1, not_seen: 1, kept: 0, beyond_cut: 1 });
    }
}
