//! The command palette: what is typed there, and the commands that fit.

use crate::domain::query::Query;
use crate::input::{ACTIONS, Action, LineEdit};

/// The command palette.
#[derive(Clone, Debug, Default)]
pub struct Palette {
    /// What is typed to search it.
    pub line: LineEdit,
    /// The chosen line of [`Palette::matches`].
    pub selected: usize,
}

impl Palette {
    /// Takes typed or pasted text.
    pub fn insert(&mut self, text: &str) {
        self.line.insert(text);
        self.selected = 0;
    }

    /// The commands whose name, title or help holds every typed word. A match in the name or title comes first.
    ///
    /// Saved filters come first: who types their names means them.
    pub fn matches(&self, saved: &[(String, Query)]) -> Vec<Command> {
        let typed = self.line.text().to_lowercase();
        let words: Vec<&str> = typed.split_whitespace().collect();
        let contains_all = |text: &str, words: &[&str]| words.iter().all(|word| text.contains(word));
        let filters = saved.iter().zip(0..).filter(|((name, _), _)| contains_all(&name.to_lowercase(), &words));
        let mut by_name: Vec<Command> = filters.map(|(_, number)| Command::Filter(number)).collect();
        let mut by_help = Vec::new();
        for info in ACTIONS.iter().filter(|info| info.in_palette) {
            let name = format!("{} {}", info.name, info.title.to_lowercase());
            if contains_all(&name, &words) {
                by_name.push(Command::Action(info.action));
            } else if contains_all(&format!("{name} {}", info.help.to_lowercase()), &words) {
                by_help.push(Command::Action(info.action));
            }
        }
        by_name.append(&mut by_help);
        by_name
    }
}

/// A line of the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// An action.
    Action(Action),
    /// A saved filter, by its number in the settings.
    Filter(usize),
}
