//! What is done with the marked links: the one place that makes sure that none is acted on unseen.

use crate::app::effect::Effects;
use crate::app::marks::MarkScope;
use crate::app::model::Model;
use crate::app::overlay::{Confirmation, Overlay};
use crate::formats::Format;
use crate::input::Action;

use super::{copy, export, prompt};

/// Whether an action goes to the marked links.
pub fn uses_marks(action: Action) -> bool {
    matches!(action, Action::Copy | Action::CopyAs | Action::Export | Action::Note | Action::Tag)
}

/// Begins an action on the marked links. Where a filter hides some of them, it is asked first which ones are meant.
pub fn begin(model: &mut Model, action: Action) -> Effects {
    let Some(table) = &model.table.state else { return Effects::new() };
    let hidden = table.hidden_marks();
    if hidden == 0 {
        // What a filter hides from now on, while a name or a format is chosen, is not taken along either.
        return run(model, action, MarkScope::Visible);
    }
    let visible = table.effective_marks().count().saturating_sub(hidden);
    model.confirm(Confirmation::HiddenMarks { action, visible, hidden });
    Effects::new()
}

/// Does it to all marked links, or to the visible ones.
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
