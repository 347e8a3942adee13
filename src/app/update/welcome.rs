//! The welcome page.

use crate::app::effect::Effects;
use crate::app::model::Model;
use crate::input::Action;

use super::account;
use super::step::{LONGEST_PAGE, step_selection};

pub fn handle_action(model: &mut Model, action: Action) -> Option<Effects> {
    match action {
        Action::Demo => return Some(account::start_demo(model)),
        Action::Cancel if model.table.state.is_some() => model.close_page(),
        Action::Cancel => {}
        Action::Accept => model.edit_target(),
        other => {
            let page = model.text_page();
            model.screen.welcome_scroll = step_selection(model.screen.welcome_scroll, LONGEST_PAGE, page, other)?;
        }
    }
    Some(Effects::new())
}
