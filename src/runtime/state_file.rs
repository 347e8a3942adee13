//! The file in which the columns and the saved filters of a user are kept from one session to the next.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::app::saved_state::SavedState;
use crate::domain::order::ColumnId;
use crate::domain::query::{Extras, Query};
use crate::files;

/// Beside the archive.
const NAME: &str = "kept.json";

/// More than this is no such file.
const LARGEST: u64 = 16 << 20;

/// How long the program's end waits for the file.
const PATIENCE: Duration = Duration::from_secs(2);

/// What stands in the file.
#[derive(Debug, Default, Serialize, Deserialize)]
struct File {
    /// The columns of the settings when `columns` was kept: once those are others, the user wants them.
    #[serde(default)]
    settings: Vec<String>,
    #[serde(default)]
    columns: Option<Vec<Column>>,
    #[serde(default)]
    filters: Vec<Filter>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Column {
    name: String,
    width: Option<u16>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Filter {
    name: String,
    filter: String,
}

/// Why what was kept can't be read.
#[derive(Debug, thiserror::Error)]
pub enum StateFileError {
    #[error("{}: {error}", .path.display())]
    Unreadable { path: PathBuf, error: io::Error },
    #[error("{}: {error}", .path.display())]
    NotOurs { path: PathBuf, error: serde_json::Error },
}

/// Who keeps it.
#[derive(Debug)]
pub struct StateFile {
    directory: PathBuf,
    settings: Vec<String>,
    /// What is to be kept and is not written yet.
    wanted: Mutex<Option<Box<SavedState>>>,
    /// One at a time writes.
    writing: Mutex<()>,
}

impl StateFile {
    /// Keeps in `directory`, for a user whose settings want these columns.
    pub fn new(directory: &Path, settings: &[ColumnId]) -> StateFile {
        StateFile {
            directory: directory.to_owned(),
            settings: settings.iter().map(|column| column.name().to_owned()).collect(),
            wanted: Mutex::default(),
            writing: Mutex::default(),
        }
    }

    /// What was kept; nothing where there is no file.
    ///
    /// # Errors
    /// The file can't be read. It should be left alone then.
    pub fn read(&self) -> Result<SavedState, StateFileError> {
        let path = self.directory.join(NAME);
        let text = match files::read(&path, LARGEST) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(SavedState::default()),
            Err(error) => return Err(StateFileError::Unreadable { path, error }),
        };
        let file: File = serde_json::from_slice(&text).map_err(|error| StateFileError::NotOurs { path, error })?;
        let column = |kept: Column| (kept.name, kept.width);
        let columns = file.columns.filter(|_| file.settings == self.settings);
        let columns = columns.map(|columns| columns.into_iter().map(column).collect::<Vec<_>>());
        let read = |filter: &str| Query::parse_with(filter, Extras::Any).ok();
        let filter = |kept: &Filter| Some((kept.name.clone(), read(&kept.filter)?));
        Ok(SavedState {
            columns: columns.filter(|columns| !columns.is_empty()),
            filters: file.filters.iter().filter_map(filter).collect(),
        })
    }

    /// Takes over what is to be kept from now on, in the order of the wishes. [`StateFile::write`] writes it.
    pub fn keep(&self, kept: Box<SavedState>) {
        *self.wanted.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
    }

    /// Writes what is to be kept by now, if that has not happened yet.
    ///
    /// # Errors
    /// It can't be written; what was kept before still is.
    pub fn write(&self) -> io::Result<()> {
        let _alone = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner).take();
        wanted.map_or(Ok(()), |kept| self.write_one(&kept))
    }

    /// Writes what is to be kept before the program ends, which a disk that hangs must not keep from ending.
    pub fn finish(self: &Arc<StateFile>) {
        let (state_file, (done, written)) = (Arc::clone(self), mpsc::channel());
        // Where no thread can begin, nobody is left to answer, which is told below.
        drop(thread::Builder::new().spawn(move || done.send(state_file.write())));
        match written.recv_timeout(PATIENCE) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "columns and filters are not kept"),
            Err(error) => tracing::warn!(%error, "columns and filters may not be kept"),
        }
    }

    fn write_one(&self, kept: &SavedState) -> io::Result<()> {
        let column = |(name, width): &(String, Option<u16>)| Column { name: name.clone(), width: *width };
        let file = File {
            settings: self.settings.clone(),
            columns: kept.columns.as_ref().map(|columns| columns.iter().map(column).collect()),
            filters: kept
                .filters
                .iter()
                .map(|(name, query)| Filter { name: name.clone(), filter: query.to_string() })
                .collect(),
        };
        let text = serde_json::to_vec_pretty(&file)?;
        files::write_private(&self.directory.join(NAME), &text)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::domain::Field;

    const ANCHOR: ColumnId = ColumnId::Field(Field::Anchor);

    #[test]
    fn what_is_kept_comes_back_until_the_settings_want_other_columns() {
        let directory = tempfile::tempdir().unwrap();
        let state_file = StateFile::new(directory.path(), &[ColumnId::Rank]);
        assert_eq!(state_file.read().unwrap(), SavedState::default());
        let filters = vec![("spam".to_owned(), Query::parse("tld:xyz -is:marked").unwrap())];
        let kept =
            SavedState { columns: Some(vec![("anchor".to_owned(), Some(30)), ("dr".to_owned(), None)]), filters };
        state_file.keep(Box::default());
        state_file.keep(Box::new(kept.clone()));
        state_file.write().unwrap();
        assert_eq!(state_file.read().unwrap(), kept.clone(), "the last wish counts");
        fs::remove_file(directory.path().join(NAME)).unwrap();
        state_file.write().unwrap();
        assert_eq!(state_file.read().unwrap(), SavedState::default(), "once is enough");
        let state_file = Arc::new(state_file);
        state_file.keep(Box::new(kept.clone()));
        state_file.finish();
        assert_eq!(state_file.read().unwrap(), kept.clone(), "the end waits for it");
        let other = StateFile::new(directory.path(), &[ANCHOR]).read();
        assert_eq!(other.unwrap(), SavedState { columns: None, ..kept });
    }

    #[test]
    fn a_file_that_is_none_of_ours_is_told() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join(NAME), "not JSON").unwrap();
        let state_file = StateFile::new(directory.path(), &[]);
        assert!(state_file.read().unwrap_err().to_string().contains(NAME));
        let odd = r#"{"settings":[],"columns":[{"name":"no-such"}],"filters":[{"name":"a","filter":"x("},{"name":"b","filter":"is:what"}]}"#;
        fs::write(directory.path().join(NAME), odd).unwrap();
        let kept = state_file.read().unwrap();
        assert_eq!(
            (kept.columns, kept.filters.len()),
            (Some(vec![("no-such".to_owned(), None)]), 1),
            "a file may bring it"
        );
    }
}
