//! A response without links, and URL variants to try.

use crate::domain::signs::AT_MOST;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::parts::page_area;
use crate::app::Model;
use crate::app::screen::{EmptyResponse, Focus};
use crate::config::{StyleRole, Theme};
use crate::widgets::list::{Item, List};
use crate::widgets::page::Page;

pub(super) fn draw(empty: &EmptyResponse, model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let area = page_area(area);
    let (text, dim) = (theme.style(StyleRole::Text), theme.style(StyleRole::Dim));
    let mut page = Page::new(area);
    page.text(&format!("No backlinks for {}", empty.request.target), theme.style(StyleRole::Warning)).gap();
    if !empty.variants.is_empty() {
        page.text("The API treats each URL variant separately. Try:", text);
    }
    let above = (page.len() as u16).min(area.height.saturating_sub(1));
    page.render(Rect { height: above, ..area }, buf, 0, dim);
    let items: Vec<Item> = empty
        .variants
        .iter()
        .map(|request| {
            let is_saved = model.account.requests.response_for(request).is_some();
            let cost = if is_saved { "saved (free)".to_owned() } else { format!("{AT_MOST} {}", request.quote()) };
            Item::new(request.target.to_string(), cost)
        })
        .collect();
    let list = List {
        items: &items,
        selected: empty.selected,
        text: theme.style(StyleRole::Url),
        side: theme.style(StyleRole::Cost),
        chosen: theme.style(if model.screen.focus == Focus::Main { StyleRole::Selected } else { StyleRole::Text }),
    };
    let wide = area.width.min(72);
    list.render(Rect { y: area.y + above, width: wide, height: area.height - above, ..area }, buf);
}
