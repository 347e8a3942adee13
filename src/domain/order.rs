//! The order of the rows: which are shown, sorted by which columns.

use std::cmp::Ordering;

use super::diff::{DiffStatus, RowDiff};
use super::link::Field;
use super::link_set::LinkSet;
use super::text::compare_folded;
use super::text_sorter::TextSorter;

pub use super::direction::Direction;

/// What a row can be sorted by, and a column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SortColumn {
    /// The place in the API's order, which is of authority.
    Rank,
    /// What a comparison says of the link.
    DiffStatus,
    /// The file that the link comes from.
    File,
    /// How many links a line stands for, where links are grouped. It orders groups, not links.
    Links,
    /// The folded text of a field.
    Field(Field),
}

impl SortColumn {
    /// Every column with its name in the settings and on the command line.
    pub const NAMES: [(SortColumn, &'static str); 6] = [
        (SortColumn::Rank, "rank"),
        (SortColumn::Field(Field::SourceDomain), "source-domain"),
        (SortColumn::Field(Field::Anchor), "anchor"),
        (SortColumn::Field(Field::SourceUrl), "source-url"),
        (SortColumn::Field(Field::TargetUrl), "target-url"),
        (SortColumn::Field(Field::TargetDomain), "target-domain"),
    ];

    /// Whether a user can have it or not; the others come and go with what is shown.
    pub fn can_be_chosen(self) -> bool {
        SortColumn::NAMES.iter().any(|(column, _)| *column == self)
    }

    /// The table's header.
    pub fn title(self) -> &'static str {
        match self {
            SortColumn::Rank => "#",
            SortColumn::DiffStatus => "Status",
            SortColumn::File => "File",
            SortColumn::Links => "Links",
            SortColumn::Field(field) => field.title(),
        }
    }

    /// Its name in the settings and on the command line.
    pub fn name(self) -> &'static str {
        SortColumn::NAMES.iter().find(|(column, _)| *column == self).map_or("rank", |(_, name)| name)
    }
}

/// The sort keys, the most important first. None at all is the API's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    keys: Vec<(SortColumn, Direction)>,
}

impl Order {
    /// Sorted by these keys, the most important first.
    pub fn new(keys: Vec<(SortColumn, Direction)>) -> Order {
        Order { keys }
    }

    /// The keys.
    pub fn keys(&self) -> &[(SortColumn, Direction)] {
        &self.keys
    }

    /// The direction in which a column is sorted, if it is.
    pub fn direction(&self, column: SortColumn) -> Option<Direction> {
        self.keys.iter().find(|(c, _)| *c == column).map(|(_, direction)| *direction)
    }

    /// Makes `column` the only key: ascending; again, descending; again, the API's order.
    pub fn cycle(&mut self, column: SortColumn) {
        self.keys = match self.keys.as_slice() {
            [(only, Direction::Ascending)] if *only == column => vec![(column, Direction::Descending)],
            [(only, Direction::Descending)] if *only == column => Vec::new(),
            _ => vec![(column, Direction::Ascending)],
        };
    }

