//! What means the same everywhere.

use crate::app::browser::Browser;
use crate::app::effect::{Effect, Effects};
use crate::app::model::Model;
use crate::app::overlay::{Leaving, Overlay, Palette, Question};
use crate::app::screen::{Focus, Main};
use crate::app::toasts::Tone;
use crate::input::Action;

use super::{ask, compare, confirm, facets, key_prompt, page, shelf, table, target};

/// Does what `action` means wherever the keys are.
pub fn act(model: &mut Model, action: Action) -> Effects {
    match action {
        Action::EditTarget => target::begin(model),
        Action::Help => model.overlay = Some(Overlay::Help { scroll: 0 }),
        Action::Palette => model.overlay = Some(Overlay::Palette(Palette::default())),
        Action::Redraw => return vec![Effect::Redraw],
        Action::Suspend => return vec![Effect::Suspend],
        Action::CancelOrQuit => return cancel_or_quit(model),
        Action::Quit => return quit(model),
        Action::Demo => return super::account::start_demo(model),
        Action::ApiKey => key_prompt::begin(model),
        Action::Refresh => return refresh(model),
        Action::Archive => shelf::begin(model),
        Action::Ledger => {
            model.archive.list.open_report(model.session.utc_offset);
            model.overlay = Some(Overlay::Ledger { scroll: 0 });
        }
        Action::Facets if model.shows_table() => return facets::begin(model),
        Action::Compare if model.shows_table() => return compare::begin(model),
        other if needs_links(other) && !model.shows_table() => {
            model.toast(Tone::Info, "no links on the screen yet: ask for a page first");
        }
        _ => {}
    }
    Effects::new()
}

/// Asks again for what is on the screen.
fn refresh(model: &mut Model) -> Effects {
    let request = match &model.screen.main {
        Main::Links => model.table.browser.as_ref().and_then(|browser| browser.source().request().cloned()),
        Main::Empty(empty) => Some(empty.request.clone()),
        Main::Failed(failed) => Some(failed.request.clone()),
        Main::Welcome | Main::Archive => None,
    };
    match request.filter(|_| !model.is_waiting()) {
        Some(request) => ask::refresh(model, request),
        None => Effects::new(),
    }
}

fn quit(model: &mut Model) -> Effects {
    if model.account.requests.running().is_empty() {
        return vec![Effect::Quit];
    }
    confirm::begin(model, Question::Leave(Leaving::Asked));
    Effects::new()
}

/// Ctrl-C: the innermost thing that can be left, else the program.
fn cancel_or_quit(model: &mut Model) -> Effects {
    let inside = model.overlay.is_some()
        || matches!(model.screen.focus, Focus::Target | Focus::Filter)
        || model.is_waiting()
        || model.table.browser.as_ref().is_some_and(Browser::has_range);
    if !inside {
        return quit(model);
    }
    let context = model.context();
    if context == crate::input::Context::Page && model.overlay.is_none() {
        return page::act(model, Action::Cancel).unwrap_or_default();
    }
    super::act(model, context, Action::Cancel)
}

fn needs_links(action: Action) -> bool {
    table::changes(action)
        || matches!(
            action,
            Action::Facets
                | Action::Filter
                | Action::Undo
                | Action::Redo
                | Action::Copy
                | Action::CopyAs
                | Action::Export
                | Action::OpenSource
                | Action::OpenTarget
                | Action::Detail
        )
}
