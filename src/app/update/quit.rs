//! Leaving. While paid requests are under way that is asked first: Enter waits for them, and abandoning them takes two times
//! yes.

use crate::app::archive_list::ArchiveStatus;
use crate::app::effect::{Effect, Effects};
use crate::app::model::Model;
use crate::app::overlay::{Confirmation, Overlay, QuitStep};
use crate::input::Action;

/// Ends the program, or asks.
pub fn begin(model: &mut Model) -> Effects {
    if model.account.requests.running().is_empty() {
        return vec![Effect::Quit];
    }
    model.confirm(Confirmation::Leave(QuitStep::Asked));
    Effects::new()
}

/// Acts on the answer.
pub fn act(model: &mut Model, leaving: QuitStep, action: Action) -> Option<Effects> {
    let next = match (action, leaving) {
        (Action::Accept, _) => Some(QuitStep::Waiting),
        (Action::Yes, QuitStep::Asked | QuitStep::Waiting) => Some(QuitStep::Abandoning),
        (Action::Yes, QuitStep::Abandoning) => return Some(vec![Effect::Quit]),
        (Action::Cancel | Action::CancelOrQuit | Action::Quit, QuitStep::Abandoning) => Some(QuitStep::Asked),
        (Action::Cancel | Action::CancelOrQuit | Action::Quit, QuitStep::Asked | QuitStep::Waiting) => None,
        _ => return None,
    };
    match next {
        Some(next) => model.confirm(Confirmation::Leave(next)),
        None => model.overlay = None,
    }
    Some(Effects::new())
}

/// Stays after all, for the user to see what went wrong with what was waited for.
pub fn stay(model: &mut Model) {
    if leaving(model).is_some() {
        model.overlay = None;
    }
}

/// Ends a session that only waited for its requests, once there are none and the archive has what they brought.
pub fn follow_requests(model: &mut Model) -> Effects {
    let Some(leaving) = leaving(model).filter(|_| model.account.requests.running().is_empty()) else {
        return Effects::new();
    };
    let waited = leaving == QuitStep::Waiting && model.archive.list.status == ArchiveStatus::Open;
    model.overlay = None;
    if waited { vec![Effect::Quit] } else { Effects::new() }
}

fn leaving(model: &Model) -> Option<QuitStep> {
    match &model.overlay {
        Some(Overlay::Confirm { confirmation: Confirmation::Leave(leaving), .. }) => Some(*leaving),
        _ => None,
    }
}
