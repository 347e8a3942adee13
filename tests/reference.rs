//! Compares filter, sort, groups and facets with slow, obvious implementations.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kew_tui::domain::anchor_type::AnchorRules;
use kew_tui::domain::domain_name::readable;
use kew_tui::domain::facet::{self, Facet};
use kew_tui::domain::groups::Groups;
use kew_tui::domain::note::RowNotes;
use kew_tui::domain::order::{ColumnId, Direction, Order, SortContext};
use kew_tui::domain::query::{EvalContext, Query};
use kew_tui::domain::text::fold;
use kew_tui::domain::{Field, Link, LinkSet, Row, RowOrder, RowSet};
use proptest::prelude::*;
use regex::RegexBuilder;

/// Few letters, so that texts repeat, share prefixes, and matches across two texts are likely.
const TEXT: &str = "[abAé]{0,4}|https?://[ab.]{1,5}(/[abÉ]{0,3}){0,2}|(ab){6,8}[ab]{0,2}";

/// Links with texts from a pool; with a small pool, many rows share texts.
fn links() -> impl Strategy<Value = Vec<[String; 5]>> {
    let pool = prop::collection::vec(TEXT, 1..30);
    let rows = prop::collection::vec(any::<[prop::sample::Index; 5]>(), 0..40);
    (pool, rows)
        .prop_map(|(pool, rows)| rows.into_iter().map(|fields| fields.map(|index| index.get(&pool).clone())).collect())
}

/// A set with several segments, as from a file.
fn set(rows: &[[String; 5]]) -> LinkSet {
    let mut set = LinkSet::default();
    for rows in rows.chunks(if rows.len() < 100 { 7 } else { 9_000 }) {
        let link = |[anchor, source_domain, target_domain, source_url, target_url]: &[String; 5]| {
            [anchor, source_domain, target_domain, source_url, target_url].map(String::clone)
        };
        let texts: Vec<_> = rows.iter().map(link).collect();
        let part =
            LinkSet::from_links(texts.iter().map(|[anchor, source_domain, target_domain, source_url, target_url]| {
                Link { anchor, source_domain, target_domain, source_url, target_url }
            }));
        for (_, segment) in part.unwrap().segments() {
            set.append(Arc::clone(segment), 0);
        }
    }
    set
}

fn texts(set: &LinkSet, row: Row) -> [&str; 5] {
    Field::ALL.map(|field| set.text(row, field))
}

fn found(set: &LinkSet, query: &str) -> Result<Vec<Row>, TestCaseError> {
    let query = Query::parse(query).map_err(|error| TestCaseError::fail(error.to_string()))?;
    let rules = AnchorRules::default();
    let marks = RowSet::new(set.len());
    let notes = RowNotes::default();
    let context = EvalContext { marks: &marks, notes: &notes, row_diffs: &[], rules: &rules };
    let found: Vec<Row> = query.rows(set, &context).iter().collect();
    // Row by row it says the same.
    let one_by_one = set.rows().filter(|&row| query.holds(set, row, &context));
    prop_assert!(found.iter().copied().eq(one_by_one), "{}", query);
    Ok(found)
}

/// The least important key first, each time keeping what is equal as it is.
fn sort_slowly(set: &LinkSet, order: &Order, rows: &mut [Row]) {
    for (column, direction) in order.keys().iter().rev() {
        let ColumnId::Field(field) = *column else { continue };
        match direction {
            Direction::Ascending => rows.sort_by_key(|&row| set.folded(row, field)),
            Direction::Descending => rows.sort_by_key(|&row| Reverse(set.folded(row, field))),
        }
    }
}

