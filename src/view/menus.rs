//! Menus: copy formats, lists to compare, columns.

use crate::domain::signs::{DOT, MARK};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::parts::{dialog, list};
use crate::app::Model;
use crate::app::compared::{CompareMenu, ComparedList};
use crate::app::marks::MarkScope;
use crate::app::overlay::copy_formats;
use crate::config::Theme;
use crate::domain::Snapshot;
use crate::domain::ledger::minute;
use crate::domain::number::pluralize;
use crate::domain::order::ColumnId;
use crate::domain::snapshot::ago;
use crate::widgets::list::{Item, first_visible};

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

pub(super) fn draw_compare(menu: &CompareMenu, model: &Model, theme: &Theme, screen: Rect, buf: &mut Buffer) {
    let when = |snapshot: &Snapshot| minute(snapshot.at, model.session.utc_offset);
    // Otherwise the candidates may have any target.
    let is_one_target = matches!(menu.later, Some(ComparedList::Snapshot(_)));
    let item = |list: &ComparedList| match list {
        ComparedList::Snapshot(snapshot) if is_one_target => {
            let age = ago(model.session.unix_now().since(snapshot.at));
            Item::new(format!("{} {DOT} {age}", when(snapshot)), snapshot.link_count())
        }
        ComparedList::Snapshot(snapshot) => Item {
            text: format!("{} {DOT} {}", snapshot.request.target, snapshot.kind()),
            side: vec![snapshot.link_count(), when(snapshot)],
        },
        ComparedList::File { name, links } => Item::new(name, pluralize(links.len(), "link", "links")),
    };
    let title = match &menu.later {
        Some(ComparedList::Snapshot(later)) => format!("Compare {} with", when(later)),
        Some(ComparedList::File { name, .. }) => format!("Compare {name} with"),
        None => "Compare which file?".to_owned(),
    };
    let height = menu.candidates.len().min(usize::from(screen.height)) as u16;
    let area = dialog(&title, (64, height), theme).render(screen, buf);
    // The archive may have thousands of snapshots.
    let first = first_visible(menu.selected, area.height);
    let items: Vec<Item> = menu.candidates.iter().skip(first).take(usize::from(area.height)).map(item).collect();
    list(&items, menu.selected - first, theme).render(area, buf);
}
