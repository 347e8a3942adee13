//! Actions that mean the same everywhere.

use crate::app::effect::{Effect, Effects};
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::palette::Palette;
use crate::app::screen::MainPane;
use crate::app::toasts::Severity;
use crate::input::Action;

use super::{account, archive_screen, compare, facets, fetch_target, key_prompt, ledger, quit};

pub fn handle_action(model: &mut Model, action: Action) -> Effects {
    if action.info().needs_links && !model.shows_table() {
        model.toast(Severity::Info, "no links yet: fetch a target first");
        return Effects::new();
    }
    match action {
        Action::EditTarget => model.edit_target(),
        Action::Help => model.overlay = Some(Overlay::Help { scroll: 0 }),
        Action::Palette => model.overlay = Some(Overlay::Palette(Palette::default())),
        Action::Redraw => return vec![Effect::Redraw],
        Action::Suspend => return vec![Effect::Suspend],
        Action::CancelOrQuit | Action::Quit => return quit::begin(model),
        Action::Demo => return account::start_demo(model),
        Action::ApiKey => key_prompt::open(model),
        Action::Refresh => return refetch(model),
        Action::Archive => archive_screen::open(model),
        Action::Ledger => ledger::open(model),
        Action::Facets => return facets::open(model),
        Action::Compare => return compare::begin(model),
        _ => {}
    }
    Effects::new()
}

/// Re-fetches what is on the screen.
fn refetch(model: &mut Model) -> Effects {
    let request = match &model.screen.main {
        MainPane::Links => model.table.state.as_ref().and_then(|table| table.source().request().cloned()),
        MainPane::Empty(empty) => Some(empty.request.clone()),
        MainPane::Failed(failed) => Some(failed.request.clone()),
        MainPane::Welcome | MainPane::Archive => None,
    };
    match request.filter(|_| !model.is_waiting()) {
        Some(request) => fetch_target::refetch(model, request),
        None => {
            if model.shows_table() {
                model.toast(Severity::Info, "nothing to re-fetch: these links come from a file");
            }
            Effects::new()
        }
    }
}
