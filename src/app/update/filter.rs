//! The filter line. The table follows each key.

use std::sync::Arc;

use crate::app::effect::{Effect, Effects};
use crate::app::model::Model;
use crate::app::screen::Focus;
use crate::app::undo::UndoState;
use crate::domain::query::{Query, facet_to_complete};
use crate::input::Action;

pub fn open(model: &mut Model) {
    if let Some(table) = &model.table.state {
        model.table.filter.start_editing(table.query());
        model.screen.focus = Focus::Filter;
        model.keep_cursor_visible();
    }
}

pub fn handle_action(model: &mut Model, action: Action) -> Option<Effects> {
    match action {
        Action::Accept => {
            // An invalid filter stays open for correction; the table shows the last valid one.
            if model.table.filter.error.is_none() {
                model.table.filter.history.add(model.table.filter.line.text());
                if let Some(table) = &mut model.table.state {
                    let before = UndoState { query: model.table.filter.before(), ..table.undo_state() };
                    table.push_undo(before);
                }
                close(model);
            }
        }
        Action::Cancel => {
            let before = model.table.filter.before();
            apply_query(model, before);
            close(model);
        }
        Action::NextField => {
            if let Some(rest) = model.completion() {
                model.table.filter.line.insert(&rest);
                apply_typed(model);
            }
        }
        Action::Older | Action::Newer => {
            let filter = &mut model.table.filter;
            let entry = match action {
                Action::Older => filter.history.older(filter.line.text()),
                _ => filter.history.newer(),
            };
            if let Some(entry) = entry {
                filter.line.set(&entry);
                apply_typed(model);
            }
        }
        Action::Edit(edit) => {
            if model.table.filter.line.apply(edit) {
                apply_typed(model);
            }
        }
        _ => return None,
    }
    Some(Effects::new())
}

pub fn insert(model: &mut Model, text: &str) {
    model.table.filter.line.insert(text);
    apply_typed(model);
}

/// Sets a filter that was not typed here.
pub fn set_query(model: &mut Model, query: Query) {
    model.table.filter.show(&query);
    apply_query(model, query);
}

fn apply_typed(model: &mut Model) {
    let Some(table) = &model.table.state else { return };
    let schema = Arc::clone(table.links().schema());
    if let Some(query) = model.table.filter.parse(&schema) {
        apply_query(model, query);
    }
}

/// Requests the values that complete the typed filter, unless they were requested before.
pub fn request_completions(model: &mut Model) -> Option<Effect> {
    let table = model.table.state.as_mut().filter(|_| model.screen.focus == Focus::Filter)?;
    let facet = facet_to_complete(model.table.filter.line.text(), table.links())?;
    let generation = model.session.next_generation();
    let job = table.request_completions(facet, generation)?;
    Some(Effect::Count { generation, job: Box::new(job) })
}

fn apply_query(model: &mut Model, query: Query) {
    let page = model.page();
    if let Some(table) = &mut model.table.state
        && *table.query() != query
    {
        table.set_query(query, page);
        model.detail.scroll = 0;
    }
    model.keep_cursor_visible();
}

fn close(model: &mut Model) {
    model.screen.focus = Focus::Main;
    model.table.filter.error = None;
    model.keep_cursor_visible();
}
