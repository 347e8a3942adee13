//! Which part of the screen handles an action: the overlay, else the focused part.

use crate::app::effect::Effects;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::screen::{Focus, ScreenPart};
use crate::app::table_state::TableState;
use crate::input::Action;

use super::palette::{self, Chosen};
use super::{
    archive_screen, column_question, columns, compare, confirm, copy, detail, empty, export, facets, failure, filter,
    global, help, key_prompt, ledger, prompt, table, target, waiting, welcome,
};

pub fn handle_action(model: &mut Model, action: Action) -> Effects {
    let own = match &model.overlay {
        Some(Overlay::Palette(_)) => palette::handle_action(model, action).map(|chosen| match chosen {
            Chosen::Done(effects) => effects,
            Chosen::Action(action) => handle_action(model, action),
        }),
        Some(Overlay::Help { .. }) => help::handle_action(model, action),
        Some(Overlay::Ledger { .. }) => ledger::handle_action(model, action),
        Some(Overlay::Facets(view)) if view.searching => facets::handle_search_action(model, action),
        Some(Overlay::Facets(_)) => facets::handle_action(model, action),
        Some(Overlay::Export(_)) => export::handle_action(model, action),
        Some(Overlay::Prompt(_)) => prompt::handle_action(model, action),
        Some(Overlay::KeyPrompt(_)) => key_prompt::handle_action(model, action),
        Some(Overlay::ColumnMenu { .. }) => columns::handle_menu_action(model, action),
        Some(Overlay::ColumnQuestion) => column_question::handle_action(model, action),
        Some(Overlay::CopyMenu { .. }) => copy::handle_menu_action(model, action),
        Some(Overlay::CompareMenu(_)) => compare::handle_menu_action(model, action),
        Some(Overlay::Confirm { .. }) => confirm::handle_action(model, action),
        None => handle_screen_action(model, action),
    };
    match own {
        Some(effects) => effects,
        // Ctrl-C cancels the innermost thing, and quits only if there is none.
        None if action == Action::CancelOrQuit && can_cancel(model) => handle_action(model, Action::Cancel),
        None => global::handle_action(model, action),
    }
}

fn handle_screen_action(model: &mut Model, action: Action) -> Option<Effects> {
    match model.focused_part() {
        ScreenPart::Target => target::handle_action(model, action),
        ScreenPart::Filter => filter::handle_action(model, action),
        // The pane passes what it does not handle to the table whose link it shows.
        ScreenPart::Detail => detail::handle_action(model, action).or_else(|| table::handle_action(model, action)),
        ScreenPart::Waiting => waiting::handle_action(model, action),
        ScreenPart::Welcome => welcome::handle_action(model, action),
        ScreenPart::Links => table::handle_action(model, action),
        ScreenPart::Empty => empty::handle_action(model, action),
        ScreenPart::Failed => failure::handle_action(model, action),
        ScreenPart::Archive => archive_screen::handle_action(model, action),
        ScreenPart::ArchivePrompt => archive_screen::handle_prompt_action(model, action),
    }
}

/// Whether there is anything to cancel before quitting.
fn can_cancel(model: &Model) -> bool {
    model.overlay.is_some()
        || matches!(model.screen.focus, Focus::Target | Focus::Filter)
        || model.is_waiting()
        || model.table.state.as_ref().is_some_and(TableState::has_range)
}
