//! The file that stores columns and saved filters between sessions. It is next to the archive.

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

const FILE_NAME: &str = "kept.json";

/// Upper limit for the file's size, in bytes.
const MAX_BYTES: u64 = 16 << 20;

/// How long the end of a session waits for the file to be written.
const FINISH_TIMEOUT: Duration = Duration::from_secs(2);

#[derive(Debug, Default, Serialize, Deserialize)]
struct File {
    /// The columns in the settings when `columns` was saved. If the settings have changed since, they take precedence.
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

#[derive(Debug, thiserror::Error)]
pub enum StateFileError {
    #[error("{}: {error}", .path.display())]
    Unreadable { path: PathBuf, error: io::Error },
    #[error("{}: {error}", .path.display())]
    Invalid { path: PathBuf, error: serde_json::Error },
}

#[derive(Debug)]
pub struct StateFile {
    directory: PathBuf,
    settings: Vec<String>,
    /// The latest state that is not written yet.
    pending: Mutex<Option<Box<SavedState>>>,
    /// Held while writing, so that an older state can't overwrite a newer one.
    writing: Mutex<()>,
}

impl StateFile {
    /// `settings` are the columns in the user's settings.
    pub fn new(directory: &Path, settings: &[ColumnId]) -> StateFile {
        StateFile {
            directory: directory.to_owned(),
            settings: settings.iter().map(|column| column.name().to_owned()).collect(),
            pending: Mutex::default(),
            writing: Mutex::default(),
        }
    }

    /// The saved state, or the default if there is no file.
    ///
    /// # Errors
    /// The file can't be read or parsed. It should then not be overwritten.
    pub fn read(&self) -> Result<SavedState, StateFileError> {
        let path = self.directory.join(FILE_NAME);
        let text = match files::read(&path, MAX_BYTES) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(SavedState::default()),
            Err(error) => return Err(StateFileError::Unreadable { path, error }),
        };
        let file: File = serde_json::from_slice(&text).map_err(|error| StateFileError::Invalid { path, error })?;
        let column = |saved: Column| (saved.name, saved.width);
        let columns = file.columns.filter(|_| file.settings == self.settings);
        let columns = columns.map(|columns| columns.into_iter().map(column).collect::<Vec<_>>());
        let read = |filter: &str| Query::parse_with(filter, Extras::Any).ok();
        let filter = |saved: &Filter| Some((saved.name.clone(), read(&saved.filter)?));
        Ok(SavedState {
            columns: columns.filter(|columns| !columns.is_empty()),
            filters: file.filters.iter().filter_map(filter).collect(),
        })
    }

    /// Replaces the state to be written next; see [`StateFile::write`].
    pub fn set(&self, saved: Box<SavedState>) {
        *self.pending.lock().unwrap_or_else(PoisonError::into_inner) = Some(saved);
    }

    /// Writes the latest state, unless it is already written.
    ///
    /// # Errors
    /// The file can't be written; its previous content is intact.
    pub fn write(&self) -> io::Result<()> {
        let _guard = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner).take();
        pending.map_or(Ok(()), |saved| self.write_one(&saved))
    }

    /// Writes the latest state at the end of a session. Gives up after a while, so that a hanging disk can't block exiting.
    pub fn finish(self: &Arc<StateFile>) {
        let (state_file, (done, written)) = (Arc::clone(self), mpsc::channel());
        // If the thread can't be started, `done` is dropped, and `recv_timeout` below returns an error.
        drop(thread::Builder::new().spawn(move || done.send(state_file.write())));
        match written.recv_timeout(FINISH_TIMEOUT) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "columns and filters were not saved"),
            Err(error) => tracing::warn!(%error, "columns and filters may not be saved"),
        }
    }

    fn write_one(&self, saved: &SavedState) -> io::Result<()> {
        let column = |(name, width): &(String, Option<u16>)| Column { name: name.clone(), width: *width };
        let file = File {
            settings: self.settings.clone(),
            columns: saved.columns.as_ref().map(|columns| columns.iter().map(column).collect()),
            filters: saved
                .filters
                .iter()
                .map(|(name, query)| Filter { name: name.clone(), filter: query.to_string() })
                .collect(),
        };
        let text = serde_json::to_vec_pretty(&file)?;
        files::write_private(&self.directory.join(FILE_NAME), &text)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::domain::Field;

    const ANCHOR: ColumnId = ColumnId::Field(Field::Anchor);

    #[test]
    fn state_is_restored_until_the_columns_in_the_settings_change() {
        let directory = tempfile::tempdir().unwrap();
        let state_file = StateFile::new(directory.path(), &[ColumnId::Rank]);
        assert_eq!(state_file.read().unwrap(), SavedState::default());
        let filters = vec![("spam".to_owned(), Query::parse("tld:xyz -is:marked").unwrap())];
        let saved =
            SavedState { columns: Some(vec![("anchor".to_owned(), Some(30)), ("dr".to_owned(), None)]), filters };
        state_file.set(Box::default());
        state_file.set(Box::new(saved.clone()));
        state_file.write().unwrap();
        assert_eq!(state_file.read().unwrap(), saved.clone(), "the last state is written");
        fs::remove_file(directory.path().join(FILE_NAME)).unwrap();
        state_file.write().unwrap();
        assert_eq!(state_file.read().unwrap(), SavedState::default(), "it is written only once");
        let state_file = Arc::new(state_file);
        state_file.set(Box::new(saved.clone()));
        state_file.finish();
        assert_eq!(state_file.read().unwrap(), saved.clone(), "finish waits for it");
        let other = StateFile::new(directory.path(), &[ANCHOR]).read();
        assert_eq!(other.unwrap(), SavedState { columns: None, ..saved });
    }

    #[test]
    fn a_damaged_file_is_reported() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join(FILE_NAME), "not JSON").unwrap();
        let state_file = StateFile::new(directory.path(), &[]);
        assert!(state_file.read().unwrap_err().to_string().contains(FILE_NAME));
        let odd = r#"{"settings":[],"columns":[{"name":"no-such"}],"filters":[{"name":"a","filter":"x("},{"name":"b","filter":"is:what"}]}"#;
        fs::write(directory.path().join(FILE_NAME), odd).unwrap();
        let saved = state_file.read().unwrap();
        assert_eq!(
            (saved.columns, saved.filters.len()),
            (Some(vec![("no-such".to_owned(), None)]), 1),
            "an opened file may have this column"
        );
    }
}
