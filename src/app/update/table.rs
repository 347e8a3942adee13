//! The table of backlinks.

use crate::app::effect::Effects;
use crate::app::model::Model;
use crate::app::screen::Focus;
use crate::app::toasts::Tone;
use crate::domain::Field;
use crate::domain::query::Query;
use crate::input::Action;

use super::step::step_selection;
use super::{columns, detail, filter, load, marked, open, prompt};

/// Acts in the table.
pub fn act(model: &mut Model, action: Action) -> Option<Effects> {
    let page = model.page();
    let count = model.screen.count;
    let browser = model.table.browser.as_mut()?;
    let cursor = browser.cursor();
    let before = changes(action).then(|| browser.state());
    match action {
        Action::Down | Action::Up => {
            let lines = isize::try_from(count.unwrap_or(1)).unwrap_or(isize::MAX);
            browser.step(if action == Action::Down { lines } else { -lines }, page);
        }
        Action::Top | Action::Bottom if count.is_some() => {
            browser.go_to(count.unwrap_or(1).saturating_sub(1), page);
        }
        Action::Sort | Action::SortAdd => browser.sort(action == Action::SortAdd, page),
        Action::Filter => filter::begin(model),
        Action::FilterTo | Action::FilterAway => filter_by_cell(model, action == Action::FilterAway),
        Action::Undo | Action::Redo => undo(model, action == Action::Redo),
        Action::FilterSave => prompt::name_filter(model),
        Action::FilterClear => filter::set(model, Query::default()),
        Action::Mark => browser.toggle_mark(page),
        Action::MarkRange => browser.toggle_range(),
        Action::MarkAll => browser.mark_all(),
        Action::MarkInvert => browser.invert_marks(),
        Action::MarkNone => browser.unmark_all(),
        action if marked::goes_to_marks(action) => return Some(marked::begin(model, action)),
        Action::OpenSource => return Some(open::open(model, Field::SourceUrl)),
        Action::OpenTarget => return Some(open::open(model, Field::TargetUrl)),
        Action::Group => browser.toggle_groups(page),
        Action::Detail | Action::Accept => {
            if !browser.toggle_fold(page) {
                detail::toggle(model);
            }
        }
        Action::NextPane => {
            if !model.layout().detail.is_empty() {
                model.screen.focus = Focus::Detail;
            }
        }
        Action::Cancel => {
            if !browser.drop_range() {
                return Some(load::stop(model).unwrap_or_default());
            }
        }
        other => match step_selection(cursor, browser.lines().len(), page, other) {
            Some(to) => browser.go_to(to, page),
            None => return columns::act(model, other),
        },
    }
    let browser = model.table.browser.as_mut()?;
    if let Some(before) = before {
        browser.remember(before);
    }
    if browser.cursor() != cursor {
        model.detail.scroll = 0;
    }
    Some(Effects::new())
}

/// Whether an action can change filter, order or marks.
pub fn changes(action: Action) -> bool {
    matches!(
        action,
        Action::Sort
            | Action::SortAdd
            | Action::FilterTo
            | Action::FilterAway
            | Action::FilterClear
            | Action::Mark
            | Action::MarkRange
            | Action::MarkAll
            | Action::MarkInvert
            | Action::MarkNone
    )
}

fn undo(model: &mut Model, again: bool) {
    let page = model.page();
    let Some(browser) = &mut model.table.browser else { return };
    if browser.undo(again, page) {
        let query = browser.query().clone();
        model.table.filter.show(&query);
        model.keep_cursor_in_sight();
    } else {
        model.toast(Tone::Info, if again { "nothing to redo" } else { "nothing to undo" });
    }
}

fn filter_by_cell(model: &mut Model, away: bool) {
    match model.table.browser.as_ref().and_then(|browser| browser.query_with_cell(away)) {
        Some(query) => filter::set(model, query),
        None => model.toast(Tone::Info, "choose another column first, with h or l"),
    }
}
