//! The columns of the table: moving, resizing, scrolling, showing and hiding them. Changes are saved.

use crate::app::effect::Effects;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::toasts::Severity;
use crate::input::Action;

use super::step::step_selection;

/// Returns `None` if the action does not concern columns.
pub fn handle_action(model: &mut Model, action: Action) -> Option<Effects> {
    let from_settings = model.session.default_columns();
    let table = model.table.state.as_mut()?;
    match action {
        Action::ColumnLeft | Action::ColumnRight => table.columns_mut().choose_adjacent(action == Action::ColumnRight),
        Action::ScrollLeft | Action::ScrollRight => table.columns_mut().scroll_chosen(action == Action::ScrollRight),
        Action::ColumnCarryLeft | Action::ColumnCarryRight => {
            table.columns_mut().move_chosen(action == Action::ColumnCarryRight);
            return Some(save_columns(model));
        }
        Action::ColumnWider | Action::ColumnNarrower => {
            table.columns_mut().resize_chosen(action == Action::ColumnWider);
            return Some(save_columns(model));
        }
        Action::Columns => {
            let (chosen, columns) = (table.columns().chosen_column(), table.links().schema().choosable());
            let selected = columns.iter().position(|column| Some(*column) == chosen).unwrap_or(0);
            model.overlay = Some(Overlay::ColumnMenu { selected });
        }
        Action::ColumnReset => {
            table.reset_columns(&from_settings);
            model.session.saved.columns = None;
            return Some(vec![model.session.save_state()]);
        }
        _ => return None,
    }
    Some(Effects::new())
}

fn save_columns(model: &mut Model) -> Effects {
    let Some(table) = &model.table.state else { return Effects::new() };
    model.session.saved.columns = Some(table.columns().saved(table.links()));
    vec![model.session.save_state()]
}

/// Actions in the column menu.
pub fn handle_menu_action(model: &mut Model, action: Action) -> Option<Effects> {
    let (Some(Overlay::ColumnMenu { selected }), Some(table)) = (&mut model.overlay, &mut model.table.state) else {
        return None;
    };
    let columns = table.links().schema().choosable();
    match action {
        Action::Accept | Action::Change => {
            if table.toggle_column(*columns.get(*selected)?) {
                return Some(save_columns(model));
            }
            model.toast(Severity::Info, "at least one column must stay");
        }
        Action::Cancel | Action::Columns | Action::Quit => model.overlay = None,
        other => *selected = step_selection(*selected, columns.len(), columns.len(), other)?,
    }
    Some(Effects::new())
}
