//! The credit counter.

use kew_tui::app::{Message, update};
use kew_tui::domain::{Credits, Failure};

use crate::support::{Play, links};

fn read_balance(play: &mut Play) {
    let effect = update::read_balance(&mut play.model);
    play.effects.push(effect);
}

#[test]
fn it_is_unknown_until_it_is_read_and_when_reading_fails() {
    let mut play = Play::new();
    assert_eq!(play.model.counter.balance(), None);
    read_balance(&mut play);
    play.balance(Ok(1_000));
    assert_eq!(play.model.counter.balance(), Some(Credits(1_000)));
    play.balance(Err(Failure::Dns));
    assert_eq!(play.model.counter.balance(), None);
    assert!(play.toasts().is_empty(), "it is free and in the background");
    play.balance(Err(Failure::KeyRefused { said: Some("401".into()) }));
    assert!(play.toasts().contains("key was refused"));
}

#[test]
fn a_difference_is_shown_not_hidden() {
    let mut play = Play::new();
    read_balance(&mut play);
    play.balance(Ok(1_000)).ask("example.com").answer(links(4)).balance(Ok(975));
    assert!(play.toasts().contains("fell by 25 cr") && play.toasts().contains("say 20 cr"), "{}", play.toasts());
}

#[test]
fn an_old_reading_proves_nothing() {
    let mut play = Play::new();
    read_balance(&mut play);
    let stale = play.effects.clone();
    play.ask("example.com").answer(links(4));
    let kew_tui::app::Effect::ReadBalance { reading } = stale[0] else { panic!() };
    play.message(Message::Balance { reading, result: Ok(Credits(1_000)) });
    assert_eq!(play.model.counter.balance(), None, "the one that was begun after the answer counts");
    play.balance(Ok(980));
    assert_eq!((play.model.counter.balance(), play.model.counter.discrepancy()), (Some(Credits(980)), None));
}
