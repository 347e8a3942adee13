//! The mouse: wheel scrolling, clicks to choose, clicks on headers to sort, dragging the scrollbar.

use crate::app::message::{Mouse, MouseKind};
use crate::app::model::Model;
use crate::app::screen::Focus;
use crate::domain::Line;
use crate::input::{Action, Context};
use crate::layout::columns::Hit;

use super::{dispatch, filter, ledger, target};

/// Lines per turn of the wheel.
const WHEEL: isize = 3;

pub fn handle_event(model: &mut Model, event: Mouse) {
    match event.kind {
        MouseKind::WheelUp | MouseKind::WheelDown => wheel(model, event),
        MouseKind::Press => press(model, event),
        MouseKind::Drag if model.screen.dragging => drag(model, event.y),
        MouseKind::Drag => {}
        MouseKind::Release => model.screen.dragging = false,
    }
}

fn wheel(model: &mut Model, event: Mouse) {
    let down = event.kind == MouseKind::WheelDown;
    let over_detail = model.layout().detail.contains((event.x, event.y).into());
    let context = model.context();
    if model.overlay.is_none()
        && let Some(list) = model.target.list.as_mut().filter(|_| context == Context::Target)
    {
        list.scroll = list.scroll.saturating_add_signed(if down { WHEEL } else { -WHEEL });
        return;
    }
    if context == Context::Table && !over_detail {
        let page = model.page();
        if let Some(table) = &mut model.table.state {
            table.scroll(if down { WHEEL } else { -WHEEL }, page);
        }
        return;
    }
    let action = if down { Action::Down } else { Action::Up };
    if over_detail && model.overlay.is_none() {
        model.detail.scroll = model.detail.scroll.saturating_add_signed(if down { WHEEL } else { -WHEEL });
    } else if matches!(context, Context::Menu | Context::Map | Context::Palette | Context::Page) {
        // Scrolls a list or page like its keys do. That never has effects.
        drop(dispatch::handle_action(model, action));
    }
}

fn press(model: &mut Model, event: Mouse) {
    // Overlays react to keys only: a stray click must not send a request.
    if model.overlay.is_some() {
        return;
    }
    let layout = model.layout();
    let position = (event.x, event.y).into();
    if layout.target.contains(position) {
        return model.edit_target();
    }
    if layout.credits.contains(position) && event.x * 2 > model.screen.width {
        return ledger::open(model);
    }
    if layout.detail.contains(position) {
        if model.shows_table() {
            leave_line(model);
            model.screen.focus = Focus::Detail;
        }
        return;
    }
    let hit = model.table_layout().and_then(|table| table.hit(event.x, event.y));
    let Some(hit) = hit.filter(|_| model.shows_table()) else { return };
    leave_line(model);
    model.screen.focus = Focus::Main;
    let page = model.page();
    let Some(table) = &mut model.table.state else { return };
    match hit {
        Hit::Header(column) => {
            table.columns_mut().choose(column);
            table.sort(false, page);
        }
        Hit::Line { line, column } => {
            let line = Line(table.offset().0 + line);
            if line.0 < table.lines().len() {
                table.go_to(line, page);
                model.detail.scroll = 0;
            }
            if let (Some(column), Some(table)) = (column, &mut model.table.state) {
                table.columns_mut().choose(column);
            }
        }
        Hit::Scrollbar(_) => {
            model.screen.dragging = true;
            drag(model, event.y);
        }
    }
    model.keep_cursor_visible();
}

/// Leaves a line that is being typed: the target box as Esc does, the filter line as Enter does.
fn leave_line(model: &mut Model) {
    match model.screen.focus {
        Focus::Target => drop(target::handle_action(model, Action::Cancel)),
        Focus::Filter => drop(filter::handle_action(model, Action::Accept)),
        Focus::Main | Focus::Detail => {}
    }
}

fn drag(model: &mut Model, y: u16) {
    let page = model.page();
    let Some(above) = model.table_layout().map(|table| table.height_above(y)) else { return };
    if let Some(table) = &mut model.table.state {
        let max_offset = table.lines().len().saturating_sub(page);
        table.scroll_to(Line((above * max_offset as f64).round() as usize), page);
    }
}
