//! Compares two responses for the same target: which links are new, missing, or in both.
//!
//! Nothing here is called lost: a response only has the top links, so a missing link may just have dropped below the
//! limit.

use crate::domain::signs::DOT;
use std::collections::HashMap;
use std::sync::Arc;

use super::columns::{ExtraName, ExtraSpec, Kind};
use super::domain_name::{normalize, site};
use super::link::{Field, Link};
use super::link_set::{LinkSet, LinkSetBuilder, TooMuchText};
use super::row::Row;
use super::text::fold;
use super::url_parts::host_and_port;

/// The status of a link in a comparison. The order is that of sorting: changes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DiffStatus {
    /// Only in the later response.
    New,
    /// Only in the earlier response.
    Missing,
    InBoth,
    /// In one response only, at a rank beyond the limit of the other, which proves nothing.
    OutsideLimit,
}

impl DiffStatus {
    /// Each status with its title in the table and its name after `is:`.
    pub const NAMES: [(DiffStatus, &'static str, &'static str); 4] = [
        (DiffStatus::New, "new", "new"),
        (DiffStatus::Missing, "missing", "missing"),
        (DiffStatus::InBoth, "in both", "both"),
        (DiffStatus::OutsideLimit, "outside", "outside"),
    ];

    /// In the table.
    pub fn title(self) -> &'static str {
        DiffStatus::NAMES.iter().find(|(diff_status, ..)| *diff_status == self).map_or("", |(_, title, _)| title)
    }

    /// The name after `is:`.
    pub fn filter_name(self) -> &'static str {
        DiffStatus::NAMES.iter().find(|(diff_status, ..)| *diff_status == self).map_or("", |(.., name)| name)
    }
}

/// The comparison's result for one link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowDiff {
    pub link: DiffStatus,
    /// The status of the referring domain, which is in both responses if any link from it is in each.
    pub domain: DiffStatus,
}

/// A response to compare.
#[derive(Clone, Copy, Debug)]
pub struct DiffInput<'a> {
    /// Best first.
    pub links: &'a LinkSet,
    /// The number of links requested. A response with this many was cut off there.
    pub limit: usize,
}

/// Two responses in one list: the links of the later one in order, then the links that only the earlier one has.
#[derive(Debug)]
pub struct Diff {
    pub links: LinkSet,
    /// By row of `links`.
    pub row_diffs: Vec<RowDiff>,
    /// Counts of links.
    pub by_link: DiffCounts,
    /// Counts of referring domains.
    pub by_domain: DiffCounts,
}

/// Counts by status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiffCounts {
    /// Only in the later response.
    pub new: usize,
    /// Only in the earlier response.
    pub missing: usize,
    pub in_both: usize,
    pub outside_limit: usize,
}

impl DiffInput<'_> {
    /// Whether the response was cut off before the rank of this row of the other one, so that a link that is not in it
    /// proves nothing.
    fn is_cut_off_before(&self, row: Row) -> bool {
        self.links.len() >= self.limit && row.index() >= self.links.len()
    }
}

/// Compares two responses. Two links are the same if their source and target URLs are, ignoring case, scheme, a trailing
/// slash, and how their domain names are written.
///
/// # Errors
/// A column would exceed 4 GiB of text.
pub fn diff(later: DiffInput<'_>, earlier: DiffInput<'_>) -> Result<Diff, TooMuchText> {
    let mut earlier_rows: HashMap<String, Row> = HashMap::with_capacity(earlier.links.len());
    for row in earlier.links.rows() {
        earlier_rows.entry(identity(&earlier.links.link(row))).or_insert(row);
    }
    let mut merged = Merged::new(later.links, earlier.links);
    let mut statuses = Vec::new();
    let mut in_later = vec![false; earlier.links.len()];
    for row in later.links.rows() {
        let link = later.links.link(row);
        merged.push(later.links, row)?;
        statuses.push(match earlier_rows.get(&identity(&link)) {
            Some(&earlier_row) => {
                if let Some(in_later) = in_later.get_mut(earlier_row.index()) {
                    *in_later = true;
                }
                DiffStatus::InBoth
            }
            None if earlier.is_cut_off_before(row) => DiffStatus::OutsideLimit,
            None => DiffStatus::New,
        });
    }
    for (row, _) in earlier.links.rows().zip(&in_later).filter(|(_, in_later)| !**in_later) {
        let link = earlier.links.link(row);
        // A link that is twice in the earlier response counts once.
        if earlier_rows.get(&identity(&link)) != Some(&row) {
            continue;
        }
        merged.push(earlier.links, row)?;
        statuses.push(if later.is_cut_off_before(row) { DiffStatus::OutsideLimit } else { DiffStatus::Missing });
    }
    let links = merged.builder.finish();
    let domains = domain_statuses(&links, &statuses, later.links.len());
    let domain_of = |row| domains.get(site(links.text(row, Field::SourceDomain)));
    let row_diff = |(row, &link): (Row, &DiffStatus)| RowDiff { link, domain: domain_of(row).copied().unwrap_or(link) };
    let row_diffs = links.rows().zip(&statuses).map(row_diff).collect();
    let by_domain = DiffCounts::of(domains.values().copied());
    Ok(Diff { row_diffs, by_link: DiffCounts::of(statuses.iter().copied()), by_domain, links })
}

