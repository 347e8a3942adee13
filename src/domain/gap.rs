//! The gap: referring domains that link to others and not to the user's own site. They are who to ask for a link.
//!
//! An answer brings the top links only, so what is missing in it may link all the same; callers say where it was cut off.

use std::borrow::Cow;

use foldhash::{HashMap, HashMapExt, HashSet};

use super::link::{Field, Link};
use super::link_set::LinkSet;
use super::text::fold;

/// A referring domain that links to some of the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap<'a> {
    /// The domain, with case folded.
    pub domain: Cow<'a, str>,
    /// Which of the others it links to, by their places, in order.
    pub linked: Vec<usize>,
    /// The best link, by its rank in the first of them.
    pub example: Link<'a>,
}

/// The domains that link to any of `theirs` and not to `mine`: those that link to most of them first, then those whose links
/// come first. Left out are the linked sites themselves, whose links to each other say nothing; `sites` are domains of theirs
/// that the links may not name, since a site without links does not.
pub fn gap<'a>(mine: &'a LinkSet, theirs: &'a [&'a LinkSet], sites: &'a [String]) -> Vec<Gap<'a>> {
    let all = std::iter::once(mine).chain(theirs.iter().copied());
    let targets = all.flat_map(|links| column(links, Field::TargetDomain)).chain(sites.iter().map(|site| fold(site)));
    let known: HashSet<Cow<'_, str>> = targets.chain(column(mine, Field::SourceDomain)).collect();
    let mut places: HashMap<Cow<'_, str>, usize> = HashMap::new();
    let mut found: Vec<(u32, Gap<'_>)> = Vec::new();
    for (other, links) in theirs.iter().enumerate() {
        for (domain, row) in column(links, Field::SourceDomain).zip(0_u32..) {
            if domain.is_empty() || known.contains(&domain) {
                continue;
            }
            match places.get(&domain).and_then(|&place| found.get_mut(place)) {
                Some((_, gap)) if gap.linked.last() == Some(&other) => {}
                Some((_, gap)) => gap.linked.push(other),
                None => {
                    places.insert(domain.clone(), found.len());
                    found.push((row, Gap { domain, linked: vec![other], example: links.link(row) }));
                }
            }
        }
    }
    found.sort_by_key(|(row, gap)| (std::cmp::Reverse(gap.linked.len()), *row));
    found.into_iter().map(|(_, gap)| gap).collect()
}

fn column(links: &LinkSet, field: Field) -> impl Iterator<Item = Cow<'_, str>> {
    (0..links.len() as u32).map(move |row| links.folded(row, field))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(target_domain: &str, sources: &[&str]) -> LinkSet {
        LinkSet::from_links(sources.iter().map(|source_domain| Link {
            source_domain,
            target_domain,
            ..Link::default()
        }))
        .unwrap()
    }

    fn found(mine: &LinkSet, theirs: &[&LinkSet]) -> Vec<(String, Vec<usize>)> {
        gap(mine, theirs, &["me.com".to_owned()]).into_iter().map(|gap| (gap.domain.into_owned(), gap.linked)).collect()
    }

    #[test]
    fn who_links_to_most_of_the_others_comes_first() {
        let mine = set("me.com", &["A.com", "b.com"]);
        let one = set("one.com", &["a.com", "x.com", "École.fr", "x.com", ""]);
        let two = set("two.com", &["ÉCOLE.fr", "B.com", "y.com"]);
        assert_eq!(
            found(&mine, &[&one, &two]),
            [("école.fr".into(), vec![0, 1]), ("x.com".into(), vec![0]), ("y.com".into(), vec![1])]
        );
    }

    #[test]
    fn the_sites_themselves_are_no_gap() {
        let mine = set("me.com", &[]);
        let one = set("One.com", &["one.com", "me.com", "two.com", "x.com"]);
        let two = set("two.com", &["one.com"]);
        assert_eq!(found(&mine, &[&one, &two]), [("x.com".into(), vec![0])]);
        assert_eq!(found(&mine, &[]), []);
    }

    #[test]
    fn the_example_is_the_best_link() {
        let link = |source_url| Link { source_domain: "x.com", source_url, ..Link::default() };
        let theirs = LinkSet::from_links([link("https://x.com/best"), link("https://x.com/other")]).unwrap();
        let theirs = [&theirs];
        let mine = LinkSet::default();
        assert_eq!(gap(&mine, &theirs, &[])[0].example.source_url, "https://x.com/best");
    }
}
