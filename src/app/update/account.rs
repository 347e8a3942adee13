//! The balance, and the way into the demo.

use std::sync::Arc;

use crate::app::account::{Access, DemoTarget};
use crate::app::effect::{Effect, Effects};
use crate::app::model::{Main, Model};
use crate::app::toasts::Tone;
use crate::domain::{Credits, Failure};

use super::{ask, target};

/// Asks for a fresh reading of the balance.
pub fn read_balance(model: &mut Model) -> Effect {
    Effect::ReadBalance { reading: model.counter.begin_reading() }
}

/// Takes a reading of the balance, or that it could not be read.
pub fn balance(model: &mut Model, reading: u64, result: Result<Credits, Failure>) -> Effects {
    if !model.counter.is_newest(reading) {
        return Effects::new();
    }
    match result {
        Ok(balance) => {
            let before = model.counter.discrepancy();
            let settled = model.counter.sums().running == Credits::ZERO;
            model.counter.set_balance(balance, settled);
            if let Some(differs) = model.counter.discrepancy().filter(|now| Some(*now) != before) {
                model.toast(Tone::Warning, differs.to_string());
            }
        }
        Err(Failure::KeyRefused { said }) => {
            model.counter.forget_balance();
            let said = said.map(|said| format!(": {said}")).unwrap_or_default();
            model.toast(Tone::Error, format!("the API key was refused{said}"));
        }
        // Free and in the background: `balance ?` says enough.
        Err(_) => model.counter.forget_balance(),
    }
    Effects::new()
}

/// Starts the demo, where there is no key to spend with.
pub fn start_demo(model: &mut Model) -> Effects {
    match model.access {
        Access::NoKey { .. } => {
            model.access = Access::DemoStarting;
            target::begin(model);
            vec![Effect::StartDemo]
        }
        Access::Key => {
            model.toast(Tone::Info, "a key is set: start kew-tui --demo for the demo");
            Effects::new()
        }
        Access::Demo | Access::DemoStarting => Effects::new(),
    }
}

/// The demo is there, or could not start.
pub fn demo_started(model: &mut Model, result: Result<Arc<[DemoTarget]>, String>) -> Effects {
    match result {
        Ok(targets) => {
            model.demo_targets = targets;
            model.access = Access::Demo;
            model.main = Main::Welcome;
            let mut effects = vec![read_balance(model)];
            effects.extend(ask::resume(model));
            effects
        }
        Err(why) => {
            model.toast(Tone::Error, format!("the demo could not start: {why}"));
            model.access = Access::NoKey { reason: "No API key is set, and the demo could not start.".to_owned() };
            Effects::new()
        }
    }
}
