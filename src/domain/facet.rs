//! Facets: counts of links by the values of a column.

use std::borrow::Cow;
use std::sync::Arc;

use rayon::prelude::*;

use super::anchor_type::{AnchorRules, AnchorType};
use super::columns::{COLUMNS, ColumnDef, ColumnId, FacetDef, Source};
use super::groups::{Group, Groups};
use super::link::{Field, Link};
use super::link_set::{LinkSet, SEGMENT_ROWS, Segment};
use super::row::{Line, Row};
use super::row_order::RowOrder;
use super::text::fold;

/// A column whose values are counted.
#[derive(Clone, Copy, Debug)]
pub struct Facet(&'static ColumnDef<'static>, FacetDef);

impl Facet {
    /// `None` for a column that is not counted.
    pub fn of(column: ColumnId) -> Option<Facet> {
        COLUMNS.iter().find(|def| def.column == column).and_then(Facet::of_def)
    }

    fn of_def(def: &'static ColumnDef<'static>) -> Option<Facet> {
        def.facet.map(|facet| Facet(def, facet))
    }

    /// In the order of the columns.
    pub fn all() -> impl Iterator<Item = Facet> {
        COLUMNS.iter().filter_map(Facet::of_def)
    }

    pub fn column(self) -> ColumnId {
        self.0.column
    }

    pub fn def(self) -> &'static ColumnDef<'static> {
        self.0
    }

    pub fn title(self) -> &'static str {
        self.1.title
    }

    /// The next or the previous facet, wrapping around.
    #[must_use]
    pub fn step(self, forward: bool) -> Facet {
        let all: Vec<Facet> = Facet::all().collect();
        let at = all.iter().position(|facet| *facet == self).unwrap_or(0);
        let to = if forward { at + 1 } else { at + all.len() - 1 };
        all.get(to % all.len()).copied().unwrap_or(self)
    }

    /// The value of a link, in the form that the filter language uses.
    pub fn value<'a>(self, link: &Link<'a>, rules: &AnchorRules) -> &'a str {
        match self.0.counted_part() {
            Some((field, part)) => part(link.get(field)),
            None => rules.classify(link.anchor, link.target_domain).name(),
        }
    }

    /// The value of a link as the screen shows it.
    pub fn shown_value<'a>(self, link: &Link<'a>, rules: &AnchorRules) -> Cow<'a, str> {
        self.0.readable(self.display_value(link, rules))
    }

    /// The value of a link, in the form that is copied.
    pub fn display_value<'a>(self, link: &Link<'a>, rules: &AnchorRules) -> &'a str {
        match self.0.source {
            Source::AnchorType => rules.classify(link.anchor, link.target_domain).title(),
            _ => self.value(link, rules),
        }
    }
}

impl Default for Facet {
    /// Referring domains, the first counted column.
    fn default() -> Facet {
        Facet::all().next().unwrap_or(Facet(&COLUMNS[0], FacetDef { title: "", bucket: None }))
    }
}

impl PartialEq for Facet {
    fn eq(&self, other: &Facet) -> bool {
        self.column() == other.column()
    }
}

impl Eq for Facet {}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FacetCount {
    /// The first row with the value.
    pub row: Row,
    /// The number of counted rows with the value.
    pub rows: u32,
}

/// Counts the values of a facet among some rows, most frequent first; equal counts in the order of their first rows.
pub fn count(links: &LinkSet, facet: Facet, rules: &AnchorRules, among: &RowOrder) -> Vec<FacetCount> {
    let mut entries = match facet.def().counted_part() {
        Some((field, part)) => count_texts(&Groups::of(links, field, part), among),
        None => count_anchor_types(links, rules, among),
    };
    entries.sort_unstable_by_key(|entry| (std::cmp::Reverse(entry.rows), entry.row));
    entries
}

fn count_texts(groups: &Groups, among: &RowOrder) -> Vec<FacetCount> {
    let is_all = among.len() == groups.rows();
    let counts = if is_all { Vec::new() } else { groups.count(among.iter()) };
    let entry = |(i, group): (usize, &Group)| FacetCount {
        row: group.first,
        rows: if is_all { group.rows } else { counts.get(i).copied().unwrap_or(0) },
    };
    groups.groups().iter().enumerate().map(entry).filter(|entry| entry.rows > 0).collect()
}

