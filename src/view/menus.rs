//! Menus: copy formats, earlier snapshots, columns.

use crate::domain::signs::{DOT, MARK};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::parts::{dialog, list};
use crate::app::Model;
use crate::app::marks::MarkScope;
use crate::app::overlay::copy_formats;
use crate::config::Theme;
use crate::domain::Snapshot;
use crate::domain::ledger::minute;
use crate::domain::number::pluralize;
use crate::domain::order::ColumnId;
use crate::domain::snapshot::ago;
use crate::widgets::list::Item;

/// Shown columns have a mark.
pub(super) fn draw_columns(selected: usize, model: &Model, theme: &Theme, screen: Rect, buf: &mut Buffer) {
    let Some(table) = &model.table.state else { return };
    let schema = table.links().schema();
    let item = |column: &ColumnId| {
        let mark = if table.columns().has(*column) { MARK.get() } else { " " };
        let title = schema.def(*column).map_or("", |def| def.title);
        Item::new(format!("{mark} {title}"), "")
    };
    let items: Vec<Item> = schema.choosable().iter().map(item).collect();
    let area = dialog("Columns", (34, items.len() as u16), theme).render(screen, buf);
    list(&items, selected, theme).render(area, buf);
}

pub(super) fn draw_copy(
    selected: usize,
    scope: MarkScope,
    model: &Model,
    theme: &Theme,
    screen: Rect,
    buf: &mut Buffer,
) {
    let Some(table) = &model.table.state else { return };
    let rows = table.copy_selection(scope).map_or(0, |selection| selection.rows.count());
    let title = format!("Copy {} as", pluralize(rows, "link", "links"));
    let items: Vec<Item> = copy_formats().map(|format| Item::new(format.title(), "")).collect();
    let area = dialog(&title, (34, items.len() as u16), theme).render(screen, buf);
    list(&items, selected, theme).render(area, buf);
}

pub(super) fn draw_compare(
    later: &Snapshot,
    selected: usize,
    model: &Model,
    theme: &Theme,
    screen: Rect,
    buf: &mut Buffer,
) {
    let item = |snapshot: &Snapshot| {
        let when = minute(snapshot.at, model.session.utc_offset);
        let age = ago(model.session.unix_now().since(snapshot.at));
        Item::new(format!("{when} {DOT} {age}"), snapshot.link_count())
    };
    let items: Vec<Item> = model.archive.list.earlier_than(later).map(item).collect();
    let title = format!("Compare {} with", minute(later.at, model.session.utc_offset));
    let area = dialog(&title, (64, items.len().min(usize::from(screen.height)) as u16), theme).render(screen, buf);
    list(&items, selected, theme).render(area, buf);
}
