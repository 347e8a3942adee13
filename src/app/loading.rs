//! Files that are being loaded, and how far that is.

/// The state of the loading; it stays when that is over, for what it says of broken records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loading {
    /// The files, as the user names them.
    pub files: Vec<String>,
    /// Bytes of all files together, if that is known.
    pub total: Option<u64>,
    /// Bytes of the files before the one that is being read.
    bytes_before: u64,
    /// Bytes of the one that is being read.
    current: (usize, u64),
    /// Records that are no link.
    pub skipped: usize,
    pub stage: LoadStage,
}

/// How far the loading is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LoadStage {
    #[default]
    Reading,
    /// The user wants no more of it; what was read by then is still to come.
    Stopping,
    /// It was stopped before the end.
    Stopped,
    /// All is read that can be.
    Done,
}

impl Loading {
    /// Nothing of these files is read yet.
    pub fn new(files: Vec<String>) -> Loading {
        Loading { files, ..Loading::default() }
    }

    /// Whether nothing comes any more.
    pub fn is_finished(&self) -> bool {
        matches!(self.stage, LoadStage::Stopped | LoadStage::Done)
    }

    /// Wants no more. Returns whether anything was being read.
    pub fn stop(&mut self) -> bool {
        let is_reading = self.stage == LoadStage::Reading;
        if is_reading {
            self.stage = LoadStage::Stopping;
        }
        is_reading
    }

    /// Nothing comes any more.
    pub fn finish(&mut self) {
        self.stage = match self.stage {
            LoadStage::Reading | LoadStage::Done => LoadStage::Done,
            LoadStage::Stopping | LoadStage::Stopped => LoadStage::Stopped,
        };
    }

    /// So many bytes of a file are read.
    pub fn advance(&mut self, file: usize, bytes: u64) {
        if file != self.current.0 {
            self.bytes_before += self.current.1;
        }
        self.current = (file, bytes);
    }

    /// Bytes read of all files.
    pub fn bytes(&self) -> u64 {
        self.bytes_before + self.current.1
    }

    /// What part of the bytes is read, from 0 to 1, if their number is known.
    pub fn fraction(&self) -> Option<f64> {
        let total = self.total.filter(|total| *total > 0)?;
        Some((self.bytes() as f64 / total as f64).min(1.0))
    }
}
