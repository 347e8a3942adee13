//! The wait for an answer: how long, how much has come, what it may cost.

use crate::domain::signs::{DOT, SPINNER};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::parts::{key_name, page_area};
use crate::app::Model;
use crate::app::requests::Stage;
use crate::config::{StyleRole, Theme};
use crate::domain::number::Thousands;
use crate::input::{Action, Context};
use crate::widgets::page::Page;

pub(super) fn draw(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let Some(running) = model.account.requests.watched() else { return };
    let area = page_area(area);
    let (text, dim) = (theme.style(StyleRole::Text), theme.style(StyleRole::Dim));
    let turns = SPINNER.get();
    let turn = (model.session.now.as_millis() / 100) as usize % turns.len().max(1);
    let spinner = turns.get(turn).copied().unwrap_or_default();
    let request = &running.request;
    let count = Thousands(u64::from(request.count.get()));
    let mut page = Page::new(area);
    page.labelled(
        (spinner, theme.style(StyleRole::Accent)),
        2,
        &format!("Asking for {count} links to {}", request.target),
        text,
    );
    page.gap();
    let elapsed = format!("{:.1} s", running.elapsed(model.session.now).as_secs_f64());
    page.labelled(
        ("", text),
        2,
        &format!("{elapsed} {DOT} may cost up to {}", request.quote()),
        theme.style(StyleRole::Cost),
    );
    let stage = match &running.stage {
        Stage::Noting => "not sent yet: it is written down in the archive first".to_owned(),
        Stage::Sent { attempt: 1 } => "sent, waiting for the answer to begin".to_owned(),
        Stage::Sent { attempt } => format!("sent for the {} time, waiting for the answer", ordinal(*attempt)),
        Stage::Joined => "another session asks the same: waiting for its answer, nothing is sent".to_owned(),
        Stage::Receiving { bytes } => format!("receiving: {} so far", size(*bytes)),
        Stage::CheckingBalance => "it did not complete: reading the balance to find out what it cost".to_owned(),
        Stage::Pausing { next_attempt, until, because } => {
            let left = until.saturating_sub(model.session.now).as_secs_f64();
            let title = because.title();
            format!("{title}: nothing was handled, so it is sent again in {left:.1} s (attempt {next_attempt} of 4)")
        }
    };
    page.labelled(("", text), 2, &stage, dim).gap();
    let key = key_name(model, Action::Cancel, Context::Page);
    page.labelled(("", text), 2, &format!("{key} stops waiting. The answer is kept when it comes."), dim);
    page.render(area, buf, 0, dim);
}

fn ordinal(attempt: u8) -> &'static str {
    match attempt {
        2 => "second",
        3 => "third",
        _ => "last",
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..=9_999 => format!("{} bytes", Thousands(bytes)),
        10_000..=9_999_999 => format!("{} kB", Thousands(bytes / 1_000)),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
