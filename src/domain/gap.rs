//! The link gap: referring domains that link to competitors but not to the user's own site.
//!
//! A response only has the top links, so a domain that is missing from it may still link; callers report where it was
//! cut off.

use std::borrow::Cow;

use foldhash::{HashMap, HashMapExt, HashSet};

use super::domain_name::{normalize, site};
use super::link::{Field, Link};
use super::link_set::LinkSet;
use super::row::Row;

/// A referring domain that links to at least one competitor, by its [`site`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap<'a> {
    pub domain: &'a str,
    /// The competitors that it links to, as ascending indices.
    pub linked: Vec<usize>,
    /// The highest-ranked link from this domain to the first of these competitors.
    pub example: Link<'a>,
}

/// The domains that link to any of `theirs` but not to `mine`, sorted by the number of competitors that they link to,
/// then by the rank of their links. The compared sites themselves are left out, since their links to each other are
/// meaningless; `sites` adds compared domains that do not appear as a target, because they have no links.
pub fn gap<'a>(mine: &'a LinkSet, theirs: &'a [&'a LinkSet], sites: &'a [String]) -> Vec<Gap<'a>> {
    let all = std::iter::once(mine).chain(theirs.iter().copied());
    let targets = all.flat_map(|links| column(links, Field::TargetDomain));
    let mut excluded: HashSet<Cow<'_, str>> = targets.chain(column(mine, Field::SourceDomain)).map(Cow::from).collect();
    excluded.extend(sites.iter().map(|name| Cow::from(site(&normalize(name)).to_owned())));
    let mut positions: HashMap<&str, usize> = HashMap::new();
    let mut gaps: Vec<(Row, Gap<'_>)> = Vec::new();
    for (other, links) in theirs.iter().enumerate() {
        for (domain, row) in column(links, Field::SourceDomain).zip(links.rows()) {
            if domain.is_empty() || excluded.contains(domain) {
                continue;
            }
            match positions.get(domain).and_then(|&position| gaps.get_mut(position)) {
                Some((_, gap)) if gap.linked.last() == Some(&other) => {}
                Some((_, gap)) => gap.linked.push(other),
                None => {
                    positions.insert(domain, gaps.len());
                    gaps.push((row, Gap { domain, linked: vec![other], example: links.link(row) }));
                }
            }
        }
    }
    gaps.sort_by_key(|(row, gap)| (std::cmp::Reverse(gap.linked.len()), *row));
    gaps.into_iter().map(|(_, gap)| gap).collect()
}

/// The sites in a column of domains.
fn column(links: &LinkSet, field: Field) -> impl Iterator<Item = &str> {
    links.rows().map(move |row| site(links.text(row, field)))
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

    fn gaps(mine: &LinkSet, theirs: &[&LinkSet]) -> Vec<(String, Vec<usize>)> {
        gap(mine, theirs, &["www.Me.com".to_owned()])
            .into_iter()
            .map(|gap| (gap.domain.to_owned(), gap.linked))
            .collect()
    }

    #[test]
    fn domains_that_link_to_most_competitors_come_first() {
        let mine = set("me.com", &["A.com", "b.com", "münchen.de"]);
        let one = set("one.com", &["a.com.", "x.com", "École.fr", "www.x.com", "", "xn--mnchen-3ya.de"]);
        let two = set("two.com", &["ÉCOLE.fr", "www.B.com", "y.com"]);
        assert_eq!(
            gaps(&mine, &[&one, &two]),
            [("xn--cole-9oa.fr".into(), vec![0, 1]), ("x.com".into(), vec![0]), ("y.com".into(), vec![1])]
        );
    }

    #[test]
    fn subdomains_are_the_same_site_except_on_shared_hosts() {
        let mine = set("www.me.com", &["news-site.com", "me.github.io", "shop.b.co.uk"]);
        let theirs =
            set("rival.com", &["blog.news-site.com", "them.github.io", "b.co.uk", "a.x.com", "x.com", "my.me.com"]);
        let found = gaps(&mine, &[&theirs]);
        assert_eq!(found, [("them.github.io".into(), vec![0]), ("x.com".into(), vec![0])]);
    }

    #[test]
    fn the_compared_sites_are_left_out() {
        let mine = set("me.com", &[]);
        let one = set("One.com", &["one.com", "me.com", "two.com", "x.com"]);
        let two = set("two.com", &["one.com"]);
        assert_eq!(gaps(&mine, &[&one, &two]), [("x.com".into(), vec![0])]);
        assert_eq!(gaps(&mine, &[]), []);
    }

    #[test]
    fn the_example_is_the_highest_ranked_link() {
        let link = |source_url| Link { source_domain: "x.com", source_url, ..Link::default() };
        let theirs = LinkSet::from_links([link("https://x.com/best"), link("https://x.com/other")]).unwrap();
        let theirs = [&theirs];
        let mine = LinkSet::default();
        assert_eq!(gap(&mine, &theirs, &[])[0].example.source_url, "https://x.com/best");
    }
}
