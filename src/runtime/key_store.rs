//! Stores an API key that the user enters during a session in the settings file.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;

use crate::api::Origin;
use crate::app::key_prompt::KeyDestination;
use crate::config::KeySettings;
use crate::config::api_key::VARIABLE;
use crate::config::paths::Environment;
use crate::config::stored_key::{StoreKeyError, with_api_key};
use crate::files::{self, AtomicFile};

use super::bootstrap::read_text;

#[derive(Clone, Debug)]
pub struct KeyStore {
    pub origin: Origin,
    /// The settings file, whether or not it exists; `None` without a home directory.
    pub settings_file: Option<PathBuf>,
}

/// Why a key is not stored. Never contains any part of the key.
#[derive(Debug, thiserror::Error)]
pub enum KeyStoreError {
    #[error("no home directory for the settings")]
    NoHome,
    #[error("{}: {error}", .path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("{}: {error}", .path.display())]
    NotStored { path: PathBuf, error: StoreKeyError },
}

impl KeyStore {
    /// Stores a key in the settings file, readable only by the user. Returns the file's path.
    ///
    /// # Errors
    /// The file already has a source for the key, or can't be written.
    pub fn store(&self, key: &SecretString) -> Result<String, KeyStoreError> {
        let path = self.settings_file.as_deref().ok_or(KeyStoreError::NoHome)?;
        store(path, key).map(|()| path.display().to_string())
    }
}

fn store(path: &Path, key: &SecretString) -> Result<(), KeyStoreError> {
    let failed = |error: io::Error| KeyStoreError::File { path: path.to_owned(), error };
    let (text, is_new) = match read_text(path) {
        Ok(text) => (Zeroizing::new(text), false),
        Err(error) if error.kind() == io::ErrorKind::NotFound => (Zeroizing::default(), true),
        Err(error) => return Err(failed(error)),
    };
    let text = with_api_key(&text, key).map_err(|error| KeyStoreError::NotStored { path: path.to_owned(), error })?;
    write(path, &text, is_new).map_err(failed)
}

fn write(path: &Path, text: &str, is_new: bool) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        files::create_private_directory(directory)?;
    }
    // A file created since it was read belongs to another program and is not overwritten.
    let mut file = AtomicFile::create_private_file(path, !is_new)?;
    file.write_all(text.as_bytes())?;
    file.finish()
}

/// Where an entered key can be stored: nowhere if another source is set, since that one would be used at the next start.
pub fn key_destination(
    key_file: Option<&Path>,
    environment: Environment<'_>,
    settings: &KeySettings,
    settings_file: Option<&Path>,
) -> KeyDestination {
    let Some(path) = settings_file.map(|path| path.display().to_string()) else {
        return KeyDestination::Nowhere(KeyStoreError::NoHome.to_string());
    };
    if key_file.is_some() {
        KeyDestination::Nowhere("--api-key-file is in use".to_owned())
    } else if environment(VARIABLE).is_some_and(|value| !value.is_empty()) {
        KeyDestination::Nowhere(format!("{VARIABLE} is set and takes precedence"))
    } else if settings.command.is_some() {
        KeyDestination::Nowhere(format!("{path} already has an api_key_command"))
    } else if settings.literal.is_some() {
        KeyDestination::Nowhere(format!("{path} already has an api_key"))
    } else {
        KeyDestination::File(path)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn key() -> SecretString {
        SecretString::from("0123456789abcdef")
    }

    #[test]
    fn the_file_is_created_or_changed_and_private() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("new/config.toml");
        store(&path, &key()).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "api_key = \"0123456789abcdef\"\n");

        let other = directory.path().join("config.toml");
        fs::write(&other, "# mine\nnumber = 5\n").unwrap();
        #[cfg(unix)]
        fs::set_permissions(&other, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
        store(&other, &key()).unwrap();
        assert_eq!(fs::read_to_string(&other).unwrap(), "api_key = \"0123456789abcdef\"\n# mine\nnumber = 5\n");
        #[cfg(unix)]
        for path in [&path, &other] {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o7777, 0o600);
        }

        let again = store(&other, &key()).unwrap_err().to_string();
        assert!(again.ends_with("it already has api_key") && !again.contains("0123456789"), "{again}");
    }

    #[test]
    fn a_source_with_higher_priority_is_reported_beforehand() {
        use std::ffi::OsString;
        let (nothing, file) = (|_: &str| None, Path::new("/home/me/config.toml"));
        let variable = |name: &str| (name == VARIABLE).then(|| OsString::from("two words"));
        let none = KeySettings::default();
        let is_file = |destination: KeyDestination| matches!(destination, KeyDestination::File(_));
        assert!(is_file(key_destination(None, &nothing, &none, Some(file))));
        assert!(!is_file(key_destination(None, &nothing, &none, None)));
        assert!(!is_file(key_destination(Some(file), &nothing, &none, Some(file))));
        assert!(!is_file(key_destination(None, &variable, &none, Some(file))));
        let command = KeySettings { command: Some("pass x".into()), literal: None };
        assert!(!is_file(key_destination(None, &nothing, &command, Some(file))));
        let literal = KeySettings { command: None, literal: Some(key()) };
        assert!(!is_file(key_destination(None, &nothing, &literal, Some(file))));
    }
}
