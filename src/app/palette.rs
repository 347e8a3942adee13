//! The command palette: the search text and the matching commands.

use crate::domain::query::Query;
use crate::input::{ACTIONS, Action, LineEdit};

#[derive(Clone, Debug, Default)]
pub struct Palette {
    pub line: LineEdit,
    /// Index in [`Palette::matches`].
    pub selected: usize,
}

impl Palette {
    pub fn insert(&mut self, text: &str) {
        self.line.insert(text);
        self.selected = 0;
    }

    /// The commands whose name, title or help contains every typed word.
    ///
    /// Saved filters come first, then matches in name or title, then matches in the help text.
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    Action(Action),
    /// Index of a saved filter.
    Filter(usize),
}
