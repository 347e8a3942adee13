//! Extra columns of a file, compared with slow, obvious implementations.

mod facets;
mod shown;

use std::cmp::Ordering;
use std::sync::Arc;

use kew_tui::domain::anchor_type::AnchorRules;
use kew_tui::domain::columns::{Day, ExtraSpec, Kind, Value, filter_value};
use kew_tui::domain::link_set::{LinkSetBuilder, SEGMENT_ROWS};
use kew_tui::domain::note::RowNotes;
use kew_tui::domain::order::{ColumnId, Direction, Order, SortContext};
use kew_tui::domain::query::{EvalContext, Extras, Query};
use kew_tui::domain::text::fold;
use kew_tui::domain::{Link, LinkSet, Row, RowSet};
use proptest::prelude::*;

const TITLES: [&str; 4] = ["Note text", "DR", "First seen", "nofollow"];
const KINDS: [Kind; 4] = [Kind::Text, Kind::Number, Kind::Date, Kind::Flag];

/// A value of each kind; any of them may be absent.
#[derive(Clone, Debug)]
struct Entry {
    text: String,
    number: Option<f64>,
    date: Option<i32>,
    flag: Option<bool>,
}

impl Entry {
    fn values(&self) -> [Value<'_>; 4] {
        let date = self.date.and_then(Day::from_days);
        [
            if self.text.is_empty() { Value::Absent } else { Value::Text(&self.text) },
            self.number.map_or(Value::Absent, Value::Number),
            date.map_or(Value::Absent, Value::Date),
            self.flag.map_or(Value::Absent, Value::Flag),
        ]
    }
}

/// Numbers for each of the packed representations.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        (-3_i32..4).prop_map(f64::from),
        (-30_000_i32..30_000).prop_map(|n| f64::from(n) / 100.0),
        (0_u32..u32::MAX).prop_map(f64::from),
        any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(|n| n + 0.0),
    ]
}

fn row() -> impl Strategy<Value = Entry> {
    let date = prop_oneof![20_000_i32..20_005, -4_371_000_i32..2_932_000];
    (
        "[abAé]{0,2}",
        prop::option::weighted(0.8, number()),
        prop::option::weighted(0.8, date),
        prop::option::weighted(0.8, any::<bool>()),
    )
        .prop_map(|(text, number, date, flag)| Entry { text, number, date, flag })
}

/// Rows in small segments; every third one is of a file without extra columns.
fn set(rows: &[Entry], specs: &[ExtraSpec]) -> LinkSet {
    let mut set = LinkSet::default();
    for (number, rows) in rows.chunks(7).enumerate() {
        let specs = if number % 3 == 2 { Vec::new() } else { specs.to_vec() };
        let mut builder = LinkSetBuilder::with_extras(specs);
        for row in rows {
            builder.push(&Link { anchor: "x", source_domain: "a.com", ..Link::default() }).unwrap();
            for (column, value) in row.values().into_iter().enumerate().filter(|(_, value)| !value.is_absent()) {
                builder.set_extra(column, value).unwrap();
            }
        }
        for (_, segment) in builder.finish().segments() {
            set.append(Arc::clone(segment), 0);
        }
    }
    set
}

fn specs() -> Vec<ExtraSpec> {
    TITLES.into_iter().zip(KINDS).map(|(title, kind)| ExtraSpec::new(title, Some(kind))).collect()
}

/// What a row should have in a column.
fn expected(rows: &[Entry], row: Row, column: usize) -> Value<'_> {
    if (row.0 / 7) % 3 == 2 { Value::Absent } else { rows[row.index()].values()[column] }
}

fn found(set: &LinkSet, query: &Query) -> Vec<Row> {
    let (marks, notes, rules) = (RowSet::new(set.len()), RowNotes::default(), AnchorRules::default());
    let facts = EvalContext { marks: &marks, notes: &notes, row_diffs: &[], rules: &rules };
    let found: Vec<Row> = query.rows(set, &facts).iter().collect();
    let one_by_one = set.rows().filter(|&row| query.holds(set, row, &facts));
    assert!(found.iter().copied().eq(one_by_one), "{query}: row by row it says the same");
    found
}

