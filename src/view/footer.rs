//! The status line, the credit counter and the key line.

use crate::domain::signs::{ASCENDING, AT_MOST, DESCENDING, DOT, ELLIPSIS, FULL, NOT_FULL};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{confirmation, target_list};
use crate::app::Model;
use crate::app::loading::Loading;
use crate::app::overlay::Overlay;
use crate::app::screen::MainPane;
use crate::app::table_state::TableState;
use crate::config::{StyleRole, Theme};
use crate::domain::number::{Thousands, pluralize};
use crate::domain::order::Direction;
use crate::input::Action;
use crate::layout::cells::width;
use crate::layout::screen::Layout;
use crate::widgets::credit_counter::CreditCounter;
use crate::widgets::key_line::KeyLine;
use crate::widgets::text::put;

/// Width of the progress bar.
const BAR: usize = 12;

pub(super) fn draw(model: &Model, theme: &Theme, layout: &Layout, buf: &mut Buffer) {
    let credits = Rect { width: layout.credits.width.saturating_sub(1), ..layout.credits };
    let counter = CreditCounter {
        session: model.account.meter.session(),
        balance: model.account.meter.balance(),
        differs: model.account.meter.discrepancy().is_some(),
        style: theme.style(StyleRole::Cost),
        warning: theme.style(StyleRole::Danger),
    };
    let taken = counter.render(credits, buf);
    // On a line of its own, the credit counter does not narrow the status line.
    let credits_width = if layout.credits.y == layout.status.y { taken + 2 } else { 0 };
    let status =
        Rect { x: layout.status.x + 1, width: layout.status.width.saturating_sub(1 + credits_width), ..layout.status };
    let mut rest = status;
    let room = usize::from(status.width);
    // If not everything fits, shorten the words before dropping parts.
    let parts = status_parts(model, true);
    let parts = if parts_width(&parts) <= room { parts } else { status_parts(model, false) };
    let separator = format!(" {DOT} ");
    for (i, (text, role)) in parts.into_iter().enumerate() {
        for (text, role) in [(if i == 0 { "" } else { separator.as_str() }, StyleRole::Text), (text.as_str(), role)] {
            let taken = put(buf, rest, text, theme.style(role));
            rest = Rect { x: rest.x + taken, width: rest.width - taken, ..rest };
        }
    }
    draw_keys(model, theme, layout.keys, buf);
}

/// The parts of the status line, most important first.
fn status_parts(model: &Model, verbose: bool) -> Vec<(String, StyleRole)> {
    let mut parts = Vec::new();
    match (&model.table.state, model.shown_list()) {
        (Some(table), _) if model.shows_table() => {
            parts.extend(model.table.loading.as_ref().and_then(loading_text).map(plain));
            parts.extend(table_parts(table, model, verbose));
        }
        (_, Some(list)) => {
            parts.push(plain(target_list::summary(list, model.target.scope)));
        }
        _ if matches!(model.screen.main, MainPane::Archive) => {
            parts.push(plain(format!("{} spent in total", model.archive.list.sums().charged.in_words())));
        }
        _ => parts.push(plain("no target loaded".to_owned())),
    }
    let background = model.account.requests.background_count();
    if background > 0 {
        let requests = pluralize(background, "request", "requests");
        let running = model.account.meter.sums().running;
        parts.push(plain(match &model.account.list {
            Some(list) if list.waiting() > 0 => {
                let waiting = Thousands(list.waiting() as u64);
                format!("{requests} running, {waiting} waiting, {AT_MOST} {}", running + list.maximum_waiting())
            }
            _ => format!("{requests} running, {AT_MOST} {running}"),
        }));
    }
    parts
}

/// Total width in cells, including separators.
fn parts_width(parts: &[(String, StyleRole)]) -> usize {
    parts.iter().map(|(text, _)| width(text) + 3).sum::<usize>().saturating_sub(3)
}

fn plain(text: String) -> (String, StyleRole) {
    (text, StyleRole::Text)
}

