//! Prompts over the table: a path, a name, a note, a tag, the API key.

use crate::domain::signs::{DOT, SECRET};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::parts::{GET_A_KEY, dialog};
use crate::app::Model;
use crate::app::export::Export;
use crate::app::key_prompt::KeyPrompt;
use crate::app::prompt::{Prompt, PromptKind};
use crate::config::{StyleRole, Theme};
use crate::domain::number::pluralize;
use crate::input::LineEdit;
use crate::widgets::line_input::LineInput;
use crate::widgets::page::Page;
use crate::widgets::text::{put, put_right};

pub(super) fn draw(prompt: &Prompt, theme: &Theme, screen: Rect, buf: &mut Buffer) -> Option<Position> {
    let links = |rows: usize| pluralize(rows, "link", "links");
    let (title, placeholder, below) = match &prompt.kind {
        PromptKind::FilterName => ("Save filter as".to_owned(), "name", "find it by this name in the command palette"),
        PromptKind::Note(rows) => (format!("Note on {}", links(rows.count())), "your note", EMPTY_REMOVES),
        PromptKind::Tag(rows) => (format!("Tag {}", links(rows.count())), "one word, such as contacted", EMPTY_REMOVES),
    };
    draw_line(&title, &prompt.line, placeholder, (below, StyleRole::Dim), theme, screen, buf)
}

const EMPTY_REMOVES: &str = "leave empty to remove";

pub(super) fn draw_export(
    export: &Export,
    model: &Model,
    theme: &Theme,
    screen: Rect,
    buf: &mut Buffer,
) -> Option<Position> {
    let rows = model.table.state.as_ref().map_or(0, |table| table.export_count(export.scope));
    let title = format!("Export {} to", pluralize(rows, "link", "links"));
    let hint = format!("{} {DOT} Tab completes", Export::extensions());
    let below = export.error.as_ref().map_or((hint.as_str(), StyleRole::Dim), |error| (error, StyleRole::Danger));
    draw_line(&title, &export.line, "links.csv", below, theme, screen, buf)
}

/// Draws the API key prompt, which shows the length of the key only.
pub(super) fn draw_key(prompt: &KeyPrompt, theme: &Theme, screen: Rect, buf: &mut Buffer) -> Option<Position> {
    let width = 64.min(screen.width.saturating_sub(4));
    let mut page = Page::new(Rect { width, ..screen });
    if prompt.for_fetch {
        page.text("Nothing sent: fetching needs an API key.", theme.style(StyleRole::Warning));
    }
    page.text(GET_A_KEY, theme.style(StyleRole::Dim)).gap();
    let above = page.len() as u16;
    page.text(" ", theme.style(StyleRole::Text));
    match prompt.error {
        Some(why) => page.text(why, theme.style(StyleRole::Danger)),
        None => page.text("Paste or type it; it is never shown.", theme.style(StyleRole::Dim)),
    };
    let area = dialog("API key", (width, page.len() as u16), theme).render(screen, buf);
    page.render(area, buf, 0, theme.style(StyleRole::Dim));
    let line = Rect { y: area.y + above.min(area.height), height: 1, ..area }.intersection(area);
    draw_masked(prompt.line.len(), theme, line, buf)
}

/// One dot for each character, as far as they fit, and the number of characters.
fn draw_masked(length: usize, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    let count = if length == 0 { String::new() } else { pluralize(length, "character", "characters") };
    let taken = put_right(buf, area, &count, theme.style(StyleRole::Dim));
    let room = area.width.saturating_sub(taken + 2);
    let dots = SECRET.get().repeat(length.min(usize::from(room)));
    let typed = put(buf, Rect { width: room, ..area }, &dots, theme.style(StyleRole::Field));
    Some(Position::new((area.x + typed).min(area.right() - 1), area.y))
}

fn draw_line(
    title: &str,
    line: &LineEdit,
    placeholder: &str,
    (below, role): (&str, StyleRole),
    theme: &Theme,
    screen: Rect,
    buf: &mut Buffer,
) -> Option<Position> {
    let area = dialog(title, (72, 2), theme).render(screen, buf);
    let input = LineInput {
        text: line.text(),
        cursor: Some(line.cursor()),
        placeholder,
        highlight: line.is_selected().then(|| (0..line.text().len(), theme.style(StyleRole::Selected))),
        style: theme.style(StyleRole::Field),
        dim: theme.style(StyleRole::Dim),
    };
    let cursor = input.render(Rect { height: area.height.min(1), ..area }, buf);
    let rest = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    put(buf, rest, below, theme.style(role));
    cursor
}
