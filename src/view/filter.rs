//! The filter line.

use crate::domain::signs::{PROMPT, WRONG};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::app::Model;
use crate::app::screen::Focus;
use crate::config::{StyleRole, Theme};
use crate::layout::cells::width;
use crate::widgets::line_input::LineInput;
use crate::widgets::text::{put, put_right};

pub(super) fn draw(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    let filter = &model.table.filter;
    let focused = model.screen.focus == Focus::Filter;
    let lead_style = theme.style(if focused { StyleRole::Accent } else { StyleRole::Dim });
    let lead = put(buf, area, &format!(" filter {PROMPT} "), lead_style);
    let mut line = Rect { x: area.x + lead, width: area.width - lead, ..area };
    if let Some(error) = &filter.error {
        // The message gets the space right of the filter, but at least half of the line.
        let text = format!(" {WRONG} {} ", error.message);
        let room = line.width.saturating_sub((width(filter.line.text()) as u16).saturating_add(2)).max(line.width / 2);
        let message_area = Rect { x: line.right() - room, width: room, ..line };
        let taken = put_right(buf, message_area, &text, theme.style(StyleRole::Danger));
        line.width -= taken;
    }
    let input = LineInput {
        text: filter.line.text(),
        cursor: focused.then(|| filter.line.cursor()),
        placeholder: "domain:reddit.com  -anchor:casino  \"two words\"  /regex/",
        highlight: filter.error.as_ref().map(|error| (error.span.clone(), theme.style(StyleRole::Danger))),
        style: theme.style(StyleRole::Field),
        dim: theme.style(StyleRole::Dim),
    };
    let cursor = input.render(line, buf).filter(|_| model.overlay.is_none());
    if let Some((rest, at)) = model.completion().zip(cursor) {
        let after_cursor = Rect { x: at.x, width: line.right().saturating_sub(at.x), ..line };
        put(buf, after_cursor, &rest, theme.style(StyleRole::Dim));
    }
    cursor
}
