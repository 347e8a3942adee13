//! The model laid out with the widgets: one file for each part of the screen.
//!
//! A view reads the model and changes nothing. It uses `app`, `widgets`, `config` (for the theme) and `geometry`.

mod archive;
mod detail;
mod empty;
mod facets;
mod failure;
mod filter;
mod foot;
mod help;
mod ledger;
mod links;
mod menus;
mod overlay;
mod palette;
mod parts;
mod prompt;
mod question;
mod target;
mod waiting;
mod welcome;

use crate::domain::signs::{DONE, DOT, TIMES, WRONG};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::app::screen::Main;
use crate::app::toasts::Tone;
use crate::config::{Meaning, Theme};
use crate::geometry::screen::{MIN_HEIGHT, MIN_WIDTH};
use crate::widgets::text::{put, settle_wide};
use crate::widgets::toasts;

/// Draws one frame.
pub fn draw(frame: &mut Frame<'_>, model: &Model, theme: &Theme) {
    let screen = frame.area();
    // The model hears of a new size by an event, which may come later than the size itself.
    let model_screen = Rect::new(0, 0, model.screen.width, model.screen.height);
    let layout = model.layout();
    let buf = frame.buffer_mut();
    buf.set_style(screen, theme.style(Meaning::Text));
    if layout.is_too_small() {
        return too_small(model_screen.intersection(screen), model, theme, buf);
    }
    let mut cursor = target::draw(model, theme, layout.target, buf);
    cursor = filter::draw(model, theme, layout.filter, buf).or(cursor);
    if model.is_waiting() {
        waiting::draw(model, theme, layout.main, buf);
    } else {
        match &model.screen.main {
            Main::Welcome => welcome::draw(model, theme, layout.main, buf),
            Main::Failed(failed) => failure::draw(failed, model, theme, layout.main, buf),
            Main::Empty(empty) => empty::draw(empty, model, theme, layout.main, buf),
            Main::Archive => cursor = archive::draw(model, theme, layout.main, buf),
            Main::Links => {
                links::draw(model, theme, layout.table, buf);
                detail::draw(model, theme, layout.detail, buf);
            }
        }
    }
    foot::draw(model, theme, &layout, buf);
    if let Some(overlay) = &model.overlay {
        // The line of keys stays in sight: it says how to answer.
        let above_keys = Rect { height: model.screen.height - layout.keys.height, ..model_screen };
        cursor = overlay::draw(overlay, model, theme, above_keys.intersection(screen), buf);
    }
    draw_toasts(model, theme, layout.main, buf);
    settle_wide(buf);
    if let Some(cursor) = cursor.filter(|cursor| screen.contains(*cursor)) {
        frame.set_cursor_position(cursor);
    }
}

fn too_small(screen: Rect, model: &Model, theme: &Theme, buf: &mut Buffer) {
    let text = format!(
        "kew-tui needs {MIN_WIDTH}{TIMES}{MIN_HEIGHT}; this is {}{TIMES}{}",
        model.screen.width, model.screen.height
    );
    let lines = crate::geometry::cells::wrap(&text, usize::from(screen.width));
    for (row, line) in screen.rows().zip(lines) {
        put(buf, row, &line, theme.style(Meaning::Warning));
    }
}

fn draw_toasts(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let shown: Vec<_> = model
        .screen
        .toasts
        .shown()
        .iter()
        .map(|toast| {
            let (sign, meaning) = match toast.tone {
                Tone::Info => (DOT.get(), Meaning::Accent),
                Tone::Success => (DONE.get(), Meaning::Good),
                Tone::Warning => ("!", Meaning::Warning),
                Tone::Error => (WRONG.get(), Meaning::Danger),
            };
            (sign, toast.text.as_str(), theme.style(meaning).patch(theme.style(Meaning::Cursor)))
        })
        .collect();
    toasts::render(&shown, area, buf);
}
