//! The credit counter.

use std::sync::Arc;

use kew_tui::app::account::Access;
use kew_tui::app::message::ArchiveEvent;
use kew_tui::app::{FetchEvent, Message, update};
use kew_tui::domain::purchase::Charge;
use kew_tui::domain::snapshot::RequestStatus;
use kew_tui::domain::{Credits, FetchError, Response, Snapshot};

use crate::support::{TestApp, links, response, snapshot};

fn read_balance(app: &mut TestApp) {
    let effect = update::read_balance(&mut app.model);
    app.effects.push(effect);
}

#[test]
fn the_balance_is_unknown_before_reading_and_after_a_failed_reading() {
    let mut app = TestApp::new();
    assert_eq!(app.model.account.meter.balance(), None);
    read_balance(&mut app);
    app.balance(Ok(1_000));
    assert_eq!(app.model.account.meter.balance(), Some(Credits(1_000)));
    app.balance(Err(FetchError::Dns));
    assert_eq!(app.model.account.meter.balance(), None);
    assert!(app.toasts().is_empty(), "a background reading shows no toast");
    app.balance(Err(FetchError::KeyRefused { message: Some("401".into()) }));
    assert!(app.toasts().contains("API key rejected"));
}

#[test]
fn a_balance_discrepancy_is_shown() {
    let mut app = TestApp::new();
    read_balance(&mut app);
    app.balance(Ok(1_000)).request("example.com").response(links(4)).balance(Ok(975));
    assert!(
        app.toasts().contains("fell by 25 credits") && app.toasts().contains("report 20 credits"),
        "{}",
        app.toasts()
    );
}

#[test]
fn an_uncertain_charge_counts_against_the_budget() {
    let mut app = TestApp::with("session_budget = 700", Access::Key, 120, 36);
    let unknown = FetchError::Broken { reason: "reset".into() };
    app.request("one.com").fail(unknown.clone());
    assert_eq!(
        (app.model.account.meter.session(), app.model.account.meter.sums().unknown),
        (Credits::ZERO, Credits(500))
    );
    app.request("two.com");
    assert_eq!(app.sent_requests().len(), 1);
    assert!(app.toasts().contains("500 possibly charged"), "{}", app.toasts());
    // Once the balance shows that it was free, the budget has room.
    let (id, _) = app.sent_requests()[0];
    app.message(Message::Fetch { id, event: FetchEvent::Settled(Charge::Balance(Credits::ZERO)) });
    app.keys("e<enter>");
    assert_eq!(app.sent_requests().len(), 2);
}

#[test]
fn a_response_without_a_cost_counts_at_its_maximum_until_settled() {
    let mut app = TestApp::with("session_budget = 700", Access::Key, 120, 36);
    app.request("one.com");
    let silent = Response { charged: None, ..(*response(&app.sent_requests()[0].1, links(40))).clone() };
    app.fetch_event(FetchEvent::Completed(Arc::new(silent)));
    assert_eq!(app.model.account.meter.sums().committed(), Credits(500));
    app.request("two.com");
    assert_eq!(app.sent_requests().len(), 1);
    app.fetch_event(FetchEvent::Settled(Charge::Balance(Credits(200))));
    assert!(app.toasts().contains("your balance shows a charge of 200 credits"), "{}", app.toasts());
    assert_eq!(app.model.account.meter.session(), Credits(200));
    app.keys("e<enter>");
    assert_eq!(app.sent_requests().len(), 2);
}

#[test]
fn the_counter_and_the_ledger_agree() {
    let mut app = TestApp::with_archive("", Vec::new());
    app.request("example.com");
    let (id, request) = app.sent_requests().pop().unwrap();
    let part = Snapshot {
        request: request.clone(),
        maximum_cost: request.quote(),
        charge: Charge::Response(Credits(165)),
        ..snapshot(5, "example.com", 100, 33, 0, RequestStatus::Partial)
    };
    app.message(Message::Fetch { id, event: FetchEvent::Recorded(Box::new(part.clone())) });
    let (failure, charge) = (FetchError::NotJson { reason: "a control character".into() }, part.charge);
    let rescued = Some(response(&request, links(33)));
    app.message(Message::Fetch { id, event: FetchEvent::Failed { failure, rescued, charge } });
    assert_eq!(app.model.account.meter.session(), Credits(165), "a partial response counts too");
    assert_eq!(app.model.archive.list.sums().charged, Credits(165));
    // Charges settled later count too.
    let settled = Snapshot { charge: Charge::Balance(Credits(170)), ..part };
    app.message(Message::Archive(ArchiveEvent::Changed(Box::new(settled))));
    assert_eq!(
        (app.model.account.meter.session(), app.model.archive.list.sums().charged),
        (Credits(170), Credits(170))
    );
}

#[test]
fn a_stale_balance_reading_is_ignored() {
    let mut app = TestApp::new();
    read_balance(&mut app);
    let stale = app.effects.clone();
    app.request("example.com").response(links(4));
    let kew_tui::app::Effect::ReadBalance { reading } = stale[0] else { panic!() };
    app.message(Message::Balance { reading, result: Ok(Credits(1_000)) });
    assert_eq!(app.model.account.meter.balance(), None, "only the reading begun after the response counts");
    app.balance(Ok(980));
    assert_eq!((app.model.account.meter.balance(), app.model.account.meter.discrepancy()), (Some(Credits(980)), None));
}
