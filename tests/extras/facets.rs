//! Facets of extra columns.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kew_tui::app::Message;
use kew_tui::domain::columns::{ExtraSpec, Value};
use kew_tui::domain::facet::{Facet, FacetCount, FacetCounts, FacetJob};
use kew_tui::domain::link_set::LinkSetBuilder;
use kew_tui::domain::query::{Query, complete, facet_to_complete};
use kew_tui::domain::text::fold;
use kew_tui::domain::{Link, LinkSet, Row, RowOrder};
use kew_tui::formats;
use proptest::prelude::*;
use proptest::sample::Index;

use super::shown::{open, screen};
use super::{Entry, compare, expected, extra, found, row, set, specs};

fn counts(links: &Arc<LinkSet>, facet: Facet, among: RowOrder, by_value: bool) -> FacetCounts {
    let (links, rules) = (Arc::clone(links), Arc::default());
    FacetJob { links, facet, rules, among, counted: None, search: String::new(), by_value }.run()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn values_are_counted_sorted_and_filtered(
        pool in prop::collection::vec(row(), 1..5),
        picked in prop::collection::vec(any::<Index>(), 1..60),
        some in prop::collection::vec(any::<bool>(), 60),
    ) {
        let rows: Vec<Entry> = picked.iter().map(|index| index.get(&pool).clone()).collect();
        let set = Arc::new(set(&rows, &specs()));
        let few: Vec<Row> = set.rows().filter(|row| some[row.index()]).collect();
        for column in 0..4 {
            let text = |row: Row| expected(&rows, row, column).plain_text();
            let present = set.rows().map(text).filter(|text| !text.is_empty());
            let distinct = present.clone().collect::<BTreeSet<_>>().len();
            let is_flag = column == 3;
            let facet = Facet::of(&set, extra(&set, column));
            prop_assert_eq!(facet.is_some(), is_flag || distinct > 0 && present.count() >= 2 * distinct);
            let Some(facet) = facet else { continue };
            for among in [RowOrder::All(set.len() as u32), RowOrder::Ascending(few.as_slice().into())] {
                let mut slow: BTreeMap<String, u32> = BTreeMap::new();
                among.iter().for_each(|row| *slow.entry(fold(&text(row)).into_owned()).or_default() += 1);
                let FacetCounts { all, found: sorted, rows: total, .. } = counts(&set, facet, among.clone(), true);
                prop_assert!(all.windows(2).all(|pair| pair[0].rows >= pair[1].rows));
                prop_assert_eq!(total as usize, among.len());
                let counted = sorted.iter().map(|entry| (fold(&text(entry.row)).into_owned(), entry.rows));
                prop_assert_eq!((counted.collect::<BTreeMap<_, _>>(), sorted.len()), (slow.clone(), slow.len()));
                let is_ordered = |pair: &[FacetCount]| {
                    match [pair[0].row, pair[1].row].map(|row| expected(&rows, row, column)) {
                        [before, Value::Absent] => !before.is_absent(),
                        [Value::Absent, _] => false,
                        [before, after] => compare(before, after).is_lt(),
                    }
                };
                prop_assert!(sorted.windows(2).all(is_ordered));
                for entry in sorted.iter() {
                    let value = facet.filter_value(&set, entry.row, &Default::default());
                    let query = Query::default().with_value(&facet.def(&set).unwrap(), &value, false).unwrap();
                    let matching = found(&set, &query);
                    prop_assert!(matching.contains(&entry.row));
                    let is_same = |row: &Row| fold(&text(*row)) == fold(&text(entry.row));
                    if matches!(among, RowOrder::All(_)) {
                        prop_assert_eq!(set.rows().find(is_same), Some(entry.row), "the first one");
                    }
                    // Facets ignore case, but an uppercase letter makes a filter case-sensitive.
                    if !value.chars().any(char::is_uppercase) {
                        let matching = among.iter().filter(|row| matching.contains(row)).count();
                        prop_assert_eq!(matching, entry.rows as usize, "{}", query);
                    }
                }
            }
        }
    }
}

/// Links with these columns; `value` gives the text of a row and a column.
fn texts(titles: &[&str], rows: usize, value: impl Fn(usize, usize) -> String) -> Arc<LinkSet> {
    let specs = titles.iter().map(|title| ExtraSpec::new(title, None)).collect();
    let mut builder = LinkSetBuilder::with_extras(specs);
    for row in 0..rows {
        builder.push(&Link { source_domain: "a.com", ..Link::default() }).unwrap();
        (0..titles.len()).for_each(|column| builder.set_extra(column, Value::Text(&value(row, column))).unwrap());
    }
    Arc::new(builder.finish())
}