fn parse(set: &LinkSet, text: &str) -> Query {
    Query::parse_with(text, Extras::Of(set.schema())).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Compares values of the same kind.
fn compare(a: Value<'_>, b: Value<'_>) -> Ordering {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => fold(a).cmp(&fold(b)),
        (Value::Number(a), Value::Number(b)) => a.partial_cmp(&b).unwrap(),
        (Value::Date(a), Value::Date(b)) => a.days().cmp(&b.days()),
        (Value::Flag(a), Value::Flag(b)) => a.cmp(&b),
        other => panic!("{other:?}"),
    }
}

fn extra(set: &LinkSet, column: usize) -> ColumnId {
    ColumnId::Extra(set.schema().ids().nth(column).unwrap())
}

fn sort(set: &LinkSet, order: &Order) -> Vec<Row> {
    let mut rows: Vec<Row> = set.rows().collect();
    order.sort(set, SortContext { row_diffs: &[], rules: &AnchorRules::default() }, &mut rows);
    rows
}

/// The least important key first, each time keeping what is equal as it is.
fn sort_slowly(rows: &[Entry], keys: &[(usize, Direction)]) -> Vec<Row> {
    let mut sorted: Vec<Row> = Row::range(0..rows.len() as u32).collect();
    for &(column, direction) in keys.iter().rev() {
        let (mut some, none): (Vec<Row>, Vec<Row>) =
            sorted.into_iter().partition(|row| !expected(rows, *row, column).is_absent());
        some.sort_by(|a, b| direction.apply(compare(expected(rows, *a, column), expected(rows, *b, column))));
        sorted = some.into_iter().chain(none).collect();
    }
    sorted
}

fn direction() -> impl Strategy<Value = Direction> {
    prop_oneof![Just(Direction::Ascending), Just(Direction::Descending)]
}

