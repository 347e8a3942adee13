//! The target that nearly all links of a list lead to.

use std::borrow::Cow;

use foldhash::HashMap;

use super::link::Field;
use super::link_set::LinkSet;
use super::row::Row;
use super::target::{Scope, Target};
use super::url_parts::{host, registered_domain};

/// Of 20 links, how many must have the same target. Exports have a few odd lines, such as links to another domain that
/// redirects to the target.
const OF_TWENTY: usize = 19;

/// The registered domain of the target pages of these rows, or for [`Scope::Page`] the target page. `None` if too many links
/// lead elsewhere.
pub fn common_target(links: &LinkSet, rows: impl ExactSizeIterator<Item = Row>, scope: Scope) -> Option<Target> {
    let mut counts: HashMap<Cow<'_, str>, usize> = HashMap::default();
    let all = rows.len();
    for row in rows {
        let key = match scope {
            Scope::Page => Cow::Borrowed(links.text(row, Field::TargetUrl)),
            Scope::Domain => Cow::Owned(target_domain(links, row)),
        };
        *counts.entry(key).or_default() += 1;
    }
    let (key, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    if count * 20 < all * OF_TWENTY { None } else { Target::parse(&key, scope).ok() }
}

/// The URL decides if a file has no column for the domain.
fn target_domain(links: &LinkSet, row: Row) -> String {
    let domain = links.folded(row, Field::TargetDomain);
    if !domain.is_empty() {
        return registered_domain(&domain).to_owned();
    }
    registered_domain(host(&links.folded(row, Field::TargetUrl))).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Link;

    fn target(urls: &[(&str, usize)], scope: Scope) -> Option<String> {
        let links = urls.iter().flat_map(|&(target_url, count)| {
            std::iter::repeat_n(Link { source_url: "https://a.org/", target_url, ..Link::default() }, count)
        });
        let links = LinkSet::from_links(links).unwrap();
        common_target(&links, links.rows(), scope).map(|target| target.as_str().to_owned())
    }

    #[test]
    fn nearly_all_links_must_have_the_same_target() {
        let (one, www, other) = ("https://example.com/a", "http://www.EXAMPLE.com/b", "https://other.org/");
        assert_eq!(target(&[(one, 10), (www, 9), (other, 1)], Scope::Domain).unwrap(), "example.com");
        assert_eq!(target(&[(one, 10), (www, 8), (other, 1)], Scope::Domain), None);
        assert_eq!(target(&[(one, 19), (www, 1)], Scope::Page).unwrap(), one);
        assert_eq!(target(&[(one, 10), (www, 10)], Scope::Page), None);
        assert_eq!(target(&[("", 5)], Scope::Domain), None);
        assert_eq!(target(&[], Scope::Domain), None);
    }
}
