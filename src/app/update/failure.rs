//! The page for a failed request. Links received before the failure can be opened.

use crate::app::effect::Effects;
use crate::app::model::Model;
use crate::app::screen::MainPane;
use crate::input::Action;

use super::fetch_target;
use super::step::step_scroll;

pub fn handle_action(model: &mut Model, action: Action) -> Option<Effects> {
    let page = model.text_page();
    let MainPane::Failed(failed) = &mut model.screen.main else { return None };
    match action {
        Action::Accept => match failed.rescued.clone() {
            Some(response) => {
                let request = failed.request.clone();
                fetch_target::show_response(model, request, &response, None);
            }
            None => model.edit_target(),
        },
        Action::Cancel => model.close_page(),
        other => failed.scroll = step_scroll(failed.scroll, page, other)?,
    }
    Some(Effects::new())
}
