//! Help: every key in every place, made from the live key map.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::parts::dialog;
use crate::app::Model;
use crate::config::{StyleRole, Theme};
use crate::input::Context;
use crate::widgets::page::Page;

/// Room for the keys.
const KEYS: usize = 24;

pub(super) fn draw(scroll: usize, model: &Model, theme: &Theme, screen: Rect, buf: &mut Buffer) {
    let area = dialog("All keys", (96, screen.height), theme).render(screen, buf);
    let (text, key) = (theme.style(StyleRole::Text), theme.style(StyleRole::Key));
    let mut page = Page::new(area);
    for (context, bindings) in model.session.keymap.sections() {
        page.gap().text(heading(context), theme.style(StyleRole::Header));
        for binding in bindings {
            let keys: Vec<String> = binding.on.iter().map(ToString::to_string).collect();
            page.labelled((&keys.join("  "), key), KEYS, &binding.desc, text);
        }
    }
    page.render(area, buf, scroll, theme.style(StyleRole::Dim));
}

fn heading(context: Context) -> &'static str {
    match context {
        Context::Table => "In the table",
        Context::Detail => "In the detail pane",
        Context::Target => "In the target box",
        Context::Filter => "In the filter line",
        Context::Archive => "In the archive",
        Context::Facets => "In the facets",
        Context::Prompt => "Where the archive asks for a line",
        Context::Menu => "In a list",
        Context::Palette => "In the command palette",
        Context::Confirm => "At a question",
        Context::Page => "On a page of text",
        Context::Line => "Wherever text is typed",
        Context::Anywhere => "Everywhere",
    }
}
