//! Earlier entries of an input line, browsed with ↑ and ↓.

#[derive(Clone, Debug, Default)]
pub struct History {
    /// Oldest first.
    entries: Vec<String>,
    /// Index of the entry that is shown; `None` while the line has the user's draft.
    at: Option<usize>,
    draft: String,
}

const MAX_ENTRIES: usize = 200;

impl History {
    /// Adds an entry as the newest; an equal one is moved. Empty entries are ignored.
    pub fn add(&mut self, entry: &str) {
        let entry = entry.trim();
        self.at = None;
        if entry.is_empty() {
            return;
        }
        self.entries.retain(|e| e != entry);
        self.entries.push(entry.to_owned());
        let excess = self.entries.len().saturating_sub(MAX_ENTRIES);
        self.entries.drain(..excess);
    }

    /// The entry before the shown one; `current` is kept as the draft. `None` at the oldest.
    pub fn older(&mut self, current: &str) -> Option<String> {
        let at = match self.at {
            None => {
                current.clone_into(&mut self.draft);
                self.entries.len().checked_sub(1)?
            }
            Some(at) => at.checked_sub(1)?,
        };
        self.at = Some(at);
        self.entries.get(at).cloned()
    }

    /// The entry after the shown one; after the newest, the draft. `None` at the draft.
    pub fn newer(&mut self) -> Option<String> {
        let at = self.at? + 1;
        self.at = (at < self.entries.len()).then_some(at);
        Some(self.entries.get(at).unwrap_or(&self.draft).clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_and_down_and_back_to_the_draft() {
        let mut history = History::default();
        for entry in ["one", " ", "two", "one"] {
            history.add(entry);
        }
        assert_eq!(history.older("dra"), Some("one".into()));
        assert_eq!(history.older("one"), Some("two".into()));
        assert_eq!(history.older("two"), None);
        assert_eq!(history.newer(), Some("one".into()));
        assert_eq!(history.newer(), Some("dra".into()));
        assert_eq!(history.newer(), None);
    }
}
