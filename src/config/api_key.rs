//! Finding the API key: a file named on the command line, the environment, a command of the user's, the settings file, in
//! this order. The key itself is never part of a message.

use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::RecvTimeoutError;
use std::time::Instant;

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use super::key_command::{CommandError, LONGEST, PATIENCE, read_beside, run};
use super::key_variables::OTHER_VARIABLES;
use super::paths::Environment;
use crate::files;

pub use super::key_variables::{VARIABLE, without_key};

/// Why there is no key, though the user named a place for it; or that no place is named at all.
#[derive(Debug, thiserror::Error)]
pub enum NoKey {
    /// No place is named.
    #[error("No API key is set yet.{}", .similar.map(|name| format!(" {name} is set, but kew-tui reads {VARIABLE}.")).unwrap_or_default())]
    NotSet {
        /// A variable that other programs use is set.
        similar: Option<&'static str>,
    },
    #[error("{} can't be read: {error}", .path.display())]
    Unreadable { path: PathBuf, error: io::Error },
    #[error("{VARIABLE} is not valid UTF-8")]
    NoText,
    #[error(transparent)]
    Command(#[from] CommandError),
    /// Whoever could read the settings file may have the key already.
    #[error("it contains api_key, but {0}. Consider replacing the key")]
    Shared(io::Error),
    #[error("{place} {} no valid key: {flaw}", .place.gives())]
    Unusable { place: KeySource, flaw: KeyFormatError },
}

/// Why a text is no key.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub enum KeyFormatError {
    #[error("it is empty")]
    Empty,
    #[error("a key is one word of letters, digits and symbols")]
    NotOneWord,
}

/// What the settings file says of the API key.
#[derive(Debug, Default)]
pub struct KeySettings {
    /// A command that prints it.
    pub command: Option<String>,
    /// The key itself.
    pub literal: Option<SecretString>,
}

/// Where to look.
pub struct KeyLookup<'a> {
    /// The file of `--api-key-file`.
    pub file: Option<&'a Path>,
    /// The environment.
    pub environment: Environment<'a>,
    /// What the settings file says.
    pub settings: KeySettings,
    /// The settings file, whose access rights matter if the key stands in it.
    pub settings_file: Option<PathBuf>,
}

/// A place that is named for the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// The file of `--api-key-file`.
    File(PathBuf),
    /// The environment.
    Variable,
    /// What a command prints.
    Command,
    /// The settings file.
    Settings,
}

impl KeySource {
    fn gives(&self) -> &'static str {
        if *self == KeySource::Command { "printed" } else { "contains" }
    }
}

impl fmt::Display for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeySource::File(path) => path.display().fmt(f),
            KeySource::Variable => f.write_str(VARIABLE),
            KeySource::Command => f.write_str("api_key_command"),
            KeySource::Settings => f.write_str("api_key in the settings"),
        }
    }
}

impl KeyLookup<'_> {
    /// The first place that is named. Whether it gives a key is not looked at.
    pub fn place(&self) -> Option<KeySource> {
        if let Some(path) = self.file {
            Some(KeySource::File(path.to_owned()))
        } else if (self.environment)(VARIABLE).is_some_and(|value| !value.is_empty()) {
            Some(KeySource::Variable)
        } else if self.settings.command.is_some() {
            Some(KeySource::Command)
        } else {
            self.settings.literal.as_ref().map(|_| KeySource::Settings)
        }
    }
}

/// Finds the key in the first place that is named. A place that fails is an error, and no reason to look on: the next one
/// may belong to another account.
///
/// # Errors
/// No place is named, or the first that is gives no usable key.
pub fn find(sources: &KeyLookup<'_>) -> Result<SecretString, NoKey> {
    let Some(place) = sources.place() else {
        let similar = OTHER_VARIABLES.into_iter().find(|name| (sources.environment)(name).is_some());
        return Err(NoKey::NotSet { similar });
    };
    let text = text_in(&place, sources)?;
    usable(text.expose_secret()).map_err(|flaw| NoKey::Unusable { place, flaw })
}

/// What stands in a place.
fn text_in(place: &KeySource, sources: &KeyLookup<'_>) -> Result<SecretString, NoKey> {
    match place {
        KeySource::File(path) => {
            let text = read_file(path).map_err(|error| NoKey::Unreadable { path: path.clone(), error })?;
            Ok(SecretString::from(text))
        }
        KeySource::Variable => {
            let text = (sources.environment)(VARIABLE).unwrap_or_default().into_string();
            text.map(SecretString::from).map_err(|_| NoKey::NoText)
        }
        KeySource::Command => {
            let command = sources.settings.command.as_deref().unwrap_or_default();
            Ok(SecretString::from(run(command, PATIENCE)?))
        }
        KeySource::Settings => {
            if let Some(path) = &sources.settings_file {
                files::refuse_if_others_can_read(path).map_err(NoKey::Shared)?;
            }
            Ok(sources.settings.literal.clone().unwrap_or_default())
        }
    }
}

/// As much of a key as tells it from another one: its last four letters, if it is long enough to keep the rest a secret.
pub fn masked(key: &SecretString) -> String {
    let key = key.expose_secret().trim();
    let shown = key.get(key.len().saturating_sub(4)..).filter(|_| key.len() >= 16);
    format!("…{}", shown.unwrap_or_default())
}

