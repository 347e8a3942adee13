//! Sorts rows by columns.

use std::cmp::Ordering;

use super::anchor_type::AnchorRules;
use super::by_key;
use super::columns::{ExtraId, Kind, Part, Source, StoredText};
use super::diff::{DiffStatus, RowDiff};
use super::link::Field;
use super::link_set::LinkSet;
use super::row::Row;
use super::text::compare_folded;
use super::text_sorter::TextSorter;

pub use super::columns::ColumnId;
pub use super::direction::Direction;

/// The sort keys, most significant first. Without any, rows are in the API's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    keys: Vec<(ColumnId, Direction)>,
}

impl Order {
    pub fn new(keys: Vec<(ColumnId, Direction)>) -> Order {
        Order { keys }
    }

    pub fn keys(&self) -> &[(ColumnId, Direction)] {
        &self.keys
    }

    /// `None` if the column is not a sort key.
    pub fn direction(&self, column: ColumnId) -> Option<Direction> {
        self.keys.iter().find(|(c, _)| *c == column).map(|(_, direction)| *direction)
    }

    /// Makes `column` the only key, and cycles through ascending, descending and the API's order.
    pub fn cycle(&mut self, column: ColumnId) {
        self.keys = match self.keys.as_slice() {
            [(only, Direction::Ascending)] if *only == column => vec![(column, Direction::Descending)],
            [(only, Direction::Descending)] if *only == column => Vec::new(),
            _ => vec![(column, Direction::Ascending)],
        };
    }

    /// Adds `column` as the least significant key, and cycles through ascending, descending and not a key.
    pub fn add(&mut self, column: ColumnId) {
        match self.keys.iter().position(|(c, _)| *c == column) {
            None => self.keys.push((column, Direction::Ascending)),
            Some(at) => match self.keys.get_mut(at) {
                Some((_, direction @ Direction::Ascending)) => *direction = Direction::Descending,
                _ => {
                    self.keys.remove(at);
                }
            },
        }
    }

    /// The order without the key `column`.
    #[must_use]
    pub fn without(&self, column: ColumnId) -> Order {
        Order { keys: self.keys.iter().filter(|(other, _)| *other != column).copied().collect() }
    }

    /// Sorts `rows`. Rows with equal keys are in the API's order.
    pub fn sort(&self, links: &LinkSet, context: SortContext<'_>, rows: &mut Vec<Row>) {
        Sorter { links, context, keys: self.keys.iter().filter_map(|key| Key::of(links, *key)).collect() }.sort(rows);
    }
}

/// What the order depends on besides the links themselves.
#[derive(Clone, Copy, Debug)]
pub struct SortContext<'a> {
    /// By row; empty unless two snapshots are compared.
    pub row_diffs: &'a [RowDiff],
    pub rules: &'a AnchorRules,
}

/// A resolved sort key.
#[derive(Clone, Copy)]
struct Key {
    source: Source,
    direction: Direction,
}

impl Key {
    /// `None` for the group size, by which groups are sorted later (see `Grouping`), and for an extra column of
    /// another set.
    fn of(links: &LinkSet, (column, direction): (ColumnId, Direction)) -> Option<Key> {
        let source = links.schema().def(column)?.source;
        (!matches!(source, Source::GroupSize)).then_some(Key { source, direction })
    }
}

struct Sorter<'a> {
    links: &'a LinkSet,
    context: SortContext<'a>,
    keys: Vec<Key>,
}

