//! Facets: counts of links by the values of a column.

mod count;
mod job;

pub use count::{FacetCount, count};
pub use job::{FacetCounts, FacetJob, warning};

use std::borrow::Cow;

use super::anchor_type::AnchorRules;
use super::columns::{self, COLUMNS, ColumnDef, ColumnId, ExtraId, Kind, Source, Value};
use super::link::Field;
use super::link_set::LinkSet;
use super::row::Row;

/// A column whose values are counted. An extra column is meaningless in another link set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facet(ColumnId);

impl Facet {
    /// `None` for a column that is not counted, or that the links do not have. An extra column is counted if it has few
    /// values.
    pub fn of(links: &LinkSet, column: ColumnId) -> Option<Facet> {
        let def = links.schema().def(column)?;
        let is_counted = match def.source {
            Source::Extra(id) => has_few_values(links, id),
            _ => true,
        };
        (is_counted && def.facet.is_some()).then_some(Facet(column))
    }

    /// In the order of the columns, extra columns last.
    pub fn all(links: &LinkSet) -> Vec<Facet> {
        let built_in = COLUMNS.iter().map(|def| def.column);
        let extras = links.schema().ids().map(ColumnId::Extra);
        built_in.chain(extras).filter_map(|column| Facet::of(links, column)).collect()
    }

    pub fn column(self) -> ColumnId {
        self.0
    }

    /// `None` for an extra column of another set.
    pub fn def(self, links: &LinkSet) -> Option<ColumnDef<'_>> {
        links.schema().def(self.0)
    }

    /// Unsanitized.
    pub fn title(self, links: &LinkSet) -> &str {
        self.def(links).and_then(|def| def.facet).map_or("", |facet| facet.title)
    }

    /// The value that a row is counted under.
    pub fn value<'a>(self, links: &'a LinkSet, row: Row, rules: &AnchorRules) -> Value<'a> {
        let Some(def) = self.def(links) else { return Value::Absent };
        match def.counted_part() {
            Some((field, part)) => Value::Text(part(links.text(row, field))),
            None => columns::value(links, row, &def, rules),
        }
    }

    /// The value that a row is counted under, as the screen shows it.
    pub fn shown_value<'a>(self, links: &'a LinkSet, row: Row, rules: &AnchorRules) -> Cow<'a, str> {
        match (self.value(links, row, rules), self.def(links)) {
            (Value::Text(text), Some(def)) => def.readable(text),
            (value, _) => value.display_text(),
        }
    }

    /// The value that a row is counted under, in the form that the filter language uses.
    pub fn filter_value<'a>(self, links: &'a LinkSet, row: Row, rules: &AnchorRules) -> Cow<'a, str> {
        match self.def(links) {
            Some(def) if def.counted_part().is_none() => {
                columns::filter_value(links, row, &def, rules).unwrap_or_default()
            }
            _ => self.value(links, row, rules).plain_text(),
        }
    }
}

impl Default for Facet {
    /// Referring domains.
    fn default() -> Facet {
        Facet(ColumnId::Field(Field::SourceDomain))
    }
}

/// An extra column with more values is not counted.
const MAX_EXTRA_VALUES: usize = 20;
/// On average. A column with fewer rows per value tells links apart rather than groups them.
const MIN_ROWS_PER_VALUE: usize = 2;
/// Rows with a value that are examined. Few, because the event loop does it.
const EXAMINED_VALUES: usize = 1_000;
/// Rows that are examined if most of them have no value.
const EXAMINED_ROWS: usize = 10_000;

/// Judges an extra column by its first rows.
fn has_few_values(links: &LinkSet, id: ExtraId) -> bool {
    let schema = links.schema();
    let Some(name) = schema.name(id) else { return false };
    if schema.kind(id) == Some(Kind::Flag) {
        return true;
    }
    let segments = links.segments().filter_map(|(_, segment)| segment.extra(name));
    let rows = segments.flat_map(|column| (0..column.len()).map(|index| column.get(index))).take(EXAMINED_ROWS);
    let (mut count, mut distinct) = (0, Vec::new());
    for value in rows.filter(|value| !value.is_absent()).take(EXAMINED_VALUES) {
        count += 1;
        if !distinct.contains(&value) {
            distinct.push(value);
        }
        if distinct.len() > MAX_EXTRA_VALUES {
            return false;
        }
    }
    count > 0 && count >= distinct.len() * MIN_ROWS_PER_VALUE
}

#[cfg(test)]
mod tests {
    use super::super::link::Link;
    use super::super::row_order::RowOrder;
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
            link("blog.a.co.uk", "https://blog.a.co.uk/x/y?z=/", "blue hose"),
            link("b.com", "https://b.com", "Blue Hose"),
            link("A.co.uk", "https://u:p@a.co.uk/x/", ""),
        ])
        .unwrap()
    }

    fn counted(column: ColumnId, among: &RowOrder) -> Vec<(String, u32)> {
        let (set, rules) = (set(), AnchorRules::default());
        let facet = Facet::of(&set, column).unwrap();
        let value = |entry: &FacetCount| facet.filter_value(&set, entry.row, &rules).into_owned();
        count(&set, facet, &rules, among).iter().map(|entry| (value(entry), entry.rows)).collect()
    }

    #[test]
    fn counts_the_values_of_each_facet() {
        for (column, top) in [
            (ColumnId::Field(Field::SourceDomain), ("a.co.uk", 2)),
            (ColumnId::Tld, ("co.uk", 2)),
            (ColumnId::Field(Field::Anchor), ("blue hose", 2)),
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
            [ColumnId::Field(Field::Anchor), ColumnId::AnchorType].map(|column| Facet::of(&set, column).unwrap());
        let entries = count(&set, anchor, &rules, &RowOrder::All(3));
        assert!(warning(&set, anchor, &rules, &entries).unwrap().contains("67 %"));
        let keywords = AnchorRules::new(&[], &["hose".into()]);
        let entries = count(&set, anchor_type, &keywords, &RowOrder::All(3));
        assert!(warning(&set, anchor_type, &keywords, &entries).unwrap().contains("keywords"));
        assert_eq!(warning(&set, anchor_type, &rules, &count(&set, anchor_type, &rules, &RowOrder::All(3))), None);
    }

    #[test]
    fn many_money_anchors_cause_a_warning() {
        let anchors = ["buy pills", "casino", "home", "https://a.com/", ""];
        let links = LinkSet::from_links(anchors.map(|anchor| Link { anchor, ..Link::default() })).unwrap();
        let (facet, rules) = (Facet::of(&links, ColumnId::AnchorType).unwrap(), AnchorRules::default());
        let warning_on = |rows| warning(&links, facet, &rules, &count(&links, facet, &rules, &RowOrder::All(rows)));
        assert_eq!(warning_on(5).as_deref(), Some("40 % of the links have money anchors: looks like link spam"));
        let rest = RowOrder::Ascending([Row(1), Row(2), Row(3), Row(4)].into());
        assert_eq!(warning(&links, facet, &rules, &count(&links, facet, &rules, &rest)), None);
    }
}
