//! The files being loaded, and the progress.

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
    pub stage: LoadStage,
}

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
