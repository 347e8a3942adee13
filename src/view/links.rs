//! The table of backlinks.

use crate::domain::signs::ELLIPSIS;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::parts::{key_name, page_area};
use crate::app::Model;
use crate::app::screen::Focus;
use crate::config::{StyleRole, Theme};
use crate::input::{Action, Context};
use crate::widgets::table::{Table, TableStyles};
use crate::widgets::text::put;

pub(super) fn draw(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let (Some(state), Some(layout)) = (&model.table.state, model.table_layout()) else { return };
    if area.is_empty() {
        return;
    }
    let style = |role| theme.style(role);
    let styles = TableStyles {
        header: style(StyleRole::Header),
        chosen_header: style(StyleRole::Chosen),
        text: style(StyleRole::Text),
        rank: style(StyleRole::Dim),
        domain: style(StyleRole::Domain),
        anchor: style(StyleRole::Anchor),
        url: style(StyleRole::Url),
        cursor: style(StyleRole::Cursor),
        chosen_cell: style(StyleRole::ChosenCell),
        marked: style(StyleRole::Marked),
        found: style(StyleRole::Found),
        warning: style(StyleRole::Warning),
        scrollbar: style(StyleRole::Border),
        scrollbar_thumb: style(StyleRole::Dim),
    };
    let table = Table {
        links: state.links(),
        shown: state.lines(),
        grouped: state.grouped(),
        offset: state.offset(),
        cursor: state.cursor(),
        query: state.query(),
        marks: state.marks(),
        row_diffs: &state.row_diffs(),
        notes: state.notes(),
        rules: state.rules(),
        files: state.source().files(),
        range: state.range_lines(),
        columns: &layout.columns,
        chosen: state.columns().chosen(),
        all_columns: state.columns().list().len(),
        order: state.order(),
        focused: model.screen.focus == Focus::Main && model.overlay.is_none(),
        styles: &styles,
    };
    table.render(area, buf);
    if state.shown().is_empty() {
        let loading = model.table.loading.as_ref().is_some_and(|loading| !loading.is_finished());
        let key = key_name(model, Action::FilterClear, Context::Table);
        let body = page_area(Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area });
        let text = match (loading, state.links().is_empty()) {
            (true, _) => format!("Loading{ELLIPSIS}"),
            (false, true) => "No links".to_owned(),
            (false, false) => format!("No links match this filter. {key} clears it."),
        };
        put(buf, Rect { height: body.height.min(1), ..body }, &text, style(StyleRole::Dim));
    }
}