/// The progress of loading, or the number of skipped rows afterwards.
fn loading_text(loading: &Loading) -> Option<String> {
    if loading.is_finished() {
        let rows = pluralize(loading.skipped, "row", "rows");
        return (loading.skipped > 0).then(|| format!("{rows} skipped"));
    }
    let fraction = loading.fraction();
    let filled = fraction.map_or(0, |fraction| (fraction * BAR as f64) as usize).min(BAR);
    let bar = format!("{}{}", FULL.get().repeat(filled), NOT_FULL.get().repeat(BAR - filled));
    let percent = fraction.map_or_else(|| ELLIPSIS.to_string(), |fraction| format!("{:.0} %", fraction * 100.0));
    Some(format!("{bar} {percent} of {:.1} MB", loading.total.unwrap_or_else(|| loading.bytes()) as f64 / 1e6))
}

fn table_parts(table: &TableState, model: &Model, verbose: bool) -> Vec<(String, StyleRole)> {
    let (shown, all) = (table.shown().len(), table.links().len());
    let links = pluralize(all, "link", "links");
    let mut parts = Vec::new();
    if table.query().is_empty() {
        parts.push(plain(links));
    } else {
        let ellipsis = if table.scanned_rows().is_some() { ELLIPSIS.get() } else { "" };
        parts.push(plain(format!("{}{ellipsis} of {links}", Thousands(shown as u64))));
    }
    parts.extend(marks_part(table, verbose));
    let mut add = |text: String| parts.push(plain(text));
    match table.grouped() {
        Some(grouped) => add(pluralize(grouped.groups(), "domain", "domains")),
        None if table.is_grouped() && !table.is_stale() => add(format!("counting domains{ELLIPSIS}")),
        None => {}
    }
    if table.is_stale() {
        add("filter and sort failed".to_owned());
    }
    if let Some(count) = model.screen.count {
        add(format!("{count}{ELLIPSIS}"));
    }
    if let Some(compared) = table.compared() {
        add(compared.by_link.to_string());
    }
    if let Some((first, last)) = table.range_lines() {
        add(format!("range of {}", Thousands((last.0 - first.0 + 1) as u64)));
    }
    let keys = table.order().keys().iter().map(|(column, direction)| {
        let arrow = if *direction == Direction::Ascending { ASCENDING } else { DESCENDING };
        format!("{} {arrow}", table.links().schema().def(*column).map_or("", |def| def.title))
    });
    let keys: Vec<String> = keys.collect();
    if !keys.is_empty() {
        add(format!("by {}", keys.join(", ")));
    }
    parts
}

/// The number of marked links. Hidden ones are highlighted, because an action may affect them.
fn marks_part(table: &TableState, verbose: bool) -> Option<(String, StyleRole)> {
    let (marked, hidden) = (table.marks().count(), table.known_hidden_marks());
    let by_what = if verbose { " by the filter" } else { "" };
    match (Thousands(marked as u64), Thousands(hidden as u64)) {
        (Thousands(0), _) => None,
        (marked, Thousands(0)) => Some(plain(format!("{marked} marked"))),
        (marked, hidden) => Some((format!("{marked} marked, {hidden} hidden{by_what}"), StyleRole::Warning)),
    }
}

fn draw_keys(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut kept = 1;
    let hints: Vec<(String, String)> = match &model.overlay {
        Some(Overlay::Confirm { confirmation, .. }) => confirmation::choices(confirmation, model),
        _ => model
            .session
            .keymap
            .hints(model.context())
            .filter(|(_, action, _)| model.shows_hint_for(*action))
            .map(|(chord, action, hint)| {
                kept = if action == Action::Quit { 2 } else { 1 };
                (chord.to_string(), hint.to_owned())
            })
            .collect(),
    };
    let line = KeyLine { hints: &hints, kept, key: theme.style(StyleRole::Key), hint: theme.style(StyleRole::Hint) };
    line.render(Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area }, buf);
}
