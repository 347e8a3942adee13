//! Copying links, directly or in a format chosen from a menu.

use crate::app::effect::{Effect, Effects};
use crate::app::marks::MarkScope;
use crate::app::message::Copied;
use crate::app::model::Model;
use crate::app::overlay::{Overlay, copy_formats};
use crate::app::toasts::Severity;
use crate::domain::signs::DOT;
use crate::formats::Format;
use crate::input::Action;

use super::step::step_selection;

/// Copies the marked links, or the one at the cursor.
pub fn copy(model: &mut Model, format: Format, scope: MarkScope) -> Effects {
    let Some(table) = &model.table.state else { return Effects::new() };
    match table.copy_selection(scope) {
        Some(selection) => vec![Effect::Copy { selection, format }],
        None => {
            model.toast(Severity::Info, "nothing to copy: the filter hides every link");
            Effects::new()
        }
    }
}

/// Actions in the format menu.
pub fn handle_menu_action(model: &mut Model, action: Action) -> Option<Effects> {
    let Some(Overlay::CopyMenu { selected, scope }) = &mut model.overlay else { return None };
    match action {
        Action::Accept => {
            let (format, scope) = (copy_formats().nth(*selected), *scope);
            model.overlay = None;
            return format.map(|format| copy(model, format, scope));
        }
        Action::Cancel => model.overlay = None,
        other => {
            let formats = copy_formats().count();
            *selected = step_selection(*selected, formats, formats, other)?;
        }
    }
    Some(Effects::new())
}

/// Reports the outcome.
pub fn copied(model: &mut Model, result: Result<Copied, String>) {
    match result {
        Ok(copied) => model.toast(Severity::Success, format!("copied {} {DOT} {}", copied.what, copied.route)),
        Err(why) => model.toast(Severity::Error, format!("not copied: {why}")),
    }
}
