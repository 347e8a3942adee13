//! The archive screen: every snapshot, free to open.

use crate::domain::signs::{CLOSE, DOT, ELLIPSIS, LEVELS, OPEN, PIN, PROMPT, TIMES};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::parts::key_name;
use crate::app::Model;
use crate::app::archive_list::ArchiveStatus;
use crate::app::archive_view::{ArchivePrompt, ArchiveRow};
use crate::config::{StyleRole, Theme};
use crate::domain::ledger::minute;
use crate::domain::number::{Thousands, pluralize};
use crate::domain::snapshot::ago;
use crate::input::{Action, Context};
use crate::layout::cells::width;
use crate::widgets::line_input::LineInput;
use crate::widgets::list::{Item, List, first_visible};
use crate::widgets::page::Page;
use crate::widgets::text::{put, put_right};

pub(super) fn draw(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let rows = model.archive.screen.rows();
    let head = Rect { height: area.height.min(1), x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let cursor = draw_head(model, theme, head, buf);
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..head };
    if rows.is_empty() {
        let text = match &model.archive.list.status {
            ArchiveStatus::Opening => &format!("Opening the archive{ELLIPSIS}"),
            ArchiveStatus::Failed(reason) => reason,
            _ if model.archive.screen.filter().is_empty() => "No snapshots yet. Everything you fetch is saved here.",
            _ => "No snapshots match this filter.",
        };
        let dim = theme.style(StyleRole::Dim);
        let mut page = Page::new(body);
        page.text(text, dim);
        page.render(body, buf, 0, dim);
        return cursor;
    }
    let first = first_visible(model.archive.screen.selected(), body.height);
    let items: Vec<Item> =
        rows.iter().skip(first).take(usize::from(body.height)).filter_map(|row| item(row, model)).collect();
    let list = List {
        items: &items,
        selected: model.archive.screen.selected() - first,
        text: theme.style(StyleRole::Url),
        side: theme.style(StyleRole::Text),
        chosen: theme.style(StyleRole::Selected),
    };
    list.render(body, buf);
    cursor
}

fn draw_head(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let dim = theme.style(StyleRole::Dim);
    if let Some((kind, line)) = &model.archive.screen.prompt {
        let label = match kind {
            ArchivePrompt::Filter => "filter",
            ArchivePrompt::Name(_) => "name",
            ArchivePrompt::Note(_) => "note",
            ArchivePrompt::Tag(_) => "tag",
        };
        let taken = put(buf, area, &format!("{label} {PROMPT} "), theme.style(StyleRole::Accent));
        let input = LineInput {
            text: line.text(),
            cursor: Some(line.cursor()),
            placeholder: "",
            highlight: None,
            style: theme.style(StyleRole::Field),
            dim,
        };
        return input.render(Rect { x: area.x + taken, width: area.width - taken, ..area }, buf);
    }
    let filter = match model.archive.screen.filter() {
        "" => String::new(),
        filter => format!(" {DOT} filter: {filter}"),
    };
    let open = key_name(model, Action::Accept, Context::Archive);
    let taken = put(
        buf,
        area,
        &format!(
            "Archive {DOT} {} of {} {DOT} {}{filter}",
            pluralize(model.archive.screen.openable_count(), "snapshot", "snapshots"),
            pluralize(model.archive.screen.target_count(), "target", "targets"),
            model.archive.screen.sort().name()
        ),
        theme.style(StyleRole::Header),
    );
    let rest = Rect { x: area.x + taken, width: area.width - taken, ..area };
    let hint = format!("{open} opens (free)");
    if usize::from(rest.width) > width(&hint) + 2 {
        put_right(buf, rest, &hint, dim);
    }
    None
}

fn item(row: &ArchiveRow, model: &Model) -> Option<Item> {
    let snapshot = model.archive.screen.snapshot(row, &model.archive.list)?;
    let (request, annotations) = (&snapshot.request, &snapshot.annotations);
    let pin = if annotations.pinned { format!("{PIN} ") } else { String::new() };
    // Most addresses begin with it, so it distinguishes nothing.
    let target = request.target.as_str();
    let mut text = format!("{pin}{}", target.strip_prefix("https://").unwrap_or(target));
    for (part, shown) in [
        (&annotations.name, format!(" {OPEN}{}{CLOSE}", annotations.name)),
        (&annotations.tag, format!(" #{}", annotations.tag)),
        (&annotations.note, format!(" {DOT} {}", annotations.note)),
    ] {
        if !part.is_empty() {
            text.push_str(&shown);
        }
    }
    let links = Thousands(snapshot.links as u64);
    let count = match snapshot.tool {
        None => format!("{links} of {}", Thousands(u64::from(request.count.get()))),
        Some(_) => links.to_string(),
    };
    let side = vec![
        minute(snapshot.at, model.session.utc_offset),
        format!("{} {DOT} {}", request.target.scope().name(), snapshot.kind()),
        chart(&row.history),
        if row.folded > 1 { format!("{TIMES}{}", row.folded) } else { String::new() },
        snapshot.charge.credits().map_or_else(|| "? cr".to_owned(), |charged| charged.to_string()),
        count,
        ago(model.session.unix_now().since(snapshot.at)),
    ];
    Some(Item { text, side })
}

/// The link counts of a group over time, oldest first.
fn chart(history: &[usize]) -> String {
    let max = history.iter().copied().max().unwrap_or(0).max(1);
    let levels = LEVELS.get();
    history.iter().filter_map(|links| levels.get(links * (levels.len() - 1) / max)).copied().collect()
}