/// A key as it was typed or pasted; `None` for what can be no key.
pub fn typed(text: &str) -> Option<SecretString> {
    usable(text).ok()
}

/// A key goes into a header: visible ASCII only (RFC 9110, section 5.5).
fn usable(text: &str) -> Result<SecretString, KeyFormatError> {
    let key = text.trim();
    if key.is_empty() {
        return Err(KeyFormatError::Empty);
    }
    if key.len() as u64 > LONGEST || !key.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(KeyFormatError::NotOneWord);
    }
    Ok(SecretString::from(key))
}

/// A pipe will do too, such as a shell's `<(pass show key)`, if somebody writes into it: it is waited for as a command is.
fn read_file(path: &Path) -> io::Result<String> {
    let file = files::open_any(path)?;
    let mut text = Zeroizing::new(Vec::with_capacity(LONGEST as usize * 2));
    if file.metadata()?.is_file() {
        files::refuse_if_others_can_read(path)?;
        file.take(LONGEST + 1).read_to_end(&mut text)?;
    } else {
        let pieces = read_beside(file);
        let until = Instant::now() + PATIENCE;
        while text.len() as u64 <= LONGEST {
            match pieces.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(piece) => text.extend_from_slice(&piece),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => return Err(io::ErrorKind::TimedOut.into()),
            }
        }
    }
    let text = std::str::from_utf8(&text).map_err(|_| io::Error::other("not valid UTF-8"))?;
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::fs;

    use super::*;

    fn nothing(_: &str) -> Option<OsString> {
        None
    }

    fn sources<'a>(environment: Environment<'a>, command: Option<&str>, literal: Option<&str>) -> KeyLookup<'a> {
        let settings = KeySettings { command: command.map(str::to_owned), literal: literal.map(SecretString::from) };
        KeyLookup { file: None, environment, settings, settings_file: None }
    }

    fn found(sources: &KeyLookup<'_>) -> Result<String, NoKey> {
        find(sources).map(|key| key.expose_secret().to_owned())
    }

    #[test]
    fn the_first_place_named_counts() {
        let variable = |name: &str| (name == VARIABLE).then(|| OsString::from(" from-environment\n"));
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "from-file\n").unwrap();
        let mut all = sources(&variable, Some("printf from-command"), Some("from-settings"));
        all.file = Some(file.path());
        assert_eq!(found(&all).unwrap(), "from-file");
        assert_eq!(found(&sources(&variable, Some("printf x"), None)).unwrap(), "from-environment");
        #[cfg(unix)]
        assert_eq!(
            found(&sources(&nothing, Some("printf '  %s\\n' from-command"), Some("x"))).unwrap(),
            "from-command"
        );
        assert_eq!(found(&sources(&nothing, None, Some("from-settings"))).unwrap(), "from-settings");
    }

    #[test]
    fn a_place_that_fails_is_not_passed_over() {
        assert!(matches!(found(&sources(&nothing, Some("/no/such/program"), Some("x"))), Err(NoKey::Command(_))));
        let bad = |_: &str| Some(OsString::from("two words"));
        let error = found(&sources(&bad, None, Some("x"))).unwrap_err().to_string();
        assert!(!error.contains("two"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_key_may_come_through_a_pipe_that_somebody_writes_into() {
        let directory = tempfile::tempdir().unwrap();
        let pipe = directory.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let mut all = sources(&nothing, None, None);
        all.file = Some(&pipe);
        let start = Instant::now();
        assert!(found(&all).unwrap_err().to_string().contains("empty"), "nobody writes");
        all.file = Some(Path::new("/dev/zero"));
        assert!(found(&all).is_err());
        assert!(start.elapsed().as_secs() < 20);
        let writing = fs::OpenOptions::new().read(true).write(true).open(&pipe).unwrap();
        std::io::Write::write_all(&mut &writing, b"from-pipe\n").unwrap();
        let closing = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(200));
            drop(writing);
        });
        all.file = Some(&pipe);
        assert_eq!(found(&all).unwrap(), "from-pipe");
        closing.join().unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn nothing_in_the_command_is_expanded() {
        assert_eq!(found(&sources(&nothing, Some("printf %s '$HOME;x'"), None)).unwrap(), "$HOME;x");
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let file = tempfile::NamedTempFile::new().unwrap();
        for (mode, accepted) in [(0o600, true), (0o640, false), (0o604, false)] {
            fs::set_permissions(file.path(), fs::Permissions::from_mode(mode)).unwrap();
            let mut sources = sources(&nothing, None, Some("key"));
            sources.settings_file = Some(file.path().to_owned());
            assert_eq!(found(&sources).is_ok(), accepted, "{mode:o}");
        }
    }

    #[test]
    fn a_masked_key_is_no_key() {
        assert_eq!(masked(&SecretString::from("0123456789abcdef")), "…cdef");
        assert_eq!(masked(&SecretString::from("short-secret")), "…");
        assert_eq!(masked(&SecretString::from("ééééééééé")), "…éé");
    }

    #[test]
    fn a_name_of_other_programs_is_pointed_out() {
        let other = |name: &str| (name == "KWE_API_KEY").then(|| OsString::from("abc"));
        let error = found(&sources(&other, None, None)).unwrap_err().to_string();
        assert!(error.contains("KWE_API_KEY is set") && error.contains(VARIABLE) && !error.contains("abc"));
    }
}
