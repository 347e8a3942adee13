//! Key bindings by context. The default ones are in `assets/keys.toml`; the user's override them.

use super::action::Action;
use super::chord::Chord;
use super::context::Context;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    pub on: Vec<Chord>,
    /// `None` unbinds the keys.
    pub run: Option<Action>,
    /// Shown in help.
    pub desc: String,
    /// Shown in the line of keys at the bottom; without it, the binding is not shown there.
    pub hint: Option<String>,
    pub contexts: Vec<Context>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

/// Two bindings of one key map bind the same key in the same context.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{chord} is bound twice in “{context}”: to “{first}” and to “{second}”")]
pub struct Conflict {
    pub chord: Chord,
    pub context: &'static str,
    /// Description of the first binding.
    pub first: String,
    /// Description of the second binding.
    pub second: String,
    /// Index of the second binding, counted from 0.
    pub index: usize,
}

impl Keymap {
    /// # Errors
    /// All keys that are bound twice in one context.
    pub fn new(bindings: Vec<Binding>) -> Result<Keymap, Vec<Conflict>> {
        let mut conflicts = Vec::new();
        for (index, second) in bindings.iter().enumerate() {
            for first in bindings.iter().take(index) {
                for (context, chord) in second.pairs() {
                    if first.binds(context, chord) {
                        let (first, second) = (first.desc.clone(), second.desc.clone());
                        conflicts.push(Conflict { chord, context: context.name(), first, second, index });
                    }
                }
            }
        }
        if conflicts.is_empty() { Ok(Keymap { bindings }) } else { Err(conflicts) }
    }

    /// Overrides bindings: a key that `over` binds in a context loses its binding in `self` there.
    pub fn overridden_by(self, over: Keymap) -> Keymap {
        let mut bindings = Vec::new();
        for binding in self.bindings {
            let is_overridden = |context, chord| over.bindings.iter().any(|b| b.binds(context, chord));
            if !binding.pairs().any(|(context, chord)| is_overridden(context, chord)) {
                bindings.push(binding);
                continue;
            }
            // Split by context, because the key may be overridden in one of them only.
            for &context in &binding.contexts {
                let is_overridden = |chord: &Chord| is_overridden(context, *chord);
                let on: Vec<Chord> = binding.on.iter().copied().filter(|chord| !is_overridden(chord)).collect();
                if !on.is_empty() {
                    bindings.push(Binding { on, contexts: vec![context], ..binding.clone() });
                }
            }
        }
        bindings.extend(over.bindings.into_iter().filter(|b| b.run.is_some()));
        Keymap { bindings }
    }

    /// The action of a key: looked up in the context itself first, then in the ones around it.
    pub fn lookup(&self, context: Context, chord: Chord) -> Option<Action> {
        context.chain().find_map(|c| self.bindings.iter().find(|b| b.binds(c, chord)))?.run
    }

    /// The keys that run an action in a context.
    pub fn keys_for(&self, action: Action, context: Context) -> Vec<Chord> {
        let runs_it = |chord: &Chord| self.lookup(context, *chord) == Some(action);
        let mut keys = Vec::new();
        for binding in self.bindings.iter().filter(|b| b.run == Some(action)) {
            for chord in binding.on.iter().filter(|chord| runs_it(chord)) {
                if !keys.contains(chord) {
                    keys.push(*chord);
                }
            }
        }
        keys
    }

    /// The line of keys for a context: the first key of each binding with a hint, in the order of the file.
    pub fn hints(&self, context: Context) -> impl Iterator<Item = (Chord, Action, &str)> {
        context.chain().flat_map(move |c| {
            self.bindings.iter().filter(move |b| b.contexts.contains(&c)).filter_map(move |b| {
                let chord = *b.on.first()?;
                let action = b.run?;
                (self.lookup(context, chord) == b.run).then_some((chord, action, b.hint.as_deref()?))
            })
        })
    }

    /// In the order of the file.
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }
}

impl Binding {
    fn binds(&self, context: Context, chord: Chord) -> bool {
        self.contexts.contains(&context) && self.on.contains(&chord)
    }

    fn pairs(&self) -> impl Iterator<Item = (Context, Chord)> {
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
    fn the_innermost_context_takes_precedence() {
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
    fn binding_a_key_twice_is_an_error() {
        let conflicts = Keymap::new(vec![
            binding(&["q", "x"], Some(Action::Quit), &[Context::Table]),
            binding(&["x"], Some(Action::Mark), &[Context::Page, Context::Table]),
        ])
        .unwrap_err();
        assert_eq!(conflicts.len(), 1);
        assert_eq!((conflicts[0].chord.to_string().as_str(), conflicts[0].context), ("x", "table"));
    }

    #[test]
    fn user_bindings_override_the_defaults() {
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
        let keymap = default.overridden_by(user);
        assert_eq!(lookup(&keymap, Context::Table, "j"), Some(Action::Bottom));
        assert_eq!(lookup(&keymap, Context::Table, "down"), Some(Action::Down));
        assert_eq!(lookup(&keymap, Context::Menu, "j"), Some(Action::Down));
        assert_eq!(lookup(&keymap, Context::Table, "q"), None);
    }
}
