//! Pages of text: help, the first start, a failure, and the wait for an answer.

use crate::app::effect::Effects;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::screen::Main;
use crate::app::toasts::Tone;
use crate::input::Action;

use super::{account, ask, menu, moved};

/// More lines than any page has; the drawing stops at the last one.
const LONGEST: usize = 400;

/// Acts on the page that has the keys.
pub fn act(model: &mut Model, action: Action) -> Option<Effects> {
    let page = usize::from(model.layout().main.height.max(2)) - 1;
    if let Some(Overlay::Help { scroll }) = &mut model.overlay {
        match action {
            Action::Cancel | Action::Accept | Action::Help | Action::Quit => model.overlay = None,
            other => *scroll = moved(*scroll, help_lines(&model.session.keymap), page, other)?,
        }
        return Some(Effects::new());
    }
    if let Some(Overlay::Ledger { scroll }) = &mut model.overlay {
        match action {
            Action::Cancel | Action::Accept | Action::Ledger | Action::Quit => {
                model.overlay = None;
                model.archive.list.close_report();
            }
            other => *scroll = moved(*scroll, LONGEST, page, other)?,
        }
        return Some(Effects::new());
    }
    if model.is_waiting() {
        return match action {
            Action::Cancel | Action::CancelOrQuit => Some(stop_waiting(model)),
            _ => None,
        };
    }
    match (&mut model.screen.main, action) {
        (Main::Welcome, Action::Demo) => return Some(account::start_demo(model)),
        (Main::Welcome, Action::Cancel) => {
            if model.table.browser.is_some() {
                menu::leave(model);
            }
        }
        (Main::Welcome, Action::Accept) => super::target::begin(model),
        (Main::Welcome, other) => {
            model.screen.welcome_scroll = moved(model.screen.welcome_scroll, LONGEST, page, other)?
        }
        (Main::Failed(failed), Action::Accept) => {
            let rescued = failed.rescued.clone().map(|answer| (failed.request.clone(), answer));
            match rescued {
                Some((request, answer)) => ask::open(model, request, &answer, None),
                None => super::target::begin(model),
            }
        }
        (Main::Failed(_) | Main::Empty(_), Action::Cancel) => menu::leave(model),
        (Main::Failed(failed), other) => failed.scroll = moved(failed.scroll, LONGEST, page, other)?,
        (Main::Empty(_) | Main::Links | Main::Archive, _) => return None,
    }
    Some(Effects::new())
}

fn stop_waiting(model: &mut Model) -> Effects {
    let target = model.account.requests.watched().map(|r| r.request.target.to_string()).unwrap_or_default();
    model.account.requests.stop_watching();
    model.toast(Tone::Info, format!("not waiting for {target}: its answer is kept when it comes"));
    Effects::new()
}

/// How many lines the help has with this key map: a line for each binding and two for each section.
pub fn help_lines(keymap: &crate::input::Keymap) -> usize {
    keymap.sections().map(|(_, bindings)| bindings.count() + 2).sum()
}
