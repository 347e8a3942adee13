//! The model laid out with widgets: one file for each part of the screen.
//!
//! A view reads the model and never changes it. It uses `app`, `widgets`, `config` (for the theme) and `layout`.

mod archive;
mod column_question;
mod confirmation;
mod detail;
mod empty;
mod facets;
mod failure;
mod filter;
mod footer;
mod help;
mod ledger;
mod links;
mod menus;
mod overlay;
mod palette;
mod parts;
mod prompt;
mod target;
mod target_list;
mod waiting;
mod welcome;

use crate::domain::signs::{DONE, DOT, TIMES, WRONG};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::app::screen::{DrawnScroll, MainPane};
use crate::app::toasts::Severity;
use crate::config::{StyleRole, Theme};
use crate::layout::screen::{MIN_HEIGHT, MIN_WIDTH};
use crate::widgets::text::{put, settle_wide};
use crate::widgets::toasts;

/// Draws one frame. Returns the first lines drawn of the pages of text, which differ from [`Model::scroll`] if a page is
/// scrolled past its end.
pub fn draw(frame: &mut Frame<'_>, model: &Model, theme: &Theme) -> DrawnScroll {
    let screen = frame.area();
    // The model gets a new size from an event, which may arrive after the terminal has changed.
    let model_screen = Rect::new(0, 0, model.screen.width, model.screen.height);
    let layout = model.layout();
    let mut scroll = model.scroll();
    let buf = frame.buffer_mut();
    buf.set_style(screen, theme.style(StyleRole::Text));
    if layout.is_too_small() {
        too_small(model_screen.intersection(screen), model, theme, buf);
        return scroll;
    }
    let mut cursor = target::draw(model, theme, layout.target, buf);
    cursor = filter::draw(model, theme, layout.filter, buf).or(cursor);
    if let Some(list) = model.shown_list() {
        scroll.main = Some(target_list::draw(list, model, theme, layout.main, buf));
    } else if model.is_waiting() {
        waiting::draw(model, theme, layout.main, buf);
    } else {
        match &model.screen.main {
            MainPane::Welcome => scroll.main = Some(welcome::draw(model, theme, layout.main, buf)),
            MainPane::Failed(failed) => scroll.main = Some(failure::draw(failed, model, theme, layout.main, buf)),
            MainPane::Empty(empty) => empty::draw(empty, model, theme, layout.main, buf),
            MainPane::Archive => cursor = archive::draw(model, theme, layout.main, buf),
            MainPane::Links => {
                links::draw(model, theme, layout.table, buf);
                scroll.detail = detail::draw(model, theme, layout.detail, buf).or(scroll.detail);
            }
        }
    }
    footer::draw(model, theme, &layout, buf);
    if let Some(overlay) = &model.overlay {
        // The key line stays visible: it shows the keys of the overlay.
        let above_keys = Rect { height: model.screen.height - layout.keys.height, ..model_screen };
        let drawn = overlay::draw(overlay, model, theme, above_keys.intersection(screen), buf);
        (cursor, scroll.overlay) = (drawn.cursor, drawn.scroll);
    }
    draw_toasts(model, theme, layout.main, buf);
    settle_wide(buf);
    if let Some(cursor) = cursor.filter(|cursor| screen.contains(*cursor)) {
        frame.set_cursor_position(cursor);
    }
    scroll
}

fn too_small(screen: Rect, model: &Model, theme: &Theme, buf: &mut Buffer) {
    let text = format!(
        "kew-tui needs {MIN_WIDTH}{TIMES}{MIN_HEIGHT}; this is {}{TIMES}{}",
        model.screen.width, model.screen.height
    );
    let lines = crate::layout::cells::wrap(&text, usize::from(screen.width));
    for (row, line) in screen.rows().zip(lines) {
        put(buf, row, &line, theme.style(StyleRole::Warning));
    }
}

fn draw_toasts(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let shown: Vec<_> = model
        .screen
        .toasts
        .shown()
        .iter()
        .map(|toast| {
            let (sign, role) = match toast.severity {
                Severity::Info => (DOT.get(), StyleRole::Accent),
                Severity::Success => (DONE.get(), StyleRole::Good),
                Severity::Warning => ("!", StyleRole::Warning),
                Severity::Error => (WRONG.get(), StyleRole::Danger),
            };
            (sign, toast.text.as_str(), theme.style(role).patch(theme.style(StyleRole::Cursor)))
        })
        .collect();
    toasts::render(&shown, area, buf);
}
