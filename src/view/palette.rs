//! The command palette.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::parts::{dialog, list};
use crate::app::Model;
use crate::app::palette::{Command, Palette};
use crate::config::{StyleRole, Theme};
use crate::domain::signs::PROMPT;
use crate::widgets::line_input::LineInput;
use crate::widgets::list::Item;
use crate::widgets::text::put;

pub(super) fn draw(
    palette: &Palette,
    model: &Model,
    theme: &Theme,
    screen: Rect,
    buf: &mut Buffer,
) -> Option<Position> {
    let saved = model.session.saved_filters();
    let matches = palette.matches(&saved);
    let below = model.context_below_overlay();
    let item = |command: &Command| match command {
        Command::Action(action) => {
            let keys = model.session.keymap.keys_for(*action, below);
            let key = keys.first().map(ToString::to_string).unwrap_or_default();
            Some(Item::new(action.info().title, key))
        }
        Command::Filter(number) => {
            saved.get(*number).map(|(name, query)| Item::new(format!("{name}: {query}"), "filter"))
        }
    };
    let items: Vec<Item> = matches.iter().filter_map(item).collect();
    let area = dialog("Commands", (88, 18), theme).render(screen, buf);
    let line = Rect { height: area.height.min(1), ..area };
    let taken = put(buf, line, &format!("{PROMPT} "), theme.style(StyleRole::Accent));
    let input = LineInput {
        text: palette.line.text(),
        cursor: Some(palette.line.cursor()),
        placeholder: "type to search",
        highlight: None,
        style: theme.style(StyleRole::Field),
        dim: theme.style(StyleRole::Dim),
    };
    let cursor = input.render(Rect { x: line.x + taken, width: line.width - taken, ..line }, buf);
    let rest = Rect { y: area.y + line.height, height: area.height - line.height, ..area };
    if items.is_empty() {
        put(buf, Rect { height: rest.height.min(1), ..rest }, "  no such command", theme.style(StyleRole::Dim));
    }
    list(&items, palette.selected, theme).render(rest, buf);
    cursor
}
