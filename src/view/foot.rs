//! The foot of the screen: status line, credit counter, line of keys.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::question;
use crate::app::Model;
use crate::app::browser::Browser;
use crate::app::loading::Loading;
use crate::app::model::Main;
use crate::app::overlay::Overlay;
use crate::config::{Meaning, Theme};
use crate::domain::ledger::Sums;
use crate::domain::number::{Grouped, counted};
use crate::domain::order::Direction;
use crate::geometry::screen::Layout;
use crate::input::Action;
use crate::widgets::credit_counter::CreditCounter;
use crate::widgets::key_line::KeyLine;
use crate::widgets::text::put;

/// Cells of the bar that shows how far the loading is.
const BAR: usize = 12;

pub(super) fn draw(model: &Model, theme: &Theme, layout: &Layout, buf: &mut Buffer) {
    let credits = Rect { width: layout.credits.width.saturating_sub(1), ..layout.credits };
    let counter = CreditCounter {
        session: model.counter.session(),
        balance: model.counter.balance(),
        differs: model.counter.discrepancy().is_some(),
        style: theme.style(Meaning::Cost),
        warning: theme.style(Meaning::Danger),
    };
    let taken = counter.render(credits, buf);
    // On a line of their own the credits take nothing from the status.
    let shared = if layout.credits.y == layout.status.y { taken + 2 } else { 0 };
    let status =
        Rect { x: layout.status.x + 1, width: layout.status.width.saturating_sub(1 + shared), ..layout.status };
    put(buf, status, &status_text(model), theme.style(Meaning::Text));
    draw_keys(model, theme, layout.keys, buf);
}

fn status_text(model: &Model) -> String {
    let mut parts = Vec::new();
    match &model.browser {
        Some(browser) if model.shows_table() => {
            parts.extend(model.loading.as_ref().and_then(loading_text));
            parts.extend(of_links(browser, model.count));
        }
        _ if matches!(model.main, Main::Archive) => {
            let sums = Sums::of(model.shelf.snapshots());
            parts.push(format!("{} spent in all", sums.charged));
        }
        _ => parts.push("no links on the screen".to_owned()),
    }
    let background = model.requests.running().iter().filter(|running| !running.watched).count();
    if background > 0 {
        let requests = counted(background, "request", "requests");
        parts.push(format!("{requests} under way, ≤ {}", model.requests.at_stake()));
    }
    parts.join(" · ")
}

/// How far the loading of files is, and what of them is no link.
fn loading_text(loading: &Loading) -> Option<String> {
    if loading.done {
        let records = counted(loading.broken, "broken record", "broken records");
        return (loading.broken > 0).then_some(records);
    }
    let part = loading.part();
    let filled = part.map_or(0, |part| (part * BAR as f64) as usize).min(BAR);
    let bar = format!("{}{}", "━".repeat(filled), "╌".repeat(BAR - filled));
    let percent = part.map_or_else(|| "…".to_owned(), |part| format!("{:.0} %", part * 100.0));
    Some(format!("{bar} {percent} of {:.1} MB", loading.total.unwrap_or_else(|| loading.bytes()) as f64 / 1e6))
}

fn of_links(browser: &Browser, count: Option<usize>) -> Vec<String> {
    let (shown, all) = (browser.shown().len(), browser.links().len());
    let links = counted(all, "link", "links");
    let mut parts = Vec::new();
    if browser.query().is_empty() {
        parts.push(links);
    } else {
        let working = if browser.looked_at().is_some() { "…" } else { "" };
        parts.push(format!("{}{working} of {links}", Grouped(shown as u64)));
    }
    match browser.grouped() {
        Some(grouped) => parts.push(counted(grouped.groups(), "domain", "domains")),
        None if browser.is_grouped() && !browser.is_stale() => parts.push("counting domains…".to_owned()),
        None => {}
    }
    if browser.is_stale() {
        parts.push("not filtered and sorted".to_owned());
    }
    if let Some(count) = count {
        parts.push(format!("{count}…"));
    }
    if let Some(compared) = browser.compared() {
        parts.push(compared.by_link.to_string());
    }
    let marked = browser.marks().count();
    if marked > 0 {
        parts.push(format!("{} marked", Grouped(marked as u64)));
    }
    if let Some((first, last)) = browser.range_lines() {
        parts.push(format!("range of {}", Grouped((last - first + 1) as u64)));
    }
    let keys = browser.order().keys().iter().map(|(column, direction)| {
        let arrow = if *direction == Direction::Ascending { "▲" } else { "▼" };
        format!("{} {arrow}", column.title())
    });
    let keys: Vec<String> = keys.collect();
    if !keys.is_empty() {
        parts.push(format!("by {}", keys.join(", ")));
    }
    parts
}

fn draw_keys(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut kept = 1;
    let hints: Vec<(String, &str)> = match &model.overlay {
        Some(Overlay::Confirm { question, .. }) => question::answers(question, model),
        _ => model
            .keymap
            .hints(model.context())
            .filter(|(_, action, _)| model.applies(*action))
            .map(|(chord, action, hint)| {
                kept = if action == Action::Quit { 2 } else { 1 };
                (chord.to_string(), hint)
            })
            .collect(),
    };
    let line = KeyLine { hints: &hints, kept, key: theme.style(Meaning::Key), hint: theme.style(Meaning::Hint) };
    line.render(Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area }, buf);
}
