//! Which key means what where. The key map is data: the default one stands in `assets/keys.toml`, the user's lies over it.

use super::action::Action;
use super::chord::Chord;
use super::context::Context;

/// Some keys, and what they mean in some contexts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Any of these keys…
    pub on: Vec<Chord>,
    /// …means this; `None` takes the keys' meaning away.
    pub run: Option<Action>,
    /// What help says of it.
    pub desc: String,
    /// What the key line says of it; not shown there without.
    pub hint: Option<String>,
    pub contexts: Vec<Context>,
}

/// The meaning of all keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

/// Two bindings of one key map give the same key two meanings in one context.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{chord} is bound twice in “{context}”: to “{first}” and to “{second}”")]
pub struct Conflict {
    /// The key.
    pub chord: Chord,
    /// The context's name.
    pub context: &'static str,
    /// What the first binding says of it.
    pub first: String,
    /// What the second binding says of it.
    pub second: String,
    /// Which of the bindings is the second, counted from 0.
    pub index: usize,
}

impl Keymap {
    /// A key map of these bindings.
    ///
    /// # Errors
    /// Every key that has two meanings in one context.
    pub fn new(bindings: Vec<Binding>) -> Result<Keymap, Vec<Conflict>> {
        let mut conflicts = Vec::new();
        for (index, second) in bindings.iter().enumerate() {
            for first in bindings.iter().take(index) {
                for (context, chord) in second.places() {
                    if first.covers(context, chord) {
                        let (first, second) = (first.desc.clone(), second.desc.clone());
                        conflicts.push(Conflict { chord, context: context.name(), first, second, index });
                    }
                }
            }
        }
        if conflicts.is_empty() { Ok(Keymap { bindings }) } else { Err(conflicts) }
    }

    /// This key map with another over it: where both give a key a meaning in a context, the other one's holds.
    pub fn overlaid(self, over: Keymap) -> Keymap {
        let mut bindings = Vec::new();
        for below in self.bindings {
            let taken = |context, chord| over.bindings.iter().any(|b| b.covers(context, chord));
            if !below.places().any(|(context, chord)| taken(context, chord)) {
                bindings.push(below);
                continue;
            }
            // Split by context, since the other may take a key in one context only.
            for &context in &below.contexts {
                let taken = |chord: &Chord| taken(context, *chord);
                let on: Vec<Chord> = below.on.iter().copied().filter(|chord| !taken(chord)).collect();
                if !on.is_empty() {
                    bindings.push(Binding { on, contexts: vec![context], ..below.clone() });
                }
            }
        }
        bindings.extend(over.bindings.into_iter().filter(|b| b.run.is_some()));
        Keymap { bindings }
    }

    /// What a key means in a context: the innermost meaning, from the context itself to the one that is everywhere.
    pub fn lookup(&self, context: Context, chord: Chord) -> Option<Action> {
        context.chain().find_map(|c| self.bindings.iter().find(|b| b.covers(c, chord)))?.run
    }

    /// The keys that reach an action in a context.
    pub fn keys_for(&self, action: Action, context: Context) -> Vec<Chord> {
        let reaches = |chord: &Chord| self.lookup(context, *chord) == Some(action);
        let mut keys = Vec::new();
        for binding in self.bindings.iter().filter(|b| b.run == Some(action)) {
            for chord in binding.on.iter().filter(|chord| reaches(chord)) {
                if !keys.contains(chord) {
                    keys.push(*chord);
                }
            }
        }
        keys
    }

    /// What the key line shows in a context: the first key of each binding that has a hint, in the order of the file.
    pub fn hints(&self, context: Context) -> impl Iterator<Item = (Chord, Action, &str)> {
        context.chain().flat_map(move |c| {
            self.bindings.iter().filter(move |b| b.contexts.contains(&c)).filter_map(move |b| {
                let chord = *b.on.first()?;
                let action = b.run?;
                (self.lookup(context, chord) == b.run).then_some((chord, action, b.hint.as_deref()?))
            })
        })
    }

    /// Every binding, in the order of the file.
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }
}

impl Binding {
    fn covers(&self, context: Context, chord: Chord) -> bool {
        self.contexts.contains(&context) && self.on.contains(&chord)
    }

    fn places(&self) -> impl Iterator<Item = (Context, Chord)> {
        self.contexts.iter().flat_map(|context| self.on.iter().map(|chord| (*context, *chord)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binding(on: &[&str], run: Option<Action>, contexts: &[Context]) -> Binding {
        let on = on.iter().map(|name| name.parse().unwrap()).collect();
        Binding { on, run, desc: format!("{run:?}"), hint: None, contexts: contexts.to_vec() }
    }

    fn lookup(keymap: &Keymap, context: Context, chord: &str) -> Option<Action> {
        keymap.lookup(context, chord.parse().unwrap())
    }

    #[test]
    fn the_innermost_meaning_holds() {
        let keymap = Keymap::new(vec![
            binding(&["q"], Some(Action::Quit), &[Context::Anywhere]),
            binding(&["q"], Some(Action::Cancel), &[Context::Page]),
        ])
        .unwrap();
        assert_eq!(lookup(&keymap, Context::Page, "q"), Some(Action::Cancel));
        assert_eq!(lookup(&keymap, Context::Table, "q"), Some(Action::Quit));
        assert_eq!(lookup(&keymap, Context::Table, "x"), None);
        assert!(keymap.keys_for(Action::Quit, Context::Page).is_empty(), "hidden by cancel");
    }

    #[test]
    fn a_key_with_two_meanings_is_an_error() {
        let conflicts = Keymap::new(vec![
            binding(&["q", "x"], Some(Action::Quit), &[Context::Table]),
            binding(&["x"], Some(Action::Mark), &[Context::Page, Context::Table]),
        ])
        .unwrap_err();
        assert_eq!(conflicts.len(), 1);
        assert_eq!((conflicts[0].chord.to_string().as_str(), conflicts[0].context), ("x", "table"));
    }

    #[test]
    fn the_users_key_takes_the_place_of_the_default() {
        let default = Keymap::new(vec![
            binding(&["j", "down"], Some(Action::Down), &[Context::Table, Context::Menu]),
            binding(&["q"], Some(Action::Quit), &[Context::Table]),
        ])
        .unwrap();
        let user = Keymap::new(vec![
            binding(&["j"], Some(Action::Bottom), &[Context::Table]),
            binding(&["q"], None, &[Context::Table]),
        ])
        .unwrap();
        let keymap = default.overlaid(user);
        assert_eq!(lookup(&keymap, Context::Table, "j"), Some(Action::Bottom));
        assert_eq!(lookup(&keymap, Context::Table, "down"), Some(Action::Down));
        assert_eq!(lookup(&keymap, Context::Menu, "j"), Some(Action::Down));
        assert_eq!(lookup(&keymap, Context::Table, "q"), None);
    }
}
