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

    /// The commands whose name or description holds every typed word.
    ///
    /// Saved filters come first: who types their names means them.
    pub fn matches(&self, saved: &[(String, Query)]) -> Vec<Command> {
        let typed = self.line.text().to_lowercase();
        let words: Vec<&str> = typed.split_whitespace().collect();
        let fits = |text: &str, words: &[&str]| words.iter().all(|word| text.contains(word));
        let commands = ACTIONS.iter().filter(|info| is_command(info.action));
        let filters = saved.iter().zip(0..).filter(|((name, _), _)| fits(&name.to_lowercase(), &words));
        let mut by_name: Vec<Command> = filters.map(|(_, number)| Command::Filter(number)).collect();
        let mut by_description = Vec::new();
        for info in commands {
            if fits(info.name, &words) {
                by_name.push(Command::Action(info.action));
            } else if fits(&format!("{} {}", info.name, info.description.to_lowercase()), &words) {
                by_description.push(Command::Action(info.action));
            }
        }
        by_name.append(&mut by_description);
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

/// Whether an action makes sense as a line of the palette, outside of the form or list that it belongs to.
fn is_command(action: Action) -> bool {
    !matches!(
        action,
        Action::Edit(_)
            | Action::Accept
            | Action::Yes
            | Action::OpenOlder
            | Action::StoreKey
            | Action::VisibleOnly
            | Action::AllMarked
            | Action::Cancel
            | Action::CancelOrQuit
            | Action::NextField
            | Action::PreviousField
            | Action::Change
            | Action::Forget
            | Action::Older
            | Action::Newer
            | Action::Palette
    )
}