/// The links of both lists, with the extra columns of both.
struct Merged {
    names: Vec<Arc<ExtraName>>,
    builder: LinkSetBuilder,
}

impl Merged {
    fn new(later: &LinkSet, earlier: &LinkSet) -> Merged {
        let mut specs: Vec<ExtraSpec> = Vec::new();
        for schema in [later.schema(), earlier.schema()] {
            for (id, name) in schema.ids().zip(schema.names()) {
                let kind = schema.kind(id);
                match specs.iter_mut().find(|spec| spec.name.key() == name.key()) {
                    // Values of different kinds are texts.
                    Some(spec) => spec.kind = spec.kind.filter(|known| Some(*known) == kind).or(Some(Kind::Text)),
                    None => specs.push(ExtraSpec { name: Arc::clone(name), kind: kind.or(Some(Kind::Text)) }),
                }
            }
        }
        let names = specs.iter().map(|spec| Arc::clone(&spec.name)).collect();
        Merged { names, builder: LinkSetBuilder::with_extras(specs) }
    }

    fn push(&mut self, links: &LinkSet, row: Row) -> Result<(), TooMuchText> {
        self.builder.push(&links.link(row))?;
        for (column, name) in self.names.iter().enumerate() {
            if let Some(id) = links.schema().by_key(name.key()) {
                self.builder.set_extra(column, links.extra(row, id))?;
            }
        }
        Ok(())
    }
}

/// The status of each referring domain, by its [`site`]. The first `later` rows are those of the later response.
fn domain_statuses<'a>(links: &'a LinkSet, statuses: &[DiffStatus], later: usize) -> HashMap<&'a str, DiffStatus> {
    let mut domains: HashMap<&str, (bool, DiffStatus)> = HashMap::new();
    for (row, &status) in links.rows().zip(statuses) {
        let is_later = row.index() < later;
        let entry = domains.entry(site(links.text(row, Field::SourceDomain))).or_insert((is_later, status));
        entry.1 = match (entry.1, status) {
            // The domain has a link in each response.
            _ if entry.0 != is_later => DiffStatus::InBoth,
            (DiffStatus::InBoth, _) | (_, DiffStatus::InBoth) => DiffStatus::InBoth,
            // One link that proves something is enough.
            (DiffStatus::OutsideLimit, proof) => proof,
            (current, _) => current,
        };
    }
    domains.into_iter().map(|(domain, (_, status))| (domain, status)).collect()
}

/// Equal for two links that are the same.
fn identity(link: &Link<'_>) -> String {
    format!("{}\n{}", normalized(link.source_url), normalized(link.target_url))
}

fn normalized(url: &str) -> String {
    let url = url.trim();
    let is_web = |scheme: &str| scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    let bare = url.split_once("://").filter(|(scheme, _)| is_web(scheme)).map_or(url, |(_, rest)| rest);
    let (authority, rest) = bare.split_at(bare.find(['/', '?', '#']).unwrap_or(bare.len()));
    let (host, port) = host_and_port(authority);
    format!("{}{port}{}", fold(&normalize(host)), fold(rest.trim_end_matches('/')))
}

impl DiffCounts {
    /// Counts the statuses.
    pub fn of(statuses: impl IntoIterator<Item = DiffStatus>) -> DiffCounts {
        let mut counts = DiffCounts::default();
        for status in statuses {
            *match status {
                DiffStatus::New => &mut counts.new,
                DiffStatus::Missing => &mut counts.missing,
                DiffStatus::InBoth => &mut counts.in_both,
                DiffStatus::OutsideLimit => &mut counts.outside_limit,
            } += 1;
        }
        counts
    }
}