impl Sorter<'_> {
    fn sort(&self, rows: &mut Vec<Row>) {
        let Some((Key { source, direction }, _)) = self.keys.split_first() else { return rows.sort_unstable() };
        let (links, direction) = (self.links, *direction);
        match *source {
            Source::Rank => rows.sort_unstable_by(|a, b| direction.apply(a.cmp(b))),
            Source::Text { field, part } => self.sort_by_text(rows, StoredText::Field(field), direction, part),
            Source::Number { field, of } => {
                self.sort_by_number(rows, direction, |row| Some(f64::from(of(links.text(row, field)))));
            }
            Source::AnchorType => self.sort_by_number(rows, direction, |row| Some(f64::from(self.anchor_type(row)))),
            Source::Extra(id) => match links.schema().kind(id) {
                Some(Kind::Text) => self.sort_by_extra_text(rows, id, direction),
                Some(_) => self.sort_by_number(rows, direction, |row| links.extra(row, id).number()),
                None => rows.sort_unstable_by(|&a, &b| self.compare(&self.keys, a, b)),
            },
            Source::DiffStatus | Source::File | Source::GroupSize => {
                rows.sort_unstable_by(|&a, &b| self.compare(&self.keys, a, b));
            }
        }
    }

    fn further(&self) -> &[Key] {
        self.keys.get(1..).unwrap_or_default()
    }

    fn sort_by_number(&self, rows: &mut Vec<Row>, direction: Direction, number: impl Fn(Row) -> Option<f64> + Sync) {
        let further = self.further();
        by_key::sort(rows, direction, number, !further.is_empty(), |a, b| self.compare(further, a, b));
    }

    fn sort_by_text(&self, rows: &mut Vec<Row>, texts: StoredText, direction: Direction, part: Option<Part>) {
        let further = self.further();
        let by_further = |a, b| self.compare(further, a, b);
        let links = self.links;
        // A part is a function pointer. A separate instance for complete texts avoids the cost of calling it.
        match part {
            Some(part) => {
                TextSorter { links, texts, part, direction, is_shared: true }.sort(
                    rows,
                    !further.is_empty(),
                    by_further,
                );
            }
            None => {
                // Source URLs are nearly unique.
                let is_shared = texts != StoredText::Field(Field::SourceUrl);
                let sorter = TextSorter { links, texts, part: whole, direction, is_shared };
                sorter.sort(rows, !further.is_empty(), by_further);
            }
        }
    }

    /// Rows without a text are last in both directions.
    fn sort_by_extra_text(&self, rows: &mut Vec<Row>, id: ExtraId, direction: Direction) {
        let texts = StoredText::Extra(id);
        let (with_text, mut without_text): (Vec<Row>, Vec<Row>) =
            rows.iter().partition(|row| !self.links.stored_text(**row, texts).is_empty());
        *rows = with_text;
        self.sort_by_text(rows, texts, direction, None);
        let further = self.further();
        without_text.sort_unstable_by(|&a, &b| self.compare(further, a, b));
        rows.append(&mut without_text);
    }

    fn compare(&self, keys: &[Key], a: Row, b: Row) -> Ordering {
        let by_keys = keys.iter().map(|key| self.compare_by(*key, a, b));
        by_keys.fold(Ordering::Equal, Ordering::then).then(a.cmp(&b))
    }

    fn compare_by(&self, Key { source, direction }: Key, a: Row, b: Row) -> Ordering {
        let links = self.links;
        let ordering = match source {
            Source::Rank => a.cmp(&b),
            Source::DiffStatus => self.diff_status(a).cmp(&self.diff_status(b)),
            Source::File => links.file_of(a).cmp(&links.file_of(b)),
            Source::GroupSize => Ordering::Equal,
            Source::Text { field, part } => {
                let text = |row| part.map_or(links.text(row, field), |part| part(links.text(row, field)));
                compare_folded(text(a), text(b))
            }
            Source::Number { field, of } => of(links.text(a, field)).cmp(&of(links.text(b, field))),
            Source::AnchorType => self.anchor_type(a).cmp(&self.anchor_type(b)),
            Source::Extra(id) => {
                let (a, b) = (links.extra(a, id), links.extra(b, id));
                match a.compare(b) {
                    Some(ordering) => ordering,
                    None => return a.is_absent().cmp(&b.is_absent()),
                }
            }
        };
        direction.apply(ordering)
    }

    /// New first, then missing, in both, and outside the limit.
    fn diff_status(&self, row: Row) -> Option<DiffStatus> {
        self.context.row_diffs.get(row.index()).map(|row_diff| row_diff.link)
    }

    fn anchor_type(&self, row: Row) -> u8 {
        let text = |field| self.links.text(row, field);
        self.context.rules.classify(text(Field::Anchor), text(Field::TargetDomain)) as u8
    }
}

fn whole(text: &str) -> &str {
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::link::Link;
    use super::*;

    const DOMAIN: ColumnId = ColumnId::Field(Field::SourceDomain);
    const ANCHOR: ColumnId = ColumnId::Field(Field::Anchor);

    fn set(texts: &[(&str, &str)]) -> LinkSet {
        LinkSet::from_links(texts.iter().map(|(source_domain, anchor)| Link {
            source_domain,
            anchor,
            ..Link::default()
        }))
        .unwrap()
    }

    fn sorted_rows(links: &LinkSet, order: &Order) -> Vec<u32> {
        let mut rows = links.rows().collect();
        order.sort(links, SortContext { row_diffs: &[], rules: &AnchorRules::default() }, &mut rows);
        rows.into_iter().map(|row| row.0).collect()
    }

    #[test]
    fn cycles_through_three_states_and_sorts_by_several_keys() {
        let links = set(&[("b", "x"), ("A", "z"), ("b", "a"), ("a", "z")]);
        let mut order = Order::default();
        order.cycle(DOMAIN);
        assert_eq!(sorted_rows(&links, &order), [1, 3, 0, 2], "case is folded, equal texts are in the API's order");
        order.add(ANCHOR);
        assert_eq!(sorted_rows(&links, &order), [1, 3, 2, 0]);
        order.add(ANCHOR);
        assert_eq!(sorted_rows(&links, &order), [1, 3, 0, 2]);
        order.add(ANCHOR);
        order.cycle(DOMAIN);
        assert_eq!(sorted_rows(&links, &order), [0, 2, 1, 3], "descending is stable too");
        order.cycle(DOMAIN);
        assert_eq!(order, Order::default());
        order.cycle(ColumnId::Rank);
        order.cycle(ColumnId::Rank);
        assert_eq!(sorted_rows(&links, &order), [3, 2, 1, 0]);
    }

    proptest! {
        #[test]
        fn sorts_like_the_folded_texts(texts in prop::collection::vec("https?://[a-cA-C.é\\x00]{0,24}", 0..40)) {
            let links = set(&texts.iter().map(|t| (t.as_str(), "")).collect::<Vec<_>>());
            let mut order = Order::default();
            order.cycle(DOMAIN);
            let mut expected: Vec<u32> = (0..texts.len() as u32).collect();
            expected.sort_by_key(|&row| links.folded(Row(row), Field::SourceDomain).into_owned());
            prop_assert_eq!(sorted_rows(&links, &order), expected);
        }
    }
}
