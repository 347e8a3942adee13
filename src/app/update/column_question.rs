//! Asking what the columns of a file hold.

use crate::app::column_question::ColumnQuestion;
use crate::app::effect::{Effect, Effects};
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::formats::read::{ColumnMap, UnknownColumns};
use crate::input::{Action, Context};

use super::step::step_selection;

pub fn ask(model: &mut Model, file: usize, columns: UnknownColumns) {
    model.table.question = Some(ColumnQuestion::new(file, columns));
}

/// Shows the question as soon as nothing else is open and no text is being typed: the user's keys are for that.
pub fn show(model: &mut Model) {
    let is_typing = matches!(model.context_below_overlay(), Context::Target | Context::Filter | Context::Prompt);
    match (&model.overlay, &model.table.question) {
        (None, Some(_)) if !is_typing => model.overlay = Some(Overlay::ColumnQuestion),
        (Some(Overlay::ColumnQuestion), None) => model.overlay = None,
        _ => {}
    }
}

pub fn handle_action(model: &mut Model, action: Action) -> Option<Effects> {
    let question = model.table.question.as_mut()?;
    match action {
        Action::ColumnRight | Action::ColumnLeft => question.cycle(action == Action::ColumnRight),
        Action::Accept => match question.map() {
            Some(map) => return Some(answer(model, Some(map))),
            None => question.lacks_source = true,
        },
        Action::Cancel => return Some(answer(model, None)),
        other => {
            let columns = question.columns.len();
            question.select(step_selection(question.selected, columns, columns, other)?);
        }
    }
    Some(Effects::new())
}

fn answer(model: &mut Model, map: Option<ColumnMap>) -> Effects {
    let Some((question, loading)) = model.table.question.take().zip(model.table.loading.as_mut()) else {
        return Effects::new();
    };
    loading.left_out += usize::from(map.is_none());
    let note = map.as_ref().map_or_else(|| "not opened".to_owned(), |map| format!("next time, use --map {map}"));
    model.add_notes(question.file, [note]);
    vec![Effect::AnswerColumns { map }]
}
