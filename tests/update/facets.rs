//! Facets: counting, searching, and filtering by a value.

use kew_tui::app::facet_view::FacetView;
use kew_tui::app::overlay::Overlay;
use kew_tui::app::{Effect, Message};
use kew_tui::domain::Field;
use kew_tui::domain::facet::Facet;
use kew_tui::domain::order::ColumnId;
use kew_tui::input::Chord;

use crate::support::Play;

/// Presses keys and lets the worker count what they ask for.
fn keys(play: &mut Play, keys: &str) {
    for chord in Chord::parse_sequence(keys).unwrap() {
        play.message(Message::Key(chord));
        for effect in std::mem::take(&mut play.effects) {
            match effect {
                Effect::Count { generation, job } => {
                    play.message(Message::Counted { generation, counts: job.run() });
                }
                other => play.effects.push(other),
            }
        }
    }
}

fn view(play: &Play) -> &FacetView {
    match &play.model.overlay {
        Some(Overlay::Facets(view)) => view,
        other => panic!("no facets: {other:?}"),
    }
}

fn values(play: &Play) -> Vec<(String, u32)> {
    let view = view(play);
    let value = |row| view.facet.value(&play.table().links().link(row), play.table().rules()).to_owned();
    view.entries().unwrap().iter().map(|entry| (value(entry.row), entry.rows)).collect()
}

#[test]
fn facets_count_shown_rows_or_all_rows() {
    let mut play = Play::browsing(50);
    keys(&mut play, "/domain:reddit.com<enter>f");
    assert_eq!(values(&play), [("reddit.com".to_owned(), 10)]);
    keys(&mut play, "a");
    assert_eq!(values(&play).len(), 5);
    assert_eq!(view(&play).totals(), (5, 50));
    keys(&mut play, "<tab>");
    assert_eq!(view(&play).facet.column(), ColumnId::Field(Field::Anchor));
    keys(&mut play, "hh");
    let last = Facet::all().last().unwrap();
    assert_eq!(view(&play).facet, last);
    keys(&mut play, "<esc>f");
    assert_eq!(view(&play).facet, last, "the next time it begins where it was");
}

#[test]
fn enter_includes_a_value_and_bang_excludes_it() {
    let mut play = Play::browsing(50);
    keys(&mut play, "fj");
    let second = values(&play)[1].0.clone();
    keys(&mut play, "<enter>");
    assert!(play.model.overlay.is_none());
    assert_eq!(play.table().query().to_string(), format!("domain:{second}"));
    assert_eq!(play.table().shown().len(), 10);
    keys(&mut play, "u");
    assert_eq!(play.table().shown().len(), 50);
    keys(&mut play, "f<tab><tab><tab>!");
    assert!(play.table().query().to_string().starts_with("-tld:"), "{}", play.table().query());
}

#[test]
fn facet_values_are_searched_sorted_and_copied() {
    let mut play = Play::browsing(50);
    keys(&mut play, "fs");
    let sorted = values(&play);
    assert!(sorted.is_sorted_by_key(|(value, _)| value.to_lowercase()), "{sorted:?}");
    keys(&mut play, "/EXAM");
    assert_eq!(values(&play), [("blog.example.net".to_owned(), 10)]);
    keys(&mut play, "<enter>y");
    let Some(Effect::CopyCounts { entries, .. }) = play.effects.last() else { panic!("{:?}", play.effects) };
    assert_eq!(entries.len(), 1);
    keys(&mut play, "<esc>");
    assert_eq!(values(&play).len(), 5, "the search went first");
    keys(&mut play, "<esc>");
    assert!(play.model.overlay.is_none());
}

#[test]
fn a_late_facet_count_is_ignored() {
    let mut play = Play::browsing(50);
    play.keys("f");
    let Some(Effect::Count { generation, job }) = play.effects.pop() else { panic!() };
    keys(&mut play, "<tab>");
    play.message(Message::Counted { generation, counts: job.run() });
    let values = values(&play);
    assert!(!values.is_empty() && values.iter().all(|(value, _)| !value.contains("reddit")), "{values:?}");
}