/// There are so few anchor types that the rows need not be grouped.
fn count_anchor_types(links: &LinkSet, rules: &AnchorRules, among: &RowOrder) -> Vec<FacetCount> {
    type Counts = [Option<FacetCount>; AnchorType::ALL.len()];
    let merge = |a: Option<FacetCount>, b: Option<FacetCount>| match (a, b) {
        (Some(a), Some(b)) => Some(FacetCount { row: a.row.min(b.row), rows: a.rows + b.rows }),
        (a, b) => a.or(b),
    };
    let anchor_type = |(segment, index): (&Segment, usize)| {
        let text = |field| segment.column(field).get(index);
        rules.classify(text(Field::Anchor), text(Field::TargetDomain))
    };
    let add = |mut counts: Counts, row: Row| {
        if let Some(count) = links.locate(row).and_then(|location| counts.get_mut(anchor_type(location) as usize)) {
            *count = merge(*count, Some(FacetCount { row, rows: 1 }));
        }
        counts
    };
    let sum = |mut a: Counts, b: Counts| {
        a.iter_mut().zip(b).for_each(|(a, b)| *a = merge(*a, b));
        a
    };
    let lines = (0..among.len()).into_par_iter().with_min_len(SEGMENT_ROWS);
    let counts = lines.filter_map(|line| among.get(Line(line))).fold(Counts::default, add).reduce(Counts::default, sum);
    counts.into_iter().flatten().collect()
}

/// The count of a facet, as a job for a worker.
#[derive(Clone, Debug)]
pub struct FacetJob {
    pub links: Arc<LinkSet>,
    pub facet: Facet,
    pub rules: Arc<AnchorRules>,
    pub among: RowOrder,
    /// The previous counts, if only the search or the order has changed.
    pub counted: Option<Arc<[FacetCount]>>,
    /// Keeps only values that contain this text, which is folded.
    pub search: String,
    /// Sorts by value instead of by count.
    pub by_value: bool,
}

/// The result of a [`FacetJob`].
#[derive(Clone, Debug)]
pub struct FacetCounts {
    pub all: Arc<[FacetCount]>,
    /// The values that match the search, in order.
    pub found: Arc<[FacetCount]>,
    /// The sum over all values.
    pub rows: u64,
    /// The highest count among `found`.
    pub most: u32,
    /// Set if the counts look unnatural.
    pub warning: Option<String>,
}

impl FacetJob {
    pub fn run(&self) -> FacetCounts {
        let (links, rules) = (&self.links, &self.rules);
        let all = match &self.counted {
            Some(counted) => Arc::clone(counted),
            None => count(links, self.facet, rules, &self.among).into(),
        };
        let value = |entry: &FacetCount| self.facet.shown_value(&links.shown_link(entry.row), rules);
        let mut found: Vec<FacetCount> = match self.search.as_str() {
            "" => all.to_vec(),
            search => all.iter().filter(|entry| fold(&value(entry)).contains(search)).copied().collect(),
        };
        if self.by_value {
            found.sort_by_cached_key(|entry| fold(&value(entry)).into_owned());
        }
        let warning = warning(links, self.facet, rules, &all);
        let rows = all.iter().map(|entry| u64::from(entry.rows)).sum();
        let most = found.iter().map(|entry| entry.rows).max().unwrap_or(0);
        FacetCounts { all, found: found.into(), rows, most, warning }
    }
}

/// The share of links from which a single anchor text looks unnatural.
const DOMINANT_ANCHOR: f64 = 0.10;
/// The share of links from which keyword anchors look unnatural.
const DOMINANT_KEYWORDS: f64 = 0.30;