fn extra_titles(links: &LinkSet) -> Vec<&str> {
    let built_in = Facet::all(&LinkSet::default()).len();
    Facet::all(links).into_iter().skip(built_in).map(|facet| facet.title(links)).collect()
}

#[test]
fn a_column_is_a_facet_if_it_has_few_values() {
    let titles = ["20 texts", "21 texts", "20 numbers", "rare", "late", "id", "later many", "none"];
    let links = texts(&titles, 12_000, |row, column| match column {
        0 => format!("t{}", row % 20),
        1 => format!("t{}", row % 21),
        2 => (row % 20).to_string(),
        3 if row % 2_000 == 0 => "x".to_owned(),
        4 if row > 11_000 => "x".to_owned(),
        5 => row.to_string(),
        6 => {
            if row < 1_000 {
                "x".to_owned()
            } else {
                row.to_string()
            }
        }
        _ => String::new(),
    });
    assert_eq!(extra_titles(&links), ["20 texts", "20 numbers", "rare", "later many"]);
    let one_link = texts(&["flag", "text"], 1, |_, column| ["true", "x"][column].to_owned());
    assert_eq!(extra_titles(&one_link), ["flag"]);
}

#[test]
fn values_of_several_kinds_are_counted_by_their_text() {
    let numbers = texts(&["n"], 6, |row, _| (row % 2).to_string());
    let mut mixed = LinkSet::clone(&numbers);
    for (_, segment) in texts(&["N"], 4, |row, _| ["1", "n/a"][row % 2].to_owned()).segments() {
        mixed.append(Arc::clone(segment), 1);
    }
    let (mixed, facet) = (Arc::new(mixed), Facet::of(&numbers, extra(&numbers, 0)).unwrap());
    assert_eq!(mixed.schema().kind(mixed.schema().ids().next().unwrap()), None);
    let counts = counts(&mixed, facet, RowOrder::All(10), true);
    let value = |row| facet.value(&mixed, row, &Default::default()).display_text().into_owned();
    let counted: Vec<_> = counts.found.iter().map(|entry| (value(entry.row), entry.rows)).collect();
    assert_eq!(counted, [("0", 3), ("1", 5), ("n/a", 2)].map(|(text, rows)| (text.to_owned(), rows)));
}

#[test]
fn copied_values_are_written_as_in_other_files() {
    for (values, copied) in [
        (["-1000", ""], "-1000\t4\n\t4\n"),
        (["=1+1", "x"], "'=1+1\t4\nx\t4\n"),
        (["TRUE", "false"], "true\t4\nfalse\t4\n"),
    ] {
        let links = texts(&["a"], 8, |row, _| values[row % 2].to_owned());
        let facet = Facet::of(&links, extra(&links, 0)).unwrap();
        let counts = counts(&links, facet, RowOrder::All(8), false);
        let mut out = Vec::new();
        formats::write_counts(facet, &links, &Default::default(), &counts.all, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), copied);
    }
}

#[test]
fn values_of_facets_complete_a_filter() {
    let links = texts(&["Link type", "id"], 4, |row, column| match column {
        0 => "Text".to_owned(),
        _ => row.to_string(),
    });
    let values = ["Text".to_owned()];
    let completed = |text| complete(text, &links, |_| &values);
    assert_eq!(facet_to_complete("\"link type\":t", &links), Facet::of(&links, extra(&links, 0)));
    assert_eq!(completed("\"link type\":t").as_deref(), Some("ext"));
    assert_eq!(completed("\"link type\":=\"T").as_deref(), Some("ext\""));
    assert_eq!((facet_to_complete("id:1", &links), completed("id:T")), (None, None), "too many values");
}

/// Titles are long and have wide letters.
#[test]
fn the_chosen_one_of_many_facets_is_visible_on_every_screen() {
    let titles: Vec<String> = (0..30).map(|n| format!("c{n:02} カレー\u{1b}[31m {}", "title ".repeat(20))).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let links = texts(&titles, 6, |row, _| ["yes, please", "no"][row % 2].to_owned());
    let mut app = open(links.segments().map(|(_, segment)| Arc::clone(segment)).collect());
    app.keys("f");
    for (width, height) in [(40, 12), (80, 24), (120, 36)] {
        app.message(Message::Resize { width, height });
        for number in (0..30).rev() {
            app.keys("h");
            let screen = screen(&app, width, height);
            let (_, tab) = screen.split_once(&format!("c{number:02} カ")).unwrap_or_else(|| panic!("{screen}"));
            assert!(tab.contains("title t…"), "{screen}");
        }
        app.keys("hhhhhhhh");
    }
}
