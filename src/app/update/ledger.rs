//! The ledger.

use crate::app::effect::Effects;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::input::Action;

use super::step::step_scroll;

pub fn open(model: &mut Model) {
    model.archive.list.open_report(model.session.utc_offset);
    model.overlay = Some(Overlay::Ledger { scroll: 0 });
}

pub fn handle_action(model: &mut Model, action: Action) -> Option<Effects> {
    let page = model.text_page();
    let Some(Overlay::Ledger { scroll }) = &mut model.overlay else { return None };
    match action {
        Action::Cancel | Action::Accept | Action::Ledger | Action::Quit => {
            model.overlay = None;
            model.archive.list.close_report();
        }
        other => *scroll = step_scroll(*scroll, page, other)?,
    }
    Some(Effects::new())
}
