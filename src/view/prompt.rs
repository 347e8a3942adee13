//! A line that is asked for over the table: a path, a name, a note, a tag.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::overlay::dialog;
use crate::app::Model;
use crate::app::browser::Browser;
use crate::app::export::Export;
use crate::app::prompt::{Asked, Prompt};
use crate::config::{Meaning, Theme};
use crate::domain::number::counted;
use crate::input::LineEdit;
use crate::widgets::line_input::LineInput;
use crate::widgets::text::put;

/// Draws what is asked for beside an export.
pub(super) fn draw(prompt: &Prompt, theme: &Theme, screen: Rect, buf: &mut Buffer) -> Option<Position> {
    let links = |rows: usize| counted(rows, "link", "links");
    let (title, placeholder, below) = match &prompt.asked {
        Asked::FilterName => ("Save the filter as".to_owned(), "its name", "the palette finds it by this name"),
        Asked::Note(rows) => (format!("Note on {}", links(rows.count())), "what you want to remember", EMPTY_REMOVES),
        Asked::Tag(rows) => (format!("Tag for {}", links(rows.count())), "a word, such as asked", EMPTY_REMOVES),
    };
    draw_line(&title, &prompt.line, placeholder, (below, Meaning::Dim), theme, screen, buf)
}

const EMPTY_REMOVES: &str = "an empty line takes it away";

/// Draws where a path is asked for.
pub(super) fn draw_export(
    export: &Export,
    model: &Model,
    theme: &Theme,
    screen: Rect,
    buf: &mut Buffer,
) -> Option<Position> {
    let rows = model.browser.as_ref().map_or(0, Browser::export_count);
    let title = format!("Write {} to", counted(rows, "link", "links"));
    let hint = format!("{} · Tab completes", Export::ends());
    let below = export.error.as_ref().map_or((hint.as_str(), Meaning::Dim), |error| (error, Meaning::Danger));
    draw_line(&title, &export.line, "links.csv", below, theme, screen, buf)
}

fn draw_line(
    title: &str,
    line: &LineEdit,
    placeholder: &str,
    (below, meaning): (&str, Meaning),
    theme: &Theme,
    screen: Rect,
    buf: &mut Buffer,
) -> Option<Position> {
    let area = dialog(title, (72, 2), theme).render(screen, buf);
    let input = LineInput {
        text: line.text(),
        cursor: Some(line.cursor()),
        placeholder,
        wrong: None,
        style: theme.style(Meaning::Field),
        dim: theme.style(Meaning::Dim),
    };
    let cursor = input.render(Rect { height: area.height.min(1), ..area }, buf);
    let rest = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    put(buf, rest, below, theme.style(meaning));
    cursor
}
