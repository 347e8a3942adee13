//! Earlier entries of a line, gone through with ↑ and ↓.

/// Earlier entries, oldest first, and where in them the user is.
#[derive(Clone, Debug, Default)]
pub struct History {
    entries: Vec<String>,
    /// The entry that is shown; `None` while the line is the user's own draft.
    at: Option<usize>,
    draft: String,
}

/// More than this nobody steps through.
const MOST: usize = 200;

impl History {
    /// Adds an entry as the newest; one that was there before moves up. Empty ones are not kept.
    pub fn add(&mut self, entry: &str) {
        let entry = entry.trim();
        self.at = None;
        if entry.is_empty() {
            return;
        }
        self.entries.retain(|e| e != entry);
        self.entries.push(entry.to_owned());
        let surplus = self.entries.len().saturating_sub(MOST);
        self.entries.drain(..surplus);
    }

    /// The entry before the one that is shown; `current` is kept as the draft to come back to. `None` at the oldest.
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

    /// The entry after the one that is shown, and after the newest the draft. `None` at the draft.
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
