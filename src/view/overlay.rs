//! What lies over the rest of the screen: help, palette, menus, questions.

use crate::domain::signs::PROMPT;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{facets, help, ledger, menus, prompt, question};
use crate::app::Model;
use crate::app::overlay::{Command, Overlay, Palette};
use crate::config::{Meaning, Theme};
use crate::widgets::dialog::Dialog;
use crate::widgets::line_input::LineInput;
use crate::widgets::list::{Item, List};
use crate::widgets::text::put;

/// Draws it over `screen`. Returns where the cursor is, if text is typed there.
pub(super) fn draw(
    overlay: &Overlay,
    model: &Model,
    theme: &Theme,
    screen: Rect,
    buf: &mut Buffer,
) -> Option<Position> {
    match overlay {
        Overlay::Help { scroll } => help::draw(*scroll, model, theme, screen, buf),
        Overlay::Ledger { scroll } => ledger::draw(*scroll, model, theme, screen, buf),
        Overlay::Palette(palette) => return draw_palette(palette, model, theme, screen, buf),
        Overlay::Facets(view) => return facets::draw(view, model, theme, screen, buf),
        Overlay::Export(export) => return prompt::draw_export(export, model, theme, screen, buf),
        Overlay::Prompt(prompt) => return prompt::draw(prompt, theme, screen, buf),
        Overlay::ColumnMenu { selected } => menus::draw_columns(*selected, model, theme, screen, buf),
        Overlay::CopyMenu { selected, scope } => menus::draw_copy(*selected, *scope, model, theme, screen, buf),
        Overlay::CompareMenu { later, selected } => menus::draw_compare(later, *selected, model, theme, screen, buf),
        Overlay::Key(prompt) => return prompt::draw_key(prompt, theme, screen, buf),
        Overlay::Confirm { question, .. } => question::draw(question, model, theme, screen, buf),
    }
    None
}

pub(super) fn dialog<'a>(title: &'a str, content: (u16, u16), theme: &Theme) -> Dialog<'a> {
    Dialog { title, content, border: theme.style(Meaning::BorderActive), heading: theme.style(Meaning::Accent) }
}

pub(super) fn list<'a>(items: &'a [Item], selected: usize, theme: &Theme) -> List<'a> {
    List {
        items,
        selected,
        text: theme.style(Meaning::Text),
        side: theme.style(Meaning::Key),
        chosen: theme.style(Meaning::Selected),
    }
}

fn draw_palette(palette: &Palette, model: &Model, theme: &Theme, screen: Rect, buf: &mut Buffer) -> Option<Position> {
    let saved = model.saved_filters();
    let matches = palette.matches(&saved);
    let below = model.context_below_overlay();
    let item = |command: &Command| match command {
        Command::Action(action) => action.info().map(|info| {
            let keys = model.keymap.keys_for(info.action, below);
            let key = keys.first().map(ToString::to_string).unwrap_or_default();
            Item::new(format!("{}: {}", info.name, info.description), key)
        }),
        Command::Filter(number) => {
            saved.get(*number).map(|(name, query)| Item::new(format!("{name}: {query}"), "filter"))
        }
    };
    let items: Vec<Item> = matches.iter().filter_map(item).collect();
    let area = dialog("Commands", (88, 18), theme).render(screen, buf);
    let line = Rect { height: area.height.min(1), ..area };
    let taken = put(buf, line, &format!("{PROMPT} "), theme.style(Meaning::Accent));
    let input = LineInput {
        text: palette.line.text(),
        cursor: Some(palette.line.cursor()),
        placeholder: "type to search",
        highlight: None,
        style: theme.style(Meaning::Field),
        dim: theme.style(Meaning::Dim),
    };
    let cursor = input.render(Rect { x: line.x + taken, width: line.width - taken, ..line }, buf);
    let rest = Rect { y: area.y + line.height, height: area.height - line.height, ..area };
    if items.is_empty() {
        put(buf, Rect { height: rest.height.min(1), ..rest }, "  no such command", theme.style(Meaning::Dim));
    }
    list(&items, palette.selected, theme).render(rest, buf);
    cursor
}
