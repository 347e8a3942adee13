//! The table of backlinks.

use crate::domain::signs::ELLIPSIS;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::parts::{key_name, page_area};
use crate::app::Model;
use crate::app::screen::Focus;
use crate::config::{Meaning, Theme};
use crate::input::{Action, Context};
use crate::widgets::table::{Table, TableStyles};
use crate::widgets::text::put;

pub(super) fn draw(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let (Some(browser), Some(places)) = (&model.table.browser, model.table_layout()) else { return };
    if area.is_empty() {
        return;
    }
    let style = |meaning| theme.style(meaning);
    let styles = TableStyles {
        header: style(Meaning::Header),
        chosen_header: style(Meaning::Chosen),
        text: style(Meaning::Text),
        rank: style(Meaning::Dim),
        domain: style(Meaning::Domain),
        anchor: style(Meaning::Anchor),
        url: style(Meaning::Url),
        cursor: style(Meaning::Cursor),
        chosen_cell: style(Meaning::ChosenCell),
        marked: style(Meaning::Marked),
        found: style(Meaning::Found),
        warning: style(Meaning::Warning),
        scrollbar: style(Meaning::Border),
        scrollbar_thumb: style(Meaning::Dim),
    };
    let table = Table {
        links: browser.links(),
        shown: browser.lines(),
        grouped: browser.grouped(),
        offset: browser.offset(),
        cursor: browser.cursor(),
        query: browser.query(),
        marks: browser.marks(),
        verdicts: &browser.verdicts(),
        notes: browser.notes(),
        rules: browser.rules(),
        files: browser.source().files(),
        range: browser.range_lines(),
        columns: &places.columns,
        chosen: browser.columns().chosen(),
        all_columns: browser.columns().list().len(),
        order: browser.order(),
        focused: model.screen.focus == Focus::Main && model.overlay.is_none(),
        styles: &styles,
    };
    table.render(area, buf);
    if browser.shown().is_empty() {
        let loading = model.table.loading.as_ref().is_some_and(|loading| !loading.is_over());
        let key = key_name(model, Action::FilterClear, Context::Table);
        let body = page_area(Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area });
        let text = match (loading, browser.links().is_empty()) {
            (true, _) => format!("Loading{ELLIPSIS}"),
            (false, true) => "No links here.".to_owned(),
            (false, false) => format!("No link fulfils the filter. {key} clears it."),
        };
        put(buf, Rect { height: body.height.min(1), ..body }, &text, style(Meaning::Dim));
    }
}
