//! The ledger: credits by day, by target and by request, and discrepancies.

use crate::domain::signs::{DIFFERS, DOT};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::parts::dialog;
use crate::app::Model;
use crate::config::{StyleRole, Theme};
use crate::domain::Credits;
use crate::domain::ledger::{audit_note, minute, money};
use crate::domain::number::{Thousands, pluralize};
use crate::domain::purchase::{Charge, Sums};
use crate::domain::snapshot::RequestLog;
use crate::widgets::page::Page;

/// Width of the names.
const NAME_WIDTH: usize = 34;
/// Rows per section. The page is laid out for every key, and longer lists belong in a spreadsheet.
const MAX_LISTED: usize = 80;

pub(super) fn draw(scroll: usize, model: &Model, theme: &Theme, screen: Rect, buf: &mut Buffer) -> usize {
    let area = dialog("Ledger", (104, screen.height), theme).render(screen, buf);
    let mut page = Page::new(area);
    write(&mut page, model, theme);
    page.render(area, buf, scroll, theme.style(StyleRole::Dim))
}

fn write(page: &mut Page, model: &Model, theme: &Theme) {
    let (text, dim, warning) =
        (theme.style(StyleRole::Text), theme.style(StyleRole::Dim), theme.style(StyleRole::Warning));
    let heading = theme.style(StyleRole::Header);
    let balance = model.account.meter.balance().map_or_else(|| "?".to_owned(), |balance| balance.to_string());
    page.text(
        &format!("session {} {DOT} balance {balance}", model.account.meter.session()),
        theme.style(StyleRole::Cost),
    );
    if let Some(discrepancy) = model.account.meter.discrepancy() {
        page.text(&format!("{DIFFERS} {discrepancy}"), warning);
    }
    if let Some(budget) = model.session.settings.session_budget {
        page.text(&format!("session budget {budget}"), dim);
    }
    let log = model.archive.list.log();
    let is_empty = log.requests().next().is_none() && log.unreadable.is_empty();
    let Some(report) = model.archive.list.report().filter(|_| !is_empty) else {
        page.gap().text("No requests yet.", dim);
        return;
    };
    if let Some(note) = log.unreadable_note() {
        page.text(&note, warning);
    }
    let price = model.session.settings.price_per_credit;
    let sums = |sums: &Sums| {
        let paid = price.map(|price| format!(" ({})", money(sums.charged, price))).unwrap_or_default();
        let unknown = if sums.unknown.0 > 0 {
            format!(" {DOT} up to {} unconfirmed", Thousands(sums.unknown.0))
        } else {
            String::new()
        };
        let requests = pluralize(sums.requests, "request", "requests");
        format!("{} {DOT} {requests}{unknown}", charged_of(sums.charged, &paid, sums.maximum))
    };
    page.gap().labeled(("Total credits", heading), NAME_WIDTH, &sums(model.archive.list.sums()), text);
    for (title, rows, style) in
        [("Credits by day", &report.days, dim), ("Credits by target", &report.targets, theme.style(StyleRole::Url))]
    {
        page.gap().text(title, heading);
        for (name, charged) in rows.iter().take(MAX_LISTED) {
            page.labeled((name, style), NAME_WIDTH, &sums(charged), text);
        }
        write_remainder(page, rows.len(), "kew-tui credits", dim);
    }
    page.gap().text("Credits by request", heading);
    write_requests(page, log, model, theme);
}

fn write_requests(page: &mut Page, log: &RequestLog, model: &Model, theme: &Theme) {
    let (text, dim, warning) =
        (theme.style(StyleRole::Text), theme.style(StyleRole::Dim), theme.style(StyleRole::Warning));
    let when = |at| minute(at, model.session.utc_offset);
    for snapshot in log.requests().take(MAX_LISTED) {
        let what = format!("{} {DOT} {}", snapshot.request.target, charge_text(snapshot.charge, snapshot.maximum_cost));
        page.labeled((&when(snapshot.at), dim), 18, &what, text);
        let note = audit_note(snapshot);
        if !note.is_empty() {
            page.labeled(("", dim), 18, &note, warning);
        }
    }
    write_remainder(page, log.requests().count(), "kew-tui credits --ledger", dim);
    for record in log.unreadable.iter().take(MAX_LISTED) {
        let what = format!("{} {DOT} {}", record.target, charge_text(record.charge, record.maximum));
        page.labeled((&when(record.at), dim), 18, &what, text);
        page.labeled(("", dim), 18, "written by a newer version of kew-tui", warning);
    }
}

/// Says how to see the rest of a long list.
fn write_remainder(page: &mut Page, all: usize, command: &str, style: Style) {
    if all > MAX_LISTED {
        page.text(&format!("{} more: run {command}", Thousands((all - MAX_LISTED) as u64)), style);
    }
}

/// `250 charged, 500 maximum`; `money` is appended to the charge.
fn charged_of(charged: Credits, money: &str, maximum: Credits) -> String {
    format!("{} charged{money}, {} maximum", Thousands(charged.0), Thousands(maximum.0))
}

/// A request's charge and how it is known: `250 charged, 500 maximum · balance`.
fn charge_text(charge: Charge, maximum: Credits) -> String {
    match (charge.credits(), charge.evidence()) {
        (Some(charged), "") => charged_of(charged, "", maximum),
        (Some(charged), evidence) => format!("{} {DOT} {evidence}", charged_of(charged, "", maximum)),
        (None, _) => format!("charge unknown, {} maximum", Thousands(maximum.0)),
    }
}
