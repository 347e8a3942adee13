//! The archive as the core sees it: what it holds costs nothing, and without it nothing is bought.

use std::time::Duration;

use kew_tui::app::message::ArchiveEvent;
use kew_tui::app::model::Main;
use kew_tui::app::overlay::{Caution, Overlay, Question};
use kew_tui::app::shelf::ShelfState;
use kew_tui::app::{Effect, FetchEvent, Message};
use kew_tui::domain::purchase::Agreed;
use kew_tui::domain::snapshot::Ending;
use kew_tui::domain::{Credits, Snapshot, SnapshotId};

use crate::support::{DAY, Play, answer, links, snapshot};

fn three_days_old() -> Vec<Snapshot> {
    vec![snapshot(7, "example.com", 100, 100, 97 * DAY, Ending::Answered)]
}

#[test]
fn what_it_holds_opens_for_nothing_and_says_so() {
    let mut play = Play::with_archive("", three_days_old());
    play.ask("example.com");
    assert!(matches!(play.effects.as_slice(), [Effect::OpenSnapshot { id: SnapshotId(7) }]));
    let held = three_days_old().remove(0);
    let result = Ok(answer(&held.request, links(100)));
    play.message(Message::Archive(ArchiveEvent::Loaded { snapshot: Box::new(held), result }));
    assert_eq!(play.browser().links().len(), 100);
    assert_eq!(play.model.counter.session(), Credits::ZERO);
    assert!(play.toasts().contains("from your archive, 3 days ago · R asks again for ≤ 500 cr"), "{}", play.toasts());
}

#[test]
fn a_smaller_number_is_in_it_and_a_larger_one_is_not() {
    let mut play = Play::with_archive("", three_days_old());
    play.keys("eexample.com<tab><ctrl-u>40<enter>");
    assert!(matches!(play.effects.as_slice(), [Effect::OpenSnapshot { .. }]));
    play.keys("e<tab><ctrl-u>101<enter>y");
    assert_eq!(play.fetched().len(), 1);
}

#[test]
fn asking_again_always_confirms() {
    let mut play = Play::with_archive("", three_days_old());
    let held = three_days_old().remove(0);
    let result = Ok(answer(&held.request, links(100)));
    play.message(Message::Archive(ArchiveEvent::Loaded { snapshot: Box::new(held), result }));
    play.keys("R");
    let Some(Overlay::Confirm { question: Question::Spend { why, .. }, .. }) = &play.model.overlay else { panic!() };
    assert_eq!(why, &[Caution::AskedBefore]);
    play.keys("y");
    assert!(matches!(play.effects.last(), Some(Effect::Fetch { agreed: Agreed::Refetch, .. })));
}

#[test]
fn an_old_answer_asks_with_both_choices() {
    for (key, buys) in [("y", true), ("o", false)] {
        let mut play = Play::with_archive("max_age = \"2d\"", three_days_old());
        play.ask("example.com");
        let Some(Overlay::Confirm { question: Question::Spend { why, older, .. }, .. }) = &play.model.overlay else {
            panic!()
        };
        assert!(why == &[Caution::OnlyOlder] && older.is_some());
        play.keys(key);
        assert_eq!(play.fetched().len(), usize::from(buys));
        assert_eq!(matches!(play.effects.last(), Some(Effect::OpenSnapshot { .. })), !buys);
    }
}

#[test]
fn without_its_archive_nothing_is_bought() {
    let mut play = Play::new();
    play.model.shelf.state = ShelfState::Opening;
    play.message(Message::Archive(ArchiveEvent::Opened(Err("it is damaged".into()))));
    play.ask("example.com");
    assert!(play.fetched().is_empty() && play.toasts().contains("--no-archive"), "{}", play.toasts());
}

#[test]
fn a_request_without_an_answer_is_said_at_the_start_and_before_it_is_sent_again() {
    let mut play = Play::with_archive("", vec![snapshot(3, "example.com", 100, 0, 99 * DAY, Ending::Failed)]);
    assert!(play.toasts().contains("it may have cost up to 500 cr"), "{}", play.toasts());
    play.ask("example.com");
    let Some(Overlay::Confirm { question: Question::Spend { why, .. }, .. }) = &play.model.overlay else { panic!() };
    assert_eq!(why, &[Caution::MayBePaidAlready(SnapshotId(3))]);
}

#[test]
fn the_budget_is_refused_with_the_numbers() {
    let mut play = Play::with_archive("session_budget = 700", Vec::new());
    play.ask("one.com").answer(links(60));
    play.ask("two.com");
    assert_eq!(play.fetched().len(), 1);
    assert!(
        play.toasts().contains("over the 700-credit budget: this can cost 500 cr, 300 cr are charged"),
        "{}",
        play.toasts()
    );
    play.keys("e<tab><ctrl-u>80<enter>");
    assert_eq!(play.fetched().len(), 2);
}

#[test]
fn what_another_session_bought_meanwhile_costs_nothing() {
    let mut play = Play::with_archive("", Vec::new());
    play.ask("example.com").fetch_event(FetchEvent::Joined);
    let held = three_days_old().remove(0);
    let got = answer(&held.request, links(100));
    play.fetch_event(FetchEvent::Held { snapshot: Box::new(held), answer: got });
    assert!(matches!(play.model.main, Main::Links));
    assert_eq!(play.model.counter.session(), Credits::ZERO);
    assert_eq!(play.model.shelf.snapshots().len(), 1);
}

#[test]
fn an_answer_that_could_not_be_kept_is_somewhere_else() {
    let mut play = Play::with_archive("", Vec::new());
    let rescued = Ok("/tmp/rescued-answer.json".to_owned());
    play.message(Message::Archive(ArchiveEvent::NotKept { why: "the disk is full".into(), rescued }));
    assert!(play.toasts().contains("/tmp/rescued-answer.json"));
    play.now += Duration::from_secs(60);
    let rescued = Err("no room".to_owned());
    play.message(Message::Archive(ArchiveEvent::NotKept { why: "the disk is full".into(), rescued }));
    assert!(play.toasts().contains("Copy the links before you leave"));
}