/// A warning if the counts look unnatural by a rule of thumb of link audits: a single anchor text, other than a
/// brand, a URL or a generic phrase, on 10% of the links, or keywords on 30%.
pub fn warning(links: &LinkSet, facet: Facet, rules: &AnchorRules, entries: &[FacetCount]) -> Option<String> {
    let all: f64 = entries.iter().map(|entry| f64::from(entry.rows)).sum();
    let anchor_type = |entry: &FacetCount| {
        let link = links.shown_link(entry.row);
        rules.classify(link.anchor, link.target_domain)
    };
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    match facet.column() {
        ColumnId::Field(Field::Anchor) => {
            let is_suspicious =
                |anchor_type| matches!(anchor_type, AnchorType::Exact | AnchorType::Partial | AnchorType::Other);
            let top = entries.iter().take(20).find(|entry| is_suspicious(anchor_type(entry)))?;
            let share = f64::from(top.rows) / all;
            (share >= DOMINANT_ANCHOR)
                .then(|| format!("{} of the links share one anchor text: looks unnatural", percent(share)))
        }
        ColumnId::AnchorType => {
            let keywords =
                entries.iter().filter(|entry| matches!(anchor_type(entry), AnchorType::Exact | AnchorType::Partial));
            let share = keywords.map(|entry| f64::from(entry.rows)).sum::<f64>() / all;
            (share >= DOMINANT_KEYWORDS)
                .then(|| format!("{} of the links have keywords as anchor text: looks unnatural", percent(share)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set() -> LinkSet {
        let link = |source_domain, source_url, anchor| Link {
            source_domain,
            source_url,
            anchor,
            target_domain: "me.com",
            target_url: "https://me.com/",
        };
        LinkSet::from_links([
            link("a.co.uk", "https://blog.a.co.uk/x/y?z=/", "cheap hose"),
            link("b.com", "https://b.com", "Cheap Hose"),
            link("A.co.uk", "https://u:p@a.co.uk/x/", ""),
        ])
        .unwrap()
    }

    fn counted(column: ColumnId, among: &RowOrder) -> Vec<(String, u32)> {
        let (set, rules, facet) = (set(), AnchorRules::default(), Facet::of(column).unwrap());
        let value = |entry: &FacetCount| facet.value(&set.shown_link(entry.row), &rules).to_owned();
        count(&set, facet, &rules, among).iter().map(|entry| (value(entry), entry.rows)).collect()
    }

    #[test]
    fn counts_the_values_of_each_facet() {
        for (column, top) in [
            (ColumnId::Field(Field::SourceDomain), ("a.co.uk", 2)),
            (ColumnId::Tld, ("co.uk", 2)),
            (ColumnId::Field(Field::Anchor), ("cheap hose", 2)),
            (ColumnId::AnchorType, ("other", 2)),
            (ColumnId::Field(Field::TargetUrl), ("https://me.com/", 3)),
            (ColumnId::Host, ("blog.a.co.uk", 1)),
            (ColumnId::UrlDepth, ("2", 1)),
            (ColumnId::TopFolder, ("x", 2)),
        ] {
            let counted = counted(column, &RowOrder::All(3));
            assert_eq!((counted[0].0.as_str(), counted[0].1), top, "{column:?} {counted:?}");
            assert_eq!(counted.iter().map(|(_, rows)| rows).sum::<u32>(), 3);
        }
        assert_eq!(
            counted(ColumnId::Field(Field::SourceDomain), &RowOrder::Ascending([Row(1)].into())),
            [("b.com".to_owned(), 1)]
        );
    }

    #[test]
    fn a_dominant_anchor_text_causes_a_warning() {
        let set = set();
        let rules = AnchorRules::default();
        let [anchor, anchor_type] =
            [ColumnId::Field(Field::Anchor), ColumnId::AnchorType].map(|column| Facet::of(column).unwrap());
        let entries = count(&set, anchor, &rules, &RowOrder::All(3));
        assert!(warning(&set, anchor, &rules, &entries).unwrap().contains("67 %"));
        let keywords = AnchorRules::new(&[], &["hose".into()]);
        let entries = count(&set, anchor_type, &keywords, &RowOrder::All(3));
        assert!(warning(&set, anchor_type, &keywords, &entries).unwrap().contains("keywords"));
        assert_eq!(warning(&set, anchor_type, &rules, &count(&set, anchor_type, &rules, &RowOrder::All(3))), None);
    }

    #[test]
    fn the_search_looks_at_the_values_as_they_are_shown() {
        let names = ["münchen.de", "zwei.de"];
        let links = names.map(|source_domain| Link { source_domain, ..Link::default() });
        let job = FacetJob {
            links: Arc::new(LinkSet::from_links(links).unwrap()),
            facet: Facet::default(),
            rules: Arc::default(),
            among: RowOrder::All(2),
            counted: None,
            search: "münch".to_owned(),
            by_value: true,
        };
        assert_eq!(*job.run().found, [FacetCount { row: Row(0), rows: 1 }]);
    }

    #[test]
    fn stepping_wraps_around() {
        let mut facet = Facet::default();
        for _ in Facet::all() {
            assert_eq!(facet.step(true).step(false), facet);
            facet = facet.step(true);
        }
        assert_eq!(facet, Facet::default());
    }
}
