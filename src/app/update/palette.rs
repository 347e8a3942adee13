//! The command palette: type to search, Enter does it.

use crate::app::effect::Effects;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::input::Action;

use super::moved;

/// Lines that a page key moves by.
const PAGE: usize = 10;

/// Acts in the palette.
pub fn act(model: &mut Model, action: Action) -> Option<Effects> {
    let Some(Overlay::Palette(palette)) = &mut model.overlay else { return None };
    match action {
        Action::Accept => {
            let chosen = palette.matches().get(palette.selected).copied();
            model.overlay = None;
            let context = model.context();
            return Some(chosen.map(|action| super::act(model, context, action)).unwrap_or_default());
        }
        Action::Cancel => model.overlay = None,
        Action::Edit(edit) => {
            let before = palette.line.text().to_owned();
            palette.line.apply(edit);
            if palette.line.text() != before {
                palette.selected = 0;
            }
        }
        other => palette.selected = moved(palette.selected, palette.matches().len(), PAGE, other)?,
    }
    Some(Effects::new())
}

/// Takes typed or pasted text.
pub fn insert(model: &mut Model, text: &str) {
    if let Some(Overlay::Palette(palette)) = &mut model.overlay {
        palette.line.insert(text);
        palette.selected = 0;
    }
}
