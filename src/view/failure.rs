//! A failed request: what happened, what it cost, and what to do next.

use crate::domain::signs::WRONG;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::parts::{key_name, page_area};
use crate::app::Model;
use crate::app::screen::FailedRequest;
use crate::config::{StyleRole, Theme};
use crate::domain::number::pluralize;
use crate::domain::purchase::Charge;
use crate::input::{Action, Context};
use crate::widgets::page::Page;

/// Width of the labels.
const LABEL: usize = 11;

pub(super) fn draw(failed: &FailedRequest, model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) -> usize {
    let area = page_area(area);
    let failure = &failed.failure;
    let (text, dim) = (theme.style(StyleRole::Text), theme.style(StyleRole::Dim));
    let mut page = Page::new(area);
    page.text(&format!("{WRONG} {}", failure.title()), theme.style(StyleRole::Danger)).gap();
    page.labeled(("Request", dim), LABEL, failed.request.target.as_str(), text);
    page.labeled(("Problem", dim), LABEL, &failure.to_string(), text);
    let credits = if failed.charge == Charge::Unknown { StyleRole::Warning } else { StyleRole::Text };
    page.labeled(("Credits", dim), LABEL, &failed.charge.note(), theme.style(credits));
    page.labeled(("Next step", dim), LABEL, failure.next_step(), text).gap();
    let key = theme.style(StyleRole::Key);
    let mut hint = |action, what: &str| {
        page.labeled((&key_name(model, action, Context::Page), key), LABEL, what, text);
    };
    if let Some(rescued) = &failed.rescued {
        let links = pluralize(rescued.links.len(), "link", "links");
        hint(Action::Accept, &format!("show the {links} received"));
    }
    hint(Action::EditTarget, "edit the target and try again");
    hint(Action::Cancel, "back");
    page.render(area, buf, failed.scroll, dim)
}
