//! The credit counter.

use std::sync::Arc;

use kew_tui::app::account::Access;
use kew_tui::app::message::ArchiveEvent;
use kew_tui::app::{FetchEvent, Message, update};
use kew_tui::domain::purchase::Charge;
use kew_tui::domain::snapshot::RequestStatus;
use kew_tui::domain::{Credits, FetchError, Response, Snapshot};

use crate::support::{Play, links, response, snapshot};

fn read_balance(play: &mut Play) {
    let effect = update::read_balance(&mut play.model);
    play.effects.push(effect);
}

#[test]
fn the_balance_is_unknown_before_reading_and_after_a_failed_reading() {
    let mut play = Play::new();
    assert_eq!(play.model.account.meter.balance(), None);
    read_balance(&mut play);
    play.balance(Ok(1_000));
    assert_eq!(play.model.account.meter.balance(), Some(Credits(1_000)));
    play.balance(Err(FetchError::Dns));
    assert_eq!(play.model.account.meter.balance(), None);
    assert!(play.toasts().is_empty(), "it is free and in the background");
    play.balance(Err(FetchError::KeyRefused { message: Some("401".into()) }));
    assert!(play.toasts().contains("API key rejected"));
}

#[test]
fn a_balance_discrepancy_is_shown() {
    let mut play = Play::new();
    read_balance(&mut play);
    play.balance(Ok(1_000)).ask("example.com").response(links(4)).balance(Ok(975));
    assert!(
        play.toasts().contains("fell by 25 credits") && play.toasts().contains("report 20 credits"),
        "{}",
        play.toasts()
    );
}

#[test]
fn an_uncertain_charge_counts_against_the_budget() {
    let mut play = Play::with("session_budget = 700", Access::Key, 120, 36);
    let unknown = FetchError::Broken { reason: "reset".into() };
    play.ask("one.com").fail(unknown.clone());
    assert_eq!(
        (play.model.account.meter.session(), play.model.account.meter.sums().unknown),
        (Credits::ZERO, Credits(500))
    );
    play.ask("two.com");
    assert_eq!(play.fetched().len(), 1);
    assert!(play.toasts().contains("500 possibly charged"), "{}", play.toasts());
    // Once the balance has told that it was free, there is room.
    let (id, _) = play.fetched()[0];
    play.message(Message::Fetch { id, event: FetchEvent::Settled(Charge::Balance(Credits::ZERO)) });
    play.keys("e<enter>");
    assert_eq!(play.fetched().len(), 2);
}

#[test]
fn an_answer_without_a_cost_counts_at_its_maximum_until_settled() {
    let mut play = Play::with("session_budget = 700", Access::Key, 120, 36);
    play.ask("one.com");
    let silent = Response { charged: None, ..(*response(&play.fetched()[0].1, links(40))).clone() };
    play.fetch_event(FetchEvent::Completed(Arc::new(silent)));
    assert_eq!(play.model.account.meter.sums().committed(), Credits(500));
    play.ask("two.com");
    assert_eq!(play.fetched().len(), 1);
    play.fetch_event(FetchEvent::Settled(Charge::Balance(Credits(200))));
    assert!(play.toasts().contains("your balance shows a charge of 200 credits"), "{}", play.toasts());
    assert_eq!(play.model.account.meter.session(), Credits(200));
    play.keys("e<enter>");
    assert_eq!(play.fetched().len(), 2);
}

#[test]
fn the_counter_and_the_ledger_agree() {
    let mut play = Play::with_archive("", Vec::new());
    play.ask("example.com");
    let (id, request) = play.fetched().pop().unwrap();
    let part = Snapshot {
        request: request.clone(),
        maximum_cost: request.quote(),
        charge: Charge::Response(Credits(165)),
        ..snapshot(5, "example.com", 100, 33, 0, RequestStatus::Partial)
    };
    play.message(Message::Fetch { id, event: FetchEvent::Recorded(Box::new(part.clone())) });
    let (failure, charge) = (FetchError::NotJson { reason: "a control character".into() }, part.charge);
    let rescued = Some(response(&request, links(33)));
    play.message(Message::Fetch { id, event: FetchEvent::Failed { failure, rescued, charge } });
    assert_eq!(play.model.account.meter.session(), Credits(165), "of a part too");
    assert_eq!(play.model.archive.list.sums().charged, Credits(165));
    // What is settled later counts too.
    let settled = Snapshot { charge: Charge::Balance(Credits(170)), ..part };
    play.message(Message::Archive(ArchiveEvent::Changed(Box::new(settled))));
    assert_eq!(
        (play.model.account.meter.session(), play.model.archive.list.sums().charged),
        (Credits(170), Credits(170))
    );
}

#[test]
fn a_stale_balance_reading_is_ignored() {
    let mut play = Play::new();
    read_balance(&mut play);
    let stale = play.effects.clone();
    play.ask("example.com").response(links(4));
    let kew_tui::app::Effect::ReadBalance { reading } = stale[0] else { panic!() };
    play.message(Message::Balance { reading, result: Ok(Credits(1_000)) });
    assert_eq!(play.model.account.meter.balance(), None, "the one that was begun after the answer counts");
    play.balance(Ok(980));
    assert_eq!(
        (play.model.account.meter.balance(), play.model.account.meter.discrepancy()),
        (Some(Credits(980)), None)
    );
}
