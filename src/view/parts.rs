//! Parts shared by several views.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Block, Widget};

use crate::app::Model;
use crate::config::{StyleRole, Theme};
use crate::input::{Action, Context};
use crate::widgets::dialog::Dialog;
use crate::widgets::list::{Item, List};
use crate::widgets::text::{border_set, put};

/// Draws a frame with a title. Returns the area inside, with one cell of padding on each side.
pub(super) fn framed(title: &str, active: bool, theme: &Theme, area: Rect, buf: &mut Buffer) -> Rect {
    let border = theme.style(if active { StyleRole::BorderActive } else { StyleRole::Border });
    let block = Block::bordered().border_set(border_set()).border_style(border);
    let inner = block.inner(area);
    block.render(area, buf);
    let head = Rect { x: area.x + 2, width: area.width.saturating_sub(4), height: area.height.min(1), ..area };
    let style: Style = if active { theme.style(StyleRole::Accent) } else { theme.style(StyleRole::Header) };
    put(buf, head, &format!(" {title} "), style);
    Rect { x: inner.x + inner.width.min(1), width: inner.width.saturating_sub(2), ..inner }
}

pub(super) const GET_A_KEY: &str = "Get a key at keywordseverywhere.com, under API.";

/// The area of a page: full width, with a margin if there is room.
pub(super) fn page_area(area: Rect) -> Rect {
    let margin = if area.width >= 60 { 3 } else { 1 };
    let top = u16::from(area.height >= 10);
    Rect {
        x: area.x + margin,
        y: area.y + top,
        width: area.width.saturating_sub(2 * margin).min(96),
        height: area.height.saturating_sub(top),
    }
}

/// The first key bound to an action.
pub(super) fn key_name(model: &Model, action: Action, context: Context) -> String {
    model.session.keymap.keys_for(action, context).first().map_or_else(|| "(no key)".to_owned(), ToString::to_string)
}

pub(super) fn dialog<'a>(title: &'a str, content: (u16, u16), theme: &Theme) -> Dialog<'a> {
    Dialog { title, content, border: theme.style(StyleRole::BorderActive), heading: theme.style(StyleRole::Accent) }
}

pub(super) fn list<'a>(items: &'a [Item], selected: usize, theme: &Theme) -> List<'a> {
    List {
        items,
        selected,
        text: theme.style(StyleRole::Text),
        side: theme.style(StyleRole::Key),
        chosen: theme.style(StyleRole::Selected),
    }
}
