//! The welcome page.

use crate::app::effect::Effects;
use crate::app::model::Model;
use crate::input::Action;

use super::account;
use super::step::step_scroll;

pub fn handle_action(model: &mut Model, action: Action) -> Option<Effects> {
    match action {
        Action::Demo => return Some(account::start_demo(model)),
        Action::Cancel if model.table.state.is_some() => model.close_page(),
        Action::Cancel => {}
        Action::Accept => model.edit_target(),
        other => {
            let page = model.text_page();
            model.screen.welcome_scroll = step_scroll(model.screen.welcome_scroll, page, other)?;
        }
    }
    Some(Effects::new())
}
