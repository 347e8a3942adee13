//! Actions on marked links. The one place that makes sure that no hidden link is affected unnoticed.

use crate::app::effect::Effects;
use crate::app::marks::MarkScope;
use crate::app::model::Model;
use crate::app::overlay::{Confirmation, Overlay};
use crate::formats::Format;
use crate::input::Action;

use super::{copy, export, prompt};

/// Whether an action applies to the marked links.
pub fn uses_marks(action: Action) -> bool {
    matches!(action, Action::Copy | Action::CopyAs | Action::Export | Action::Note | Action::Tag)
}

/// Runs an action on the marked links. If the filter hides some of them, a dialog offers the choice.
pub fn begin(model: &mut Model, action: Action) -> Effects {
    let Some(table) = &model.table.state else { return Effects::new() };
    let hidden = table.hidden_marks();
    if hidden == 0 {
        // Links that the filter hides from now on, while a name or format is chosen, are left out as well.
        return run(model, action, MarkScope::Visible);
    }
    let visible = table.effective_marks().count().saturating_sub(hidden);
    model.confirm(Confirmation::HiddenMarks { action, visible, hidden });
    Effects::new()
}

/// Runs an action on the marked links in a scope.
pub fn run(model: &mut Model, action: Action, scope: MarkScope) -> Effects {
    match action {
        Action::Copy => return copy::copy(model, Format::Urls, scope),
        Action::CopyAs => model.overlay = Some(Overlay::CopyMenu { selected: 0, scope }),
        Action::Export => export::open(model, scope),
        Action::Note | Action::Tag => prompt::edit_note(model, action == Action::Tag, scope),
        _ => {}
    }
    Effects::new()
}
