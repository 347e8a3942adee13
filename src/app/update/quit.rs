//! Quitting. While paid requests are running, a dialog asks first: Enter waits for them, and abandoning them takes two
//! confirmations.

use crate::app::archive_list::ArchiveStatus;
use crate::app::effect::{Effect, Effects};
use crate::app::model::Model;
use crate::app::overlay::{Confirmation, Overlay, QuitStep};
use crate::input::Action;

use super::fetch_list;

/// Quits, or opens the dialog.
pub fn begin(model: &mut Model) -> Effects {
    if model.account.requests.running().is_empty() {
        return vec![Effect::Quit];
    }
    model.confirm(Confirmation::Quit(QuitStep::ConfirmQuit));
    Effects::new()
}

pub fn handle_action(model: &mut Model, step: QuitStep, action: Action) -> Option<Effects> {
    let next = match (action, step) {
        (Action::Accept, _) => Some(QuitStep::Waiting),
        (Action::Yes, QuitStep::ConfirmQuit | QuitStep::Waiting) => Some(QuitStep::ConfirmAbandon),
        (Action::Yes, QuitStep::ConfirmAbandon) => return Some(vec![Effect::Quit]),
        (Action::Cancel | Action::CancelOrQuit | Action::Quit, QuitStep::ConfirmAbandon) => Some(QuitStep::ConfirmQuit),
        (Action::Cancel | Action::CancelOrQuit | Action::Quit, QuitStep::ConfirmQuit | QuitStep::Waiting) => None,
        _ => return None,
    };
    match next {
        Some(next) => {
            if next == QuitStep::Waiting {
                fetch_list::stop(model, 0);
            }
            model.confirm(Confirmation::Quit(next));
        }
        None => model.overlay = None,
    }
    Some(Effects::new())
}

/// Closes the dialog, so that the user sees why a request failed.
pub fn cancel(model: &mut Model) {
    if quit_step(model).is_some() {
        model.overlay = None;
    }
}

/// Quits after waiting for the last request, once the archive has its response.
pub fn quit_when_done(model: &mut Model) -> Effects {
    let Some(step) = quit_step(model).filter(|_| model.account.requests.running().is_empty()) else {
        return Effects::new();
    };
    let is_waiting = step == QuitStep::Waiting && model.archive.list.status == ArchiveStatus::Open;
    model.overlay = None;
    if is_waiting { vec![Effect::Quit] } else { Effects::new() }
}

fn quit_step(model: &Model) -> Option<QuitStep> {
    match &model.overlay {
        Some(Overlay::Confirm { confirmation: Confirmation::Quit(step), .. }) => Some(*step),
        _ => None,
    }
}
