//! Which part of the screen an action goes to: what lies over it, else what has the focus.

use crate::app::effect::Effects;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::screen::{Focus, MainPane};
use crate::app::table_state::TableState;
use crate::input::Action;

use super::palette::{self, Chosen};
use super::{
    archive_screen, columns, compare, confirm, copy, detail, empty, export, facets, failure, filter, global, help,
    key_prompt, ledger, prompt, table, target, waiting, welcome,
};

/// Does what an action means where the keys are.
pub fn act(model: &mut Model, action: Action) -> Effects {
    let own = match &model.overlay {
        Some(Overlay::Palette(_)) => palette::act(model, action).map(|chosen| match chosen {
            Chosen::Done(effects) => effects,
            Chosen::Action(action) => act(model, action),
        }),
        Some(Overlay::Help { .. }) => help::act(model, action),
        Some(Overlay::Ledger { .. }) => ledger::act(model, action),
        Some(Overlay::Facets(view)) if view.searching => facets::act_in_search(model, action),
        Some(Overlay::Facets(_)) => facets::act(model, action),
        Some(Overlay::Export(_)) => export::act(model, action),
        Some(Overlay::Prompt(_)) => prompt::act(model, action),
        Some(Overlay::Key(_)) => key_prompt::act(model, action),
        Some(Overlay::ColumnMenu { .. }) => columns::act_in_menu(model, action),
        Some(Overlay::CopyMenu { .. }) => copy::act_in_menu(model, action),
        Some(Overlay::CompareMenu { .. }) => compare::act_in_menu(model, action),
        Some(Overlay::Confirm { .. }) => confirm::act(model, action),
        None => act_on_screen(model, action),
    };
    match own {
        Some(effects) => effects,
        // Ctrl-C leaves the innermost thing, and only where there is none the program.
        None if action == Action::CancelOrQuit && is_inside(model) => act(model, Action::Cancel),
        None => global::act(model, action),
    }
}

fn act_on_screen(model: &mut Model, action: Action) -> Option<Effects> {
    match (model.screen.focus, &model.screen.main) {
        (Focus::Target, _) => target::act(model, action),
        (Focus::Filter, _) => filter::act(model, action),
        // What the pane does not know goes to the table whose link it shows.
        (Focus::Detail, _) => detail::act(model, action).or_else(|| table::act(model, action)),
        (Focus::Main, _) if model.is_waiting() => waiting::act(model, action),
        (Focus::Main, MainPane::Welcome) => welcome::act(model, action),
        (Focus::Main, MainPane::Links) => table::act(model, action),
        (Focus::Main, MainPane::Empty(_)) => empty::act(model, action),
        (Focus::Main, MainPane::Failed(_)) => failure::act(model, action),
        (Focus::Main, MainPane::Archive) if model.archive.screen.prompt.is_some() => {
            archive_screen::act_in_prompt(model, action)
        }
        (Focus::Main, MainPane::Archive) => archive_screen::act(model, action),
    }
}

/// Whether there is anything to leave but the program.
fn is_inside(model: &Model) -> bool {
    model.overlay.is_some()
        || matches!(model.screen.focus, Focus::Target | Focus::Filter)
        || model.is_waiting()
        || model.table.state.as_ref().is_some_and(TableState::has_range)
}