#[test]
fn parallel_sort_gives_the_same_order_as_serial_sort() {
    let text = |i: usize| {
        [
            format!("Ä {}", i * 7 % 900),
            format!("d{}.com", i * 31 % 5_000),
            "me.com".into(),
            format!("https://a{}.com/", i * 13 % 30_000),
            "x".into(),
        ]
    };
    let texts: Vec<[String; 5]> = (0..21_000).map(text).collect();
    let set = set(&texts);
    let all: Vec<Row> = set.rows().collect();
    for keys in [vec![0], vec![0, 0], vec![1, 0, 0], vec![2, 3], vec![3, 3]] {
        let mut order = Order::default();
        keys.iter().for_each(|&at| order.add(ColumnId::Field(Field::ALL[at])));
        for rows in [all.clone(), all.iter().copied().filter(|row| row.0 % 4 != 1).collect(), all[..500].to_vec()] {
            let (mut fast, mut slow) = (rows.clone(), rows);
            order.sort(&set, SortContext { row_diffs: &[], rules: &AnchorRules::default() }, &mut fast);
            sort_slowly(&set, &order, &mut slow);
            assert_eq!(fast, slow, "{keys:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn a_word_matches_where_the_folded_text_contains_it(rows in links(), word in "[abé]{1,4}|(ab){5,7}", exact in any::<bool>()) {
        let set = set(&rows);
        let word = if exact { word.replacen('a', "A", 1) } else { word };
        let is_exact = word.contains('A');
        let has = |text: &str| if is_exact { text.contains(&word) } else { fold(text).contains(&word) };
        let in_name = |row, field| !word.is_ascii() && has(&readable(set.text(row, field)));
        let in_names = |row| in_name(row, Field::SourceDomain) || in_name(row, Field::TargetDomain);
        let is_found = |row: &Row| texts(&set, *row).into_iter().any(has) || in_names(*row);
        let expected: Vec<Row> = set.rows().filter(is_found).collect();
        prop_assert_eq!(&found(&set, &word)?, &expected);
        let others: Vec<Row> = set.rows().filter(|row| !expected.contains(row)).collect();
        prop_assert_eq!(found(&set, &format!("-{word}"))?, others);
    }

    #[test]
    fn a_regex_matches_where_it_matches_the_text(
        rows in links(),
        pattern in "[\\^]?(ab|ba|é|a[ab]|b\\+|\\[ab\\]\\{2\\}|\\(aa\\|bab\\)|\\.|\\\\bab){1,4}[$]?",
    ) {
        let set = set(&rows);
        let regex = RegexBuilder::new(&pattern).case_insensitive(true).build();
        prop_assume!(regex.is_ok());
        let regex = regex.unwrap();
        let any = |row: &Row| texts(&set, *row).into_iter().any(|text| regex.is_match(text));
        prop_assert_eq!(found(&set, &format!("/{pattern}/"))?, set.rows().filter(any).collect::<Vec<_>>());
        let anchor = |row: &Row| regex.is_match(set.text(*row, Field::Anchor));
        prop_assert_eq!(found(&set, &format!("anchor:/{pattern}/"))?, set.rows().filter(anchor).collect::<Vec<_>>());
    }

    #[test]
    fn rows_are_sorted_like_a_stable_sort_of_folded_texts(
        rows in links(),
        keys in prop::collection::vec((0_usize..5, any::<bool>()), 1..4),
        word in prop::option::of("[ab]{1,2}"),
    ) {
        let set = set(&rows);
        let mut order = Order::default();
        let mut expected: Vec<Row> = found(&set, word.as_deref().unwrap_or(""))?;
        for (at, is_descending) in keys {
            let column = ColumnId::Field(Field::ALL[at]);
            // A second call reverses it; a third would remove it.
            if order.direction(column).is_none() {
                order.add(column);
                if is_descending {
                    order.add(column);
                }
            }
        }
        sort_slowly(&set, &order, &mut expected);
        let mut rows = found(&set, word.as_deref().unwrap_or(""))?;
        order.sort(&set, SortContext { row_diffs: &[], rules: &AnchorRules::default() }, &mut rows);
        prop_assert_eq!(rows, expected);
    }

    #[test]
    fn groups_hold_rows_with_the_same_folded_text(rows in links()) {
        let set = set(&rows);
        let groups = Groups::of(&set, Field::SourceDomain, |domain| domain);
        let mut expected: BTreeMap<String, BTreeSet<Row>> = BTreeMap::new();
        for row in set.rows() {
            expected.entry(set.folded(row, Field::SourceDomain).into_owned()).or_default().insert(row);
        }
        prop_assert_eq!(groups.len(), expected.len());
        for of_text in expected.values() {
            let numbers: BTreeSet<_> = of_text.iter().map(|&row| groups.number_of(row)).collect();
            prop_assert_eq!(numbers.len(), 1);
            for &row in of_text {
                let group = groups.of_row(row).unwrap();
                prop_assert_eq!((Some(&group.first), group.rows as usize), (of_text.first(), of_text.len()));
            }
        }
    }

    #[test]
    fn facets_count_each_value_among_shown_rows(rows in links(), some in prop::collection::vec(any::<bool>(), 40)) {
        let set = set(&rows);
        let rules = AnchorRules::default();
        let all: Vec<Row> = set.rows().collect();
        let few: Vec<Row> = all.iter().copied().filter(|&row| some[row.index()]).collect();
        for facet in Facet::all(&set) {
            for (among, rows) in [(RowOrder::All(set.len() as u32), &all), (RowOrder::Ascending(few.as_slice().into()), &few)] {
                let mut expected: BTreeMap<String, u32> = BTreeMap::new();
                let value = |row: Row| fold(&facet.filter_value(&set, row, &rules)).into_owned();
                for &row in rows {
                    *expected.entry(value(row)).or_default() += 1;
                }
                let entries = facet::count(&set, facet, &rules, &among);
                prop_assert!(entries.windows(2).all(|pair| pair[0].rows >= pair[1].rows), "the most frequent first");
                let counted: BTreeMap<String, u32> = entries.iter().map(|entry| (value(entry.row), entry.rows)).collect();
                prop_assert_eq!((counted.len(), counted), (entries.len(), expected));
            }
        }
    }
}