    /// Adds `column` behind the other keys: ascending; again, descending; again, not at all.
    pub fn add(&mut self, column: SortColumn) {
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

    /// This order without a column.
    #[must_use]
    pub fn without(&self, column: SortColumn) -> Order {
        Order { keys: self.keys.iter().filter(|(other, _)| *other != column).copied().collect() }
    }

    /// Sorts `rows`. Where all keys are equal, the API's order decides.
    pub fn sort(&self, links: &LinkSet, row_diffs: &[RowDiff], rows: &mut Vec<u32>) {
        match self.keys.split_first() {
            None => rows.sort_unstable(),
            // Groups are put in order once the links within them are (`Grouping`).
            Some(((SortColumn::Links, _), further)) => Order { keys: further.to_vec() }.sort(links, row_diffs, rows),
            Some(((SortColumn::Rank, direction), _)) => rows.sort_unstable_by(|a, b| direction.turned(a.cmp(b))),
            Some(((SortColumn::DiffStatus | SortColumn::File, _), _)) => {
                rows.sort_unstable_by(|&a, &b| compare(links, row_diffs, &self.keys, a, b));
            }
            Some(((SortColumn::Field(field), direction), further)) => {
                let by = TextSorter { links, field: *field, direction: *direction };
                by.sort(rows, !further.is_empty(), |a, b| compare(links, row_diffs, further, a, b));
            }
        }
    }
}

fn compare(links: &LinkSet, row_diffs: &[RowDiff], keys: &[(SortColumn, Direction)], a: u32, b: u32) -> Ordering {
    let by_keys = keys.iter().map(|(column, direction)| {
        let ordering = match column {
            SortColumn::Rank => a.cmp(&b),
            SortColumn::DiffStatus => diff_status(row_diffs, a).cmp(&diff_status(row_diffs, b)),
            SortColumn::File => links.file_of(a).cmp(&links.file_of(b)),
            SortColumn::Links => Ordering::Equal,
            SortColumn::Field(field) => compare_folded(links.text(a, *field), links.text(b, *field)),
        };
        direction.turned(ordering)
    });
    by_keys.fold(Ordering::Equal, Ordering::then).then(a.cmp(&b))
}

/// New first, then what was not seen, then what stayed, in the order of the enum.
fn diff_status(row_diffs: &[RowDiff], row: u32) -> Option<DiffStatus> {
    row_diffs.get(row as usize).map(|row_diff| row_diff.link)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::link::Link;
    use super::*;

    const DOMAIN: SortColumn = SortColumn::Field(Field::SourceDomain);
    const ANCHOR: SortColumn = SortColumn::Field(Field::Anchor);

    fn set(texts: &[(&str, &str)]) -> LinkSet {
        LinkSet::from_links(texts.iter().map(|(source_domain, anchor)| Link {
            source_domain,
            anchor,
            ..Link::default()
        }))
        .unwrap()
    }

    fn sorted_rows(links: &LinkSet, order: &Order) -> Vec<u32> {
        let mut rows: Vec<u32> = (0..links.len() as u32).collect();
        order.sort(links, &[], &mut rows);
        rows
    }

    #[test]
    fn three_states_and_further_keys() {
        let links = set(&[("b", "x"), ("A", "z"), ("b", "a"), ("a", "z")]);
        let mut order = Order::default();
        order.cycle(DOMAIN);
        assert_eq!(sorted_rows(&links, &order), [1, 3, 0, 2], "case is folded, equals keep the API's order");
        order.add(ANCHOR);
        assert_eq!(sorted_rows(&links, &order), [1, 3, 2, 0]);
        order.add(ANCHOR);
        assert_eq!(sorted_rows(&links, &order), [1, 3, 0, 2]);
        order.add(ANCHOR);
        order.cycle(DOMAIN);
        assert_eq!(sorted_rows(&links, &order), [0, 2, 1, 3], "descending is stable too");
        order.cycle(DOMAIN);
        assert_eq!(order, Order::default());
        order.cycle(SortColumn::Rank);
        order.cycle(SortColumn::Rank);
        assert_eq!(sorted_rows(&links, &order), [3, 2, 1, 0]);
    }

    proptest! {
        #[test]
        fn sorts_as_the_folded_texts_do(texts in prop::collection::vec("https?://[a-cA-C.é\\x00]{0,24}", 0..40)) {
            let links = set(&texts.iter().map(|t| (t.as_str(), "")).collect::<Vec<_>>());
            let mut order = Order::default();
            order.cycle(DOMAIN);
            let mut expected: Vec<u32> = (0..texts.len() as u32).collect();
            expected.sort_by_key(|&row| links.folded(row, Field::SourceDomain).into_owned());
            prop_assert_eq!(sorted_rows(&links, &order), expected);
        }
    }
}
