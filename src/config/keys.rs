//! Reads key bindings: each entry of `keys` has `on`, `run` and `in`, and optionally `desc` and `hint`.

use toml::de::DeValue;

use super::reader::{Reader, Section, text, texts};
use super::value_error::ValueError;
use crate::input::{Action, Binding, Chord, Context, Keymap};

/// Reads a key map. `required` means that the file must have at least one binding.
pub(super) fn read(reader: &mut Reader<'_>, root: &mut Section<'_>, required: bool) -> Keymap {
    let mut spans = Vec::new();
    let bindings = reader.tables(root, "keys", |reader, entry, span| {
        let on = reader.take(entry, "on", chords);
        let run = reader.take(entry, "run", action);
        let contexts = reader.take(entry, "in", contexts);
        let desc = reader.take(entry, "desc", text);
        let hint = reader.take(entry, "hint", text);
        let line = entry.get("on").map_or(span.clone(), toml::Spanned::span);
        for (name, missing) in
            [("on", entry.get("on").is_none()), ("run", entry.get("run").is_none()), ("in", entry.get("in").is_none())]
        {
            if missing {
                reader.diagnostic(Some(span.clone()), format!("keys: “{name}” is missing"));
            }
        }
        let (on, run, contexts) = (on?, run?, contexts?);
        let own = run.map_or("nothing", |action| action.info().help);
        spans.push(line);
        Some(Binding { on, run, desc: desc.unwrap_or_else(|| own.to_owned()), hint, contexts })
    });
    if required && bindings.is_empty() {
        reader.diagnostic(None, "the key map has no bindings".to_owned());
    }
    Keymap::new(bindings).unwrap_or_else(|conflicts| {
        for conflict in conflicts {
            let span = spans.get(conflict.index).cloned();
            reader.diagnostic(span, conflict.to_string());
        }
        Keymap::default()
    })
}

/// A string, or a list of strings.
fn one_or_more(value: &DeValue<'_>) -> Result<Vec<String>, ValueError> {
    value.as_str().map_or_else(|| texts(value), |text| Ok(vec![text.to_owned()]))
}

fn chords(value: &DeValue<'_>) -> Result<Vec<Chord>, ValueError> {
    let names = one_or_more(value)?;
    let mut chords = Vec::new();
    for name in names {
        let chord: Chord = name.parse()?;
        if !chords.contains(&chord) {
            chords.push(chord);
        }
    }
    if chords.is_empty() { Err(ValueError::Empty("key")) } else { Ok(chords) }
}

/// `None` unbinds the keys.
fn action(value: &DeValue<'_>) -> Result<Option<Action>, ValueError> {
    let name = text(value)?;
    if name == "none" {
        return Ok(None);
    }
    Action::from_name(&name).map(Some).ok_or(ValueError::Action(name))
}

fn contexts(value: &DeValue<'_>) -> Result<Vec<Context>, ValueError> {
    let names = one_or_more(value)?;
    if names.is_empty() {
        return Err(ValueError::Empty("context"));
    }
    let context = |name: String| {
        let known = Context::NAMES.iter().find(|(_, n)| *n == name).map(|(context, _)| *context);
        known.ok_or(ValueError::Context(name))
    };
    names.into_iter().map(context).collect()
}
