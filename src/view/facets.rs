//! The facets dialog: values, counts and bars.

use crate::domain::signs::{BAR, DOT, ELLIPSIS, PROMPT};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::parts::{dialog, key_name};
use crate::app::Model;
use crate::app::facet_view::FacetView;
use crate::app::table_state::TableState;
use crate::config::{StyleRole, Theme};
use crate::domain::LinkSet;
use crate::domain::facet::FacetCount;
use crate::domain::number::{Thousands, pluralize};
use crate::input::{Action, Context};
use crate::layout::cells::{fit, width};
use crate::widgets::line_input::LineInput;
use crate::widgets::list::{Item, List, first_visible};
use crate::widgets::text::put;

/// Cells between two tabs.
const TAB_GAP: u16 = 2;
/// Longer titles, which can only come from a file, are cut off.
const MAX_TAB_CELLS: usize = 24;
/// Width of a full bar.
const BAR_CELLS: usize = 16;

pub(super) fn draw(view: &FacetView, model: &Model, theme: &Theme, screen: Rect, buf: &mut Buffer) -> Option<Position> {
    let table = model.table.state.as_ref()?;
    let area = dialog("Facets", (104, screen.height), theme).render(screen, buf);
    let dim = theme.style(StyleRole::Dim);
    let line = |y: u16| Rect { y: area.y + y.min(area.height), height: u16::from(y < area.height), ..area };
    draw_tabs(view, table.links(), theme, line(0), buf);
    let (values, rows) = view.totals();
    let all = if view.all_links { "all " } else { "" };
    let order = if view.by_value { "by value" } else { "by count" };
    let key = |action| key_name(model, action, Context::Facets);
    let summary = format!(
        "{} {DOT} {all}{} {DOT} {order} {DOT} {}: all/filtered {DOT} {}: exclude {DOT} {}: copy",
        pluralize(values, "value", "values"),
        pluralize(rows as usize, "link", "links"),
        key(Action::MarkAll),
        key(Action::FilterAway),
        key(Action::Copy),
    );
    put(buf, line(1), &summary, dim);
    let mut cursor = None;
    if view.searching || !view.search.text().is_empty() {
        let taken = put(buf, line(2), &format!("search {PROMPT} "), theme.style(StyleRole::Accent));
        let input = LineInput {
            text: view.search.text(),
            cursor: view.searching.then(|| view.search.cursor()),
            placeholder: "",
            highlight: None,
            style: theme.style(StyleRole::Field),
            dim,
        };
        cursor = input.render(Rect { x: area.x + taken, width: area.width - taken, ..line(2) }, buf);
    } else if let Some(warning) = view.warning() {
        put(buf, line(2), &format!("! {warning}"), theme.style(StyleRole::Warning));
    }
    let body = Rect { y: area.y + area.height.min(3), height: area.height.saturating_sub(3), ..area };
    let Some(entries) = view.entries() else {
        let text = if view.failed { "Counting failed".to_owned() } else { format!("Counting{ELLIPSIS}") };
        put(buf, Rect { height: body.height.min(1), ..body }, &text, dim);
        return cursor;
    };
    draw_counts(entries, view, table, theme, body, buf);
    cursor
}

/// As many values as fit.
fn draw_counts(
    entries: &[FacetCount],
    view: &FacetView,
    table: &TableState,
    theme: &Theme,
    body: Rect,
    buf: &mut Buffer,
) {
    let (_, rows) = view.totals();
    let largest = view.largest_count().max(1);
    let item = |entry: &FacetCount| {
        let value = view.facet.shown_value(table.links(), entry.row, table.rules());
        let text = if value.is_empty() { "(empty)".to_owned() } else { value.into_owned() };
        let share = f64::from(entry.rows) / rows.max(1) as f64 * 100.0;
        let bar = bar(f64::from(entry.rows) / f64::from(largest));
        Item { text, side: vec![bar, Thousands(u64::from(entry.rows)).to_string(), format!("{share:.1} %")] }
    };
    let first = first_visible(view.selected, body.height);
    let items: Vec<Item> = entries.iter().skip(first).take(usize::from(body.height)).map(item).collect();
    let list = List {
        items: &items,
        selected: view.selected - first,
        text: theme.style(StyleRole::Text),
        side: theme.style(StyleRole::Domain),
        chosen: theme.style(StyleRole::Selected),
    };
    list.render(body, buf);
}

/// All facets on one line as far as they fit; always the chosen one.
fn draw_tabs(view: &FacetView, links: &LinkSet, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let facets = view.facets();
    let title = |at: usize| facets.get(at).map_or("".into(), |facet| fit(facet.title(links), MAX_TAB_CELLS));
    let chosen = facets.iter().position(|facet| *facet == view.facet).unwrap_or(0);
    let mut taken = 0;
    let mut fits = |at: &usize| {
        taken += width(&title(*at)) + usize::from(TAB_GAP);
        taken <= usize::from(area.width)
    };
    let first = (0..=chosen).rev().take_while(|at| fits(at)).last().unwrap_or(chosen);
    let mut x = area.x;
    for at in first..facets.len() {
        let role = if at == chosen { StyleRole::Chosen } else { StyleRole::Dim };
        let cell = Rect { x, width: area.right().saturating_sub(x), ..area };
        x += put(buf, cell, &title(at), theme.style(role)) + TAB_GAP;
        if x >= area.right() {
            break;
        }
    }
}

/// A bar that fills `fraction` of [`BAR_CELLS`], padded to that width.
fn bar(fraction: f64) -> String {
    // Signs for parts of a cell, from narrow to full.
    let signs = BAR.get();
    let parts = (fraction * (BAR_CELLS * signs.len()) as f64).round().max(1.0) as usize;
    let mut bar = signs.last().unwrap_or(&"").repeat(parts / signs.len());
    bar.extend((parts % signs.len()).checked_sub(1).and_then(|rest| signs.get(rest)).copied());
    let blank = BAR_CELLS.saturating_sub(bar.chars().count());
    bar + &" ".repeat(blank)
}
