//! Lists to choose from: the formats to copy as, and the other addresses of an empty answer.

use crate::app::effect::Effects;
use crate::app::model::Model;
use crate::app::overlay::{COPY_FORMATS, Overlay};
use crate::app::screen::{Focus, Main};
use crate::input::Action;

use super::{ask, columns, compare, moved, table};

/// Acts in the list that has the keys.
pub fn act(model: &mut Model, action: Action) -> Option<Effects> {
    if let Some(Overlay::CopyMenu { selected, scope }) = &mut model.overlay {
        match action {
            Action::Accept => {
                let (format, scope) = (COPY_FORMATS.get(*selected).copied(), *scope);
                model.overlay = None;
                return format.map(|format| table::copy(model, format, scope));
            }
            Action::Cancel => model.overlay = None,
            other => *selected = moved(*selected, COPY_FORMATS.len(), COPY_FORMATS.len(), other)?,
        }
        return Some(Effects::new());
    }
    if let Some(Overlay::CompareMenu { .. }) = &model.overlay {
        return compare::act_in_menu(model, action);
    }
    if let Some(Overlay::ColumnMenu { .. }) = &model.overlay {
        return columns::act_in_menu(model, action);
    }
    let Main::Empty(empty) = &mut model.screen.main else { return None };
    match action {
        Action::Accept => {
            let request = empty.variants.get(empty.selected).cloned();
            return request.map(|request| ask::ask(model, request));
        }
        Action::Cancel => leave(model),
        other => empty.selected = moved(empty.selected, empty.variants.len(), empty.variants.len(), other)?,
    }
    Some(Effects::new())
}

/// Goes back to the table, or to the start where there is none.
pub fn leave(model: &mut Model) {
    model.screen.main = if model.table.browser.is_some() { Main::Links } else { Main::Welcome };
    if let Some(request) = model.table.browser.as_ref().and_then(|browser| browser.source().request().cloned()) {
        model.target.fill(&request);
    }
    model.screen.focus = Focus::Main;
    super::settle(model);
}
