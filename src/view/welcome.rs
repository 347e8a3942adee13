//! The welcome page: first steps, how to get a key if there is none, and the demo's targets.

use crate::domain::signs::{CLOSE, ELLIPSIS, OPEN};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::parts::{GET_A_KEY, key_name, page_area};
use crate::app::Model;
use crate::app::account::Access;
use crate::config::{StyleRole, Theme};
use crate::input::{Action, Context};
use crate::widgets::page::Page;

/// With fewer lines, the introduction is left out.
const MIN_HEIGHT_WITH_INTRODUCTION: u16 = 10;

pub(super) fn draw(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) -> usize {
    let area = page_area(area);
    let mut page = Page::new(area);
    // With little room, how to get started matters most.
    if area.height >= MIN_HEIGHT_WITH_INTRODUCTION || !matches!(model.account.access, Access::NoKey { .. }) {
        page.text("kew-tui", theme.style(StyleRole::Accent));
        page.text("Explore, filter and export the backlinks of any page or domain.", theme.style(StyleRole::Text))
            .gap();
    }
    match &model.account.access {
        Access::NoKey { reason } => no_key(&mut page, reason, model, theme),
        Access::DemoStarting => {
            page.text(&format!("Starting the demo{ELLIPSIS}"), theme.style(StyleRole::Dim));
        }
        Access::Key => first_steps(&mut page, model, theme),
        Access::Demo => {
            first_steps(&mut page, model, theme);
            demo_targets(&mut page, model, theme);
        }
    }
    page.render(area, buf, model.screen.welcome_scroll, theme.style(StyleRole::Dim))
}

fn no_key(page: &mut Page, reason: &str, model: &Model, theme: &Theme) {
    let (text, dim, key) = (theme.style(StyleRole::Text), theme.style(StyleRole::Dim), theme.style(StyleRole::Key));
    let named = |action| key_name(model, action, Context::Target);
    page.text(reason, theme.style(StyleRole::Warning)).gap();
    page.labeled((&named(Action::Demo), key), 6, "try the demo: no key, no network, no credits", text);
    page.labeled((&named(Action::ApiKey), key), 6, "enter your API key, for this session or to store it", text).gap();
    page.text("Getting and setting a key", theme.style(StyleRole::Header));
    page.text(GET_A_KEY, text);
    page.text(
        &format!(
            "kew-tui also reads KEYWORDS_EVERYWHERE_API_KEY, or runs api_key_command from the settings file, such as \
             {OPEN}pass show keywords-everywhere{CLOSE}."
        ),
        dim,
    );
}

fn first_steps(page: &mut Page, model: &Model, theme: &Theme) {
    let (text, key) = (theme.style(StyleRole::Text), theme.style(StyleRole::Key));
    let mut step = |action, context, what: &str| {
        page.labeled((&key_name(model, action, context), key), 8, what, text);
    };
    step(Action::EditTarget, Context::Page, "enter a URL or domain; the maximum cost is shown next to it");
    step(Action::Accept, Context::Target, "fetch. No credits are spent until you press Enter");
    step(Action::Filter, Context::Table, "filter, for example domain:reddit.com");
    step(Action::Copy, Context::Table, "copy the referring page URLs");
    step(Action::Help, Context::Page, "all keys");
    page.gap();
}

fn demo_targets(page: &mut Page, model: &Model, theme: &Theme) {
    let (dim, name) = (theme.style(StyleRole::Dim), theme.style(StyleRole::Domain));
    for (heading, is_error) in [("Demo targets", false), ("Error demos", true)] {
        page.gap().text(heading, theme.style(StyleRole::Header));
        for target in model.account.demo_targets.iter().filter(|target| target.is_error == is_error) {
            page.labeled((&target.address, name), 28, &target.what, dim);
        }
    }
    page.gap().text("Any other URL returns made-up links.", dim);
}
