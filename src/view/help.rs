//! The help dialog, from the active key map.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::parts::dialog;
use crate::app::Model;
use crate::app::help::{HelpLine, keys_width, lines, width};
use crate::config::{StyleRole, Theme};
use crate::widgets::page::Page;

pub(super) fn draw(scroll: usize, model: &Model, theme: &Theme, screen: Rect, buf: &mut Buffer) -> usize {
    let width = width(screen.width);
    let area = dialog("All keys", (width, screen.height), theme).render(screen, buf);
    let mut page = Page::new(area);
    for line in lines(&model.session.keymap, width) {
        match line {
            HelpLine::Blank => page.gap(),
            HelpLine::Heading(heading) => page.text(heading, theme.style(StyleRole::Header)),
            HelpLine::Keys(keys, text) => {
                let keys = (keys.as_str(), theme.style(StyleRole::Key));
                page.labeled(keys, keys_width(width), &text, theme.style(StyleRole::Text))
            }
        };
    }
    page.render(area, buf, scroll, theme.style(StyleRole::Dim))
}
