//! The table of backlinks.

use crate::app::effect::Effects;
use crate::app::model::Model;
use crate::app::screen::Focus;
use crate::app::toasts::Severity;
use crate::domain::query::Query;
use crate::domain::{Field, Line};
use crate::input::Action;

use super::step::step_selection;
use super::{columns, detail, filter, load, marked, open, prompt};

pub fn handle_action(model: &mut Model, action: Action) -> Option<Effects> {
    let page = model.page();
    let count = model.screen.count;
    let table = model.table.state.as_mut()?;
    let cursor = table.cursor();
    let before = action.info().undoable.then(|| table.undo_state());
    match action {
        Action::Down | Action::Up => {
            let lines = isize::try_from(count.unwrap_or(1)).unwrap_or(isize::MAX);
            table.step(if action == Action::Down { lines } else { -lines }, page);
        }
        Action::Top | Action::Bottom if count.is_some() => {
            table.go_to(Line(count.unwrap_or(1).saturating_sub(1)), page);
        }
        Action::Sort | Action::SortAdd => table.sort(action == Action::SortAdd, page),
        Action::Filter => filter::open(model),
        Action::FilterTo | Action::FilterAway => filter_by_cell(model, action == Action::FilterAway),
        Action::Undo | Action::Redo => undo(model, action == Action::Redo),
        Action::FilterSave => prompt::name_filter(model),
        Action::FilterClear => filter::set_query(model, Query::default()),
        Action::Mark => table.toggle_mark(page),
        Action::MarkRange => table.toggle_range(),
        Action::MarkAll => table.mark_all(),
        Action::MarkInvert => table.invert_marks(),
        Action::MarkNone => table.unmark_all(),
        action if marked::uses_marks(action) => return Some(marked::begin(model, action)),
        Action::OpenSource => return Some(open::open(model, Field::SourceUrl)),
        Action::OpenTarget => return Some(open::open(model, Field::TargetUrl)),
        Action::Group => table.toggle_groups(page),
        Action::Detail | Action::Accept => {
            if !table.toggle_fold(page) {
                detail::toggle(model);
            }
        }
        Action::NextPane => {
            if !model.layout().detail.is_empty() {
                model.screen.focus = Focus::Detail;
            }
        }
        Action::Cancel => {
            if !table.cancel_range() {
                return Some(load::stop(model).unwrap_or_default());
            }
        }
        other => match step_selection(cursor.0, table.lines().len(), page, other) {
            Some(to) => table.go_to(Line(to), page),
            None => return columns::handle_action(model, other),
        },
    }
    let table = model.table.state.as_mut()?;
    if let Some(before) = before {
        table.push_undo(before);
    }
    if table.cursor() != cursor {
        model.detail.scroll = 0;
    }
    Some(Effects::new())
}

fn undo(model: &mut Model, redo: bool) {
    let page = model.page();
    let Some(table) = &mut model.table.state else { return };
    if table.undo(redo, page) {
        let query = table.query().clone();
        model.table.filter.show(&query);
        model.keep_cursor_visible();
    } else {
        model.toast(Severity::Info, if redo { "nothing to redo" } else { "nothing to undo" });
    }
}

fn filter_by_cell(model: &mut Model, exclude: bool) {
    match model.table.state.as_ref().and_then(|table| table.query_with_cell(exclude)) {
        Some(query) => filter::set_query(model, query),
        None => model.toast(Severity::Info, "can't filter by this cell; choose another column first"),
    }
}
