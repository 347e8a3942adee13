//! Keys and pasted text: an action, a digit of a count, or text for the line being edited.

use crate::app::effect::Effects;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::pasted::Pasted;
use crate::app::screen::ScreenPart;
use crate::input::{Chord, Context, Key};

use super::{archive_screen, dispatch, facets, filter, key_prompt};

pub fn press(model: &mut Model, chord: Chord) -> Effects {
    model.account.deferred_request = None;
    let context = model.context();
    if context == Context::Table && digit(model, chord) {
        return Effects::new();
    }
    let effects = match (model.session.keymap.lookup(context, chord), letter(chord)) {
        (Some(action), _) => dispatch::handle_action(model, action),
        (None, Some(letter)) => insert(model, letter.encode_utf8(&mut [0; 4])),
        (None, None) => Effects::new(),
    };
    model.screen.count = None;
    effects
}

pub fn paste(model: &mut Model, text: &Pasted) -> Effects {
    if key_prompt::intercept_paste(model, text) {
        return Effects::new();
    }
    // A paste outside a line is most likely an address, and never a series of keys.
    if matches!(model.context(), Context::Table | Context::Page | Context::Detail)
        && model.overlay.is_none()
        && !model.is_waiting()
    {
        model.edit_target();
        model.target.url.clear();
    }
    if model.overlay.is_none() && model.focused_part() == ScreenPart::Target {
        model.target.paste(text);
        return Effects::new();
    }
    insert(model, text)
}

/// Inserts text into the line being edited, if any.
fn insert(model: &mut Model, text: &str) -> Effects {
    match &mut model.overlay {
        Some(Overlay::Facets(view)) if view.searching => return facets::insert(model, text),
        Some(overlay) => overlay.insert(text),
        None => match model.focused_part() {
            ScreenPart::Target => model.target.insert(text),
            ScreenPart::Filter => filter::insert(model, text),
            ScreenPart::ArchivePrompt => archive_screen::insert(model, text),
            _ => {}
        },
    }
    Effects::new()
}

fn letter(chord: Chord) -> Option<char> {
    match chord.key {
        Key::Char(letter) if !chord.ctrl && !chord.alt => Some(letter),
        _ => None,
    }
}

/// Handles a digit of a count, as in `12G`. Returns whether it was one.
fn digit(model: &mut Model, chord: Chord) -> bool {
    let digit = letter(chord).and_then(|letter| letter.to_digit(10)).map(|digit| digit as usize);
    match (digit, model.screen.count) {
        (None | Some(0), None) | (None, Some(_)) => false,
        (Some(digit), before) => {
            model.screen.count = Some(before.unwrap_or(0).saturating_mul(10).saturating_add(digit));
            true
        }
    }
}
