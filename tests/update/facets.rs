//! Facets: counting, searching, filtering by what was counted.

use kew_tui::app::facet_view::FacetView;
use kew_tui::app::overlay::Overlay;
use kew_tui::app::{Effect, Message};
use kew_tui::domain::Field;
use kew_tui::domain::order::SortColumn;
use kew_tui::input::Chord;

use crate::support::Play;

/// Presses keys and lets the worker count what they ask for.
fn keys(play: &mut Play, keys: &str) {
    for chord in Chord::parse_row(keys).unwrap() {
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
    view.found().unwrap().iter().map(|entry| (value(entry.row), entry.rows)).collect()
}

#[test]
fn they_count_what_is_shown_or_all() {
    let mut play = Play::browsing(50);
    keys(&mut play, "/domain:reddit.com<enter>f");
    assert_eq!(values(&play), [("reddit.com".to_owned(), 10)]);
    keys(&mut play, "a");
    assert_eq!(values(&play).len(), 5);
    assert_eq!(view(&play).sums(), (5, 50));
    keys(&mut play, "<tab>");
    assert_eq!(view(&play).facet.column(), SortColumn::Field(Field::Anchor));
    keys(&mut play, "hh");
    assert_eq!(view(&play).facet.column(), SortColumn::TopFolder);
    keys(&mut play, "<esc>f");
    assert_eq!(view(&play).facet.column(), SortColumn::TopFolder, "the next time it begins where it was");
}

#[test]
fn enter_filters_to_one_and_an_exclamation_mark_away_and_both_are_taken_back() {
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
fn values_are_searched_sorted_and_copied() {
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
fn a_count_that_comes_too_late_is_worthless() {
    let mut play = Play::browsing(50);
    play.keys("f");
    let Some(Effect::Count { generation, job }) = play.effects.pop() else { panic!() };
    keys(&mut play, "<tab>");
    play.message(Message::Counted { generation, counts: job.run() });
    assert!(values(&play).iter().all(|(value, _)| !value.contains("reddit")), "{:?}", values(&play));
}
