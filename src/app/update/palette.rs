//! The command palette: type to search, Enter to run.

use crate::app::effect::Effects;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::palette::Command;
use crate::app::table_state::TableState;
use crate::app::toasts::Severity;
use crate::domain::query::Query;
use crate::domain::signs::{CLOSE, OPEN};
use crate::input::Action;

use super::filter;
use super::step::step_selection;

/// Lines that a page key moves by.
const PAGE: usize = 10;

/// The result of an action in the palette.
pub enum Chosen {
    /// Run this action where the focus is, now that the palette is closed.
    Action(Action),
    Done(Effects),
}

pub fn handle_action(model: &mut Model, action: Action) -> Option<Chosen> {
    let saved = model.session.saved_filters();
    let Some(Overlay::Palette(palette)) = &mut model.overlay else { return None };
    let matches = palette.matches(&saved);
    let chosen = matches.get(palette.selected).copied();
    match action {
        Action::Accept => {
            model.overlay = None;
            return Some(match chosen {
                Some(Command::Action(action)) => Chosen::Action(action),
                Some(Command::Filter(number)) => Chosen::Done(use_filter(model, saved.get(number))),
                None => Chosen::Done(Effects::new()),
            });
        }
        Action::Cancel => model.overlay = None,
        Action::Forget => match chosen {
            Some(Command::Filter(number)) => {
                return Some(Chosen::Done(forget_filter(model, saved.get(number))));
            }
            _ => model.toast(Severity::Info, "only a saved filter can be deleted"),
        },
        Action::Edit(edit) => {
            let before = palette.line.text().to_owned();
            palette.line.apply(edit);
            if palette.line.text() != before {
                palette.selected = 0;
            }
        }
        other => {
            palette.selected = step_selection(palette.selected, matches.len(), PAGE, other)?;
        }
    }
    Some(Chosen::Done(Effects::new()))
}

fn use_filter(model: &mut Model, saved: Option<&(String, Query)>) -> Effects {
    let before = model.table.state.as_ref().filter(|_| model.shows_table()).map(TableState::undo_state);
    match saved.zip(before) {
        Some(((_, query), before)) => {
            filter::set_query(model, query.clone());
            if let Some(table) = &mut model.table.state {
                table.push_undo(before);
            }
        }
        None => model.toast(Severity::Info, "no links yet: fetch a target first"),
    }
    Effects::new()
}

/// Deletes a saved filter. One from the settings can only be deleted there.
fn forget_filter(model: &mut Model, saved: Option<&(String, Query)>) -> Effects {
    let Some((name, _)) = saved else { return Effects::new() };
    if !model.session.saved.forget_filter(name) {
        model.toast(Severity::Info, format!("{OPEN}{name}{CLOSE} is in the settings file: remove it there"));
        return Effects::new();
    }
    model.toast(Severity::Success, format!("{OPEN}{name}{CLOSE} deleted"));
    if let Some(Overlay::Palette(palette)) = &mut model.overlay {
        palette.selected = palette.selected.saturating_sub(1);
    }
    vec![model.session.save_state()]
}
