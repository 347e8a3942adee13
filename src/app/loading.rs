//! The files being loaded, and the progress.

use crate::domain::signs::DOT;

/// The progress of loading. Kept afterwards for the number of skipped rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loading {
    /// As the user named them.
    pub files: Vec<String>,
    /// Total bytes of all files, if known.
    pub total: Option<u64>,
    /// Total bytes of the files before the current one.
    bytes_before: u64,
    /// Index of the current file, and how many of its bytes were read.
    current: (usize, u64),
    /// Rows that are not a link.
    pub skipped: usize,
    /// Files that can't be read, or only partly.
    pub failed: Vec<String>,
    /// Files that the user decided not to open.
    pub left_out: usize,
    pub stage: LoadStage,
    /// What the user should know, and about which files.
    notes: Vec<(String, Vec<usize>)>,
}

/// Names of files in one message.
const MAX_NAMES: usize = 3;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LoadStage {
    #[default]
    Reading,
    /// The user stopped loading; what was already read still arrives.
    Stopping,
    /// Stopped before the end.
    Stopped,
    /// Everything readable was read.
    Done,
}

impl Loading {
    pub fn new(files: Vec<String>) -> Loading {
        Loading { files, ..Loading::default() }
    }

    /// The name of a file, for messages.
    pub fn name(&self, file: usize) -> &str {
        match self.files.get(file).map_or("", String::as_str) {
            "-" => "stdin",
            name => name,
        }
    }

    pub fn add_note(&mut self, file: usize, note: String) {
        match self.notes.iter_mut().find(|(other, _)| *other == note) {
            Some((_, files)) if files.contains(&file) => {}
            Some((_, files)) => files.push(file),
            None => self.notes.push((note, vec![file])),
        }
    }

    /// All notes in one message, since several would push each other off the screen: `a.csv: one; two · b.csv, c.csv: three`.
    pub fn notes(&self) -> String {
        let mut text = String::new();
        for (i, (note, files)) in self.notes.iter().enumerate() {
            if i > 0 && self.notes.get(i - 1).is_some_and(|(_, before)| before == files) {
                text.push_str(&format!("; {note}"));
            } else {
                let separator = if i > 0 { format!(" {DOT} ") } else { String::new() };
                text.push_str(&format!("{separator}{}: {note}", self.names(files)));
            }
        }
        text
    }

    fn names(&self, files: &[usize]) -> String {
        let names: Vec<&str> = files.iter().take(MAX_NAMES).map(|file| self.name(*file)).collect();
        let more = files.len() - names.len();
        let names = names.join(", ");
        if more > 0 { format!("{names} and {more} more") } else { names }
    }

    /// Whether nothing more arrives.
    pub fn is_finished(&self) -> bool {
        matches!(self.stage, LoadStage::Stopped | LoadStage::Done)
    }

    /// Returns whether anything was being loaded.
    pub fn stop(&mut self) -> bool {
        let is_reading = self.stage == LoadStage::Reading;
        if is_reading {
            self.stage = LoadStage::Stopping;
        }
        is_reading
    }

    pub fn finish(&mut self) {
        self.stage = match self.stage {
            LoadStage::Reading | LoadStage::Done => LoadStage::Done,
            LoadStage::Stopping | LoadStage::Stopped => LoadStage::Stopped,
        };
    }

    /// Sets how many bytes of a file were read.
    pub fn advance(&mut self, file: usize, bytes: u64) {
        if file != self.current.0 {
            self.bytes_before += self.current.1;
        }
        self.current = (file, bytes);
    }

    pub fn bytes(&self) -> u64 {
        self.bytes_before + self.current.1
    }

    /// From 0 to 1; `None` if the total is unknown.
    pub fn fraction(&self) -> Option<f64> {
        let total = self.total.filter(|total| *total > 0)?;
        Some((self.bytes() as f64 / total as f64).min(1.0))
    }
}