const TERMS: [&str; 26] = [
    "dr:>5",
    "dr:>50",
    "dr:5",
    "dr:50",
    "dr:1..3",
    "dr:-1..2",
    "-dr:>1",
    "dr:=\"\"",
    "\"note text\":a",
    "\"note text\":ab",
    "\"note text\":A",
    "-\"note text\":a",
    "\"note text\":=a",
    "\"note text\":=\"\"",
    "\"note text\":/^a/",
    "nofollow:true",
    "-nofollow:true",
    "nofollow:no",
    "\"first seen\":>=2024-10-05",
    "\"first seen\":<2024-10-05",
    "a",
    "ab",
    "-a",
    "A",
    "dr:1|\"note text\":a",
    "x",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn values_are_read_back_unchanged(rows in prop::collection::vec(row(), 0..60)) {
        let set = set(&rows, &specs());
        let ids: Vec<_> = set.schema().ids().collect();
        prop_assert_eq!(ids.len(), if rows.is_empty() { 0 } else { 4 });
        for row in set.rows() {
            for (column, id) in ids.iter().enumerate() {
                prop_assert_eq!(set.extra(row, *id), expected(&rows, row, column));
            }
        }
    }

    #[test]
    fn rows_are_sorted_by_value_and_absent_ones_last(
        rows in prop::collection::vec(row(), 1..60),
        first in (0_usize..4, direction()),
        second in (0_usize..4, direction()),
    ) {
        let set = set(&rows, &specs());
        for keys in [vec![first], vec![first, second]] {
            let order = Order::new(keys.iter().map(|(column, direction)| (extra(&set, *column), *direction)).collect());
            prop_assert_eq!(sort(&set, &order), sort_slowly(&rows, &keys), "{:?}", keys);
        }
    }

    #[test]
    fn comparisons_find_the_matching_rows(rows in prop::collection::vec(row(), 1..60), other in row(), sign in 0_usize..8) {
        let set = set(&rows, &specs());
        let names = ["\"note text\"", "dr", "\"first seen\"", "nofollow"];
        for column in [1, 2] {
            let limit = other.values()[column];
            prop_assume!(!limit.is_absent());
            let (before, holds): (&str, fn(Ordering) -> bool) = [
                ("<", Ordering::is_lt as fn(Ordering) -> bool), ("<=", Ordering::is_le), (">", Ordering::is_gt), (">=", Ordering::is_ge),
                ("", Ordering::is_eq), ("=", Ordering::is_eq), ("..", Ordering::is_le), ("-", Ordering::is_ne),
            ][sign];
            let (exclude, before) = if before == "-" { ("-", "") } else { ("", before) };
            let query = parse(&set, &format!("{exclude}{}:{before}{}", names[column], limit.plain_text()));
            let fits = |row: &Row| match expected(&rows, *row, column) {
                Value::Absent => exclude == "-",
                value => holds(compare(value, limit)),
            };
            prop_assert_eq!(found(&set, &query), set.rows().filter(fits).collect::<Vec<_>>(), "{}", query);
            let at_least = parse(&set, &format!("{}:{}..", names[column], limit.plain_text()));
            let from = |row: &Row| {
                let value = expected(&rows, *row, column);
                !value.is_absent() && compare(value, limit).is_ge()
            };
            prop_assert_eq!(found(&set, &at_least), set.rows().filter(from).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_narrower_filter_finds_nothing_new(
        rows in prop::collection::vec(row(), 1..60),
        new in prop::collection::vec(0..TERMS.len(), 1..3),
        old in prop::collection::vec(0..TERMS.len(), 1..3),
    ) {
        let set = set(&rows, &specs());
        let query = |terms: &[usize]| parse(&set, &terms.iter().map(|at| TERMS[*at]).collect::<Vec<_>>().join(" "));
        let (new, old) = (query(&new), query(&old));
        let (new_rows, old_rows) = (found(&set, &new), found(&set, &old));
        if new.narrows(&old) {
            prop_assert!(new_rows.iter().all(|row| old_rows.contains(row)), "{} {}", new, old);
        }
    }

    #[test]
    fn a_filter_by_cell_value_finds_its_row_and_reads_back(rows in prop::collection::vec(row(), 1..30)) {
        let set = set(&rows, &specs());
        for column in (0..4).map(|column| extra(&set, column)).chain([ColumnId::UrlDepth, ColumnId::Host]) {
            let def = set.schema().def(column).unwrap();
            for row in set.rows() {
                let value = filter_value(&set, row, &def, &AnchorRules::default()).unwrap();
                let only = Query::default().with_value(&def, &value, false).unwrap();
                prop_assert!(found(&set, &only).contains(&row), "{}", only);
                prop_assert_eq!(&parse(&set, &only.to_string()), &only);
                prop_assert_eq!(&Query::parse_with(&only.to_string(), Extras::Any).unwrap(), &only);
                prop_assert!(!found(&set, &Query::default().with_value(&def, &value, true).unwrap()).contains(&row));
            }
        }
    }
}

#[test]
fn values_are_kept_across_segment_borders() {
    let mut builder =
        LinkSetBuilder::with_extras(vec![ExtraSpec::new("n", Some(Kind::Number)), ExtraSpec::new("t", None)]);
    let rows = SEGMENT_ROWS * 2 + 5;
    for i in 0..rows {
        builder.push(&Link::default()).unwrap();
        if i % 3 != 0 {
            builder.set_extra(0, Value::Number(((i * 7_919) % 5_000) as f64 / 10.0)).unwrap();
        }
        // Only the first segment holds numbers alone.
        let text = if i == SEGMENT_ROWS { "n/a".to_owned() } else { (i % 100).to_string() };
        builder.set_extra(1, Value::Text(&text)).unwrap();
    }
    let set = builder.finish();
    let (n, t) = (set.schema().ids().next().unwrap(), set.schema().ids().nth(1).unwrap());
    for row in [1, SEGMENT_ROWS - 1, SEGMENT_ROWS, SEGMENT_ROWS + 1, rows - 1] {
        let expected = if row % 3 == 0 { Value::Absent } else { Value::Number(((row * 7_919) % 5_000) as f64 / 10.0) };
        assert_eq!(set.extra(Row(row as u32), n), expected, "{row}");
    }
    assert_eq!((set.schema().kind(n), set.schema().kind(t)), (Some(Kind::Number), None));
    let sorted = sort(&set, &Order::new(vec![(ColumnId::Extra(n), Direction::Descending)]));
    let number = |row: &Row| match set.extra(*row, n) {
        Value::Number(number) => Some(number),
        _ => None,
    };
    let numbers: Vec<Option<f64>> = sorted.iter().map(number).collect();
    assert!(numbers.windows(2).all(|pair| pair[0] >= pair[1]), "absent values are last");
    let mixed = sort(&set, &Order::new(vec![(ColumnId::Extra(t), Direction::Ascending)]));
    assert_eq!(set.extra(mixed[0], t), Value::Number(0.0));
    assert_eq!(set.extra(mixed[rows - 1], t), Value::Text("n/a"), "numbers, then texts");
    assert_eq!(found(&set, &parse(&set, "t:n/a")), [Row(SEGMENT_ROWS as u32)]);
}
