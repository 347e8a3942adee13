//! The page shown while waiting for a response: time, progress, maximum cost.

use crate::domain::signs::{DOT, SPINNER};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::parts::{key_name, page_area};
use crate::app::Model;
use crate::app::requests::Stage;
use crate::config::{StyleRole, Theme};
use crate::domain::number::{Thousands, pluralize};
use crate::domain::purchase::resend::MAX_RESENDS;
use crate::input::{Action, Context};
use crate::widgets::page::Page;

const MAX_ATTEMPTS: u8 = 1 + MAX_RESENDS;

pub(super) fn draw(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let Some(running) = model.account.requests.watched() else { return };
    let area = page_area(area);
    let (text, dim) = (theme.style(StyleRole::Text), theme.style(StyleRole::Dim));
    let turns = SPINNER.get();
    let turn = (model.session.now.as_millis() / 100) as usize % turns.len().max(1);
    let spinner = turns.get(turn).copied().unwrap_or_default();
    let request = &running.request;
    let links = pluralize(usize::from(request.count.get()), "link", "links");
    let mut page = Page::new(area);
    page.labeled(
        (spinner, theme.style(StyleRole::Accent)),
        2,
        &format!("Fetching {links} to {}", request.target),
        text,
    );
    let list = model.account.list.as_ref().filter(|list| list.current == Some(running.id));
    if let Some(list) = list {
        let (number, total) = list.position();
        let waiting = format!(
            "{number} of {} {DOT} the rest at most {}",
            pluralize(total, "target", "targets"),
            list.maximum_waiting().in_words()
        );
        page.labeled(("", text), 2, &waiting, text);
    }
    page.gap();
    let elapsed = format!("{:.1} s", running.elapsed(model.session.now).as_secs_f64());
    page.labeled(
        ("", text),
        2,
        &format!("{elapsed} {DOT} maximum cost {}", request.quote().in_words()),
        theme.style(StyleRole::Cost),
    );
    let stage = match &running.stage {
        Stage::Recording => "saving the request to the archive before sending it".to_owned(),
        Stage::Sent { attempt: 1 } => "request sent, waiting for a response".to_owned(),
        Stage::Sent { attempt } => {
            format!("request sent again (attempt {attempt} of {MAX_ATTEMPTS}), waiting for a response")
        }
        Stage::Joined => "another session is fetching this: waiting for its response, nothing sent".to_owned(),
        Stage::Receiving { bytes } => format!("receiving: {} so far", size(*bytes)),
        Stage::CheckingBalance => "did not complete: checking the balance to see what it cost".to_owned(),
        Stage::Retrying { next_attempt, until, error } => {
            let left = until.saturating_sub(model.session.now).as_secs_f64();
            let title = error.title();
            format!("{title}: not processed, retrying in {left:.1} s ({next_attempt} of {MAX_ATTEMPTS})")
        }
    };
    page.labeled(("", text), 2, &stage, dim).gap();
    let key = key_name(model, Action::Cancel, Context::Page);
    let stops = match list {
        Some(_) => "stops the list after this target.",
        None => "stops waiting. The results are saved when they arrive.",
    };
    page.labeled(("", text), 2, &format!("{key} {stops}"), dim);
    page.render(area, buf, 0, dim);
}

fn size(bytes: u64) -> String {
    match bytes {
        0..=9_999 => format!("{} bytes", Thousands(bytes)),
        10_000..=9_999_999 => format!("{} kB", Thousands(bytes / 1_000)),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