/// `5 new · 5 missing · 25 in both`, followed by the number outside the limit if there are any.
impl std::fmt::Display for DiffCounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use super::number::Thousands;
        let thousands = |n: usize| Thousands(n as u64);
        write!(
            f,
            "{} new {DOT} {} missing {DOT} {} in both",
            thousands(self.new),
            thousands(self.missing),
            thousands(self.in_both)
        )?;
        if self.outside_limit > 0 {
            write!(f, " {DOT} {} outside the limit", thousands(self.outside_limit))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::columns::Value;

    fn set(urls: &[&str]) -> LinkSet {
        LinkSet::from_links(urls.iter().map(|source_url| Link { source_url, ..Link::default() })).unwrap()
    }

    fn counts(later: &[&str], later_limit: usize, earlier: &[&str], earlier_limit: usize) -> DiffCounts {
        let (later, earlier) = (set(later), set(earlier));
        let later = DiffInput { links: &later, limit: later_limit };
        diff(later, DiffInput { links: &earlier, limit: earlier_limit }).unwrap().by_link
    }

    #[test]
    fn links_are_the_same_however_their_urls_are_written() {
        for (later, earlier) in [
            ("https://www.A.com/x/", "http://a.com/x"),
            ("https://www.a.com", "http://a.com/"),
            ("https://straße.de/x", "https://xn--strae-oqa.de/x"),
            ("https://München.de/x?y", "http://www.xn--mnchen-3ya.de./x?y"),
            ("http://[::1]:80/x", "https://[::1]:80/x/"),
        ] {
            let both = counts(&[later], 10, &[earlier], 10);
            assert_eq!(both.to_string(), "0 new · 0 missing · 1 in both", "{later}");
        }
        for (later, earlier) in [
            ("https://a.com:80/x", "https://a.com:8080/x"),
            ("https://www.com/", "https://com/"),
            ("https://a.com/www.x", "https://a.com/x"),
        ] {
            assert_eq!(counts(&[later], 10, &[earlier], 10).in_both, 0, "{later}");
        }
    }

    #[test]
    fn a_domain_is_in_both_if_any_of_its_links_is_in_each() {
        let set = |links: &[(&'static str, &'static str)]| {
            let link = |&(source_url, source_domain): &(&'static str, &'static str)| Link {
                source_url,
                source_domain,
                ..Link::default()
            };
            LinkSet::from_links(links.iter().map(link)).unwrap()
        };
        let later = set(&[("a/2", "x.a.com"), ("b/1", "B"), ("c/1", "c"), ("c/2", "c"), ("d/1", "d")]);
        let earlier = set(&[("a/1", "a.com"), ("b/1", "b"), ("e/1", "e")]);
        let result = diff(DiffInput { links: &later, limit: 9 }, DiffInput { links: &earlier, limit: 9 }).unwrap();
        assert_eq!(result.by_link.to_string(), "4 new · 2 missing · 1 in both");
        assert_eq!(result.by_domain.to_string(), "2 new · 1 missing · 2 in both");
        let of_a = [result.row_diffs[0], result.row_diffs[5]];
        assert_eq!(of_a.map(|row_diff| row_diff.domain), [DiffStatus::InBoth; 2]);
        assert_eq!(of_a.map(|row_diff| row_diff.link), [DiffStatus::New, DiffStatus::Missing]);
        let cut = diff(DiffInput { links: &later, limit: 9 }, DiffInput { links: &earlier, limit: 3 }).unwrap();
        assert_eq!(
            cut.by_domain,
            DiffCounts { new: 1, missing: 1, in_both: 2, outside_limit: 1 },
            "the first link from c is proof enough"
        );
    }

    #[test]
    fn extra_columns_of_both_lists_are_kept() {
        let set = |url: &str, columns: [(&str, Kind, Value<'_>); 2]| {
            let specs = columns.iter().map(|(title, kind, _)| ExtraSpec::new(title, Some(*kind))).collect();
            let mut builder = LinkSetBuilder::with_extras(specs);
            builder.push(&Link { source_url: url, ..Link::default() }).unwrap();
            (0..).zip(columns).for_each(|(column, (_, _, value))| builder.set_extra(column, value).unwrap());
            builder.finish()
        };
        let later = set("a", [("DR", Kind::Number, Value::Number(5.0)), ("Note text", Kind::Text, Value::Text("x"))]);
        let earlier = set("b", [("DR", Kind::Number, Value::Number(7.0)), ("UR", Kind::Number, Value::Number(1.0))]);
        let links = diff(DiffInput { links: &later, limit: 9 }, DiffInput { links: &earlier, limit: 9 }).unwrap().links;
        let text = |row, key| links.extra(Row(row), links.schema().by_key(key).unwrap()).plain_text();
        assert_eq!(
            [text(0, "dr"), text(1, "dr"), text(0, "note text"), text(0, "ur"), text(1, "ur")],
            ["5", "7", "x", "", "1"]
        );
    }

    #[test]
    fn a_response_below_its_limit_proves_that_links_are_missing() {
        let result = counts(&["a", "b", "c"], 10, &["b", "d", "d"], 10);
        assert_eq!(result, DiffCounts { new: 2, missing: 1, in_both: 1, outside_limit: 0 });
    }

    #[test]
    fn nothing_is_proved_outside_the_limit_of_the_other_response() {
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
