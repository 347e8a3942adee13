//! The balance, and starting the demo.

use std::sync::Arc;

use crate::app::account::{Access, DemoTarget};
use crate::app::effect::{Effect, Effects};
use crate::app::model::Model;
use crate::app::screen::MainPane;
use crate::app::toasts::Severity;
use crate::domain::{Credits, FetchError};

use super::fetch_target;

pub fn read_balance(model: &mut Model) -> Effect {
    Effect::ReadBalance { reading: model.account.meter.begin_reading() }
}

/// Handles a reading of the balance. Results of earlier readings are ignored.
pub fn balance_read(model: &mut Model, reading: u64, result: Result<Credits, FetchError>) {
    if !model.account.meter.is_newest(reading) {
        return;
    }
    match result {
        Ok(balance) => {
            let previous = model.account.meter.discrepancy();
            let is_conclusive = model.account.meter.sums().running == Credits::ZERO;
            model.account.meter.set_balance(balance, is_conclusive);
            if let Some(discrepancy) = model.account.meter.discrepancy().filter(|now| Some(*now) != previous) {
                model.toast(Severity::Warning, discrepancy.to_string());
            }
        }
        Err(FetchError::KeyRefused { message }) => {
            model.account.meter.clear_balance();
            let detail = message.map(|message| format!(": {message}")).unwrap_or_default();
            model.toast(Severity::Error, format!("API key rejected{detail}"));
        }
        // The reading is free and in the background, so `balance ?` is enough.
        Err(_) => model.account.meter.clear_balance(),
    }
}

/// Starts the demo if there is no API key.
pub fn start_demo(model: &mut Model) -> Effects {
    match model.account.access {
        Access::NoKey { .. } => {
            model.account.access = Access::DemoStarting;
            model.edit_target();
            vec![Effect::StartDemo]
        }
        Access::Key => {
            model.toast(Severity::Info, "an API key is set; run kew-tui --demo for the demo");
            Effects::new()
        }
        Access::Demo | Access::DemoStarting => Effects::new(),
    }
}

pub fn demo_started(model: &mut Model, result: Result<Arc<[DemoTarget]>, String>) -> Effects {
    match result {
        Ok(targets) => {
            model.account.demo_targets = targets;
            model.account.access = Access::Demo;
            model.screen.main = MainPane::Welcome;
            let mut effects = vec![read_balance(model)];
            effects.extend(fetch_target::resume_deferred(model));
            effects
        }
        Err(why) => {
            model.toast(Severity::Error, format!("the demo could not start: {why}"));
            model.account.access =
                Access::NoKey { reason: "No API key is set, and the demo could not start.".to_owned() };
            Effects::new()
        }
    }
}
