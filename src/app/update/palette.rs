//! The command palette: type to search, Enter does it.

use crate::app::browser::Browser;
use crate::app::effect::Effects;
use crate::app::model::Model;
use crate::app::overlay::{Command, Overlay};
use crate::app::toasts::Tone;
use crate::input::Action;

use super::{filter, moved};

/// Lines that a page key moves by.
const PAGE: usize = 10;

/// Acts in the palette.
pub fn act(model: &mut Model, action: Action) -> Option<Effects> {
    let Some(Overlay::Palette(palette)) = &mut model.overlay else { return None };
    match action {
        Action::Accept => {
            let chosen = palette.matches(&model.settings.filters).get(palette.selected).copied();
            model.overlay = None;
            let context = model.context();
            return Some(match chosen {
                Some(Command::Action(action)) => super::act(model, context, action),
                Some(Command::Filter(number)) => saved_filter(model, number),
                None => Effects::new(),
            });
        }
        Action::Cancel => model.overlay = None,
        Action::Edit(edit) => {
            let before = palette.line.text().to_owned();
            palette.line.apply(edit);
            if palette.line.text() != before {
                palette.selected = 0;
            }
        }
        other => {
            palette.selected = moved(palette.selected, palette.matches(&model.settings.filters).len(), PAGE, other)?;
        }
    }
    Some(Effects::new())
}

/// Filters the table by a saved filter.
fn saved_filter(model: &mut Model, number: usize) -> Effects {
    let query = model.settings.filters.get(number).map(|(_, query)| query.clone());
    let before = model.browser.as_ref().filter(|_| model.shows_table()).map(Browser::state);
    match query.zip(before) {
        Some((query, before)) => {
            filter::set(model, query);
            if let Some(browser) = &mut model.browser {
                browser.remember(before);
            }
        }
        None => model.toast(Tone::Info, "no links on the screen yet: ask for a page first"),
    }
    Effects::new()
}

/// Takes typed or pasted text.
pub fn insert(model: &mut Model, text: &str) {
    if let Some(Overlay::Palette(palette)) = &mut model.overlay {
        palette.line.insert(text);
        palette.selected = 0;
    }
}
