//! Two answers for the same target, compared: what is new, what was not seen again, what stayed.
//!
//! Nothing here says “lost”: an answer brings the top links only, so a link that is missing may just have sunk below the cut.

use std::collections::HashMap;

use super::link::Link;
use super::link_set::{LinkSet, LinkSetBuilder, TooMuchText};
use super::text::fold;

/// What a link is in the later of two answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// In the later one only.
    New,
    /// In both.
    Kept,
    /// In the earlier one only.
    NotSeen,
    /// In one only, but below where the other one was cut off: that proves nothing.
    BeyondCut,
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
    pub standing: Vec<Standing>,
}

/// How many links there are of each kind.
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
    Ok(Comparison { links: links.finish(), standing })
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
    pub fn of(standing: &[Standing]) -> Counts {
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
        write!(f, "{} new · {} not seen · {} kept", grouped(self.new), grouped(self.not_seen), grouped(self.kept))?;
        if self.beyond_cut > 0 {
            write!(f, " · {} beyond the cut", grouped(self.beyond_cut))?;
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
        Counts::of(&compare(later, Side { links: &earlier, asked: earlier_asked }).unwrap().standing)
    }

    #[test]
    fn the_same_link_in_other_clothes() {
        let both = counts(&["https://www.A.com/x/"], 10, &["http://a.com/x"], 10);
        assert_eq!(both, Counts { kept: 1, ..Counts::default() });
        assert_eq!(both.to_string(), "0 new · 0 not seen · 1 kept");
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
