//! Finds the API key: in the file of `--api-key-file`, the environment, the output of a command, or the settings file, in this
//! order. No message ever contains the key.

use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::RecvTimeoutError;
use std::time::Instant;

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use super::key_command::{CommandError, MAX_KEY_BYTES, TIMEOUT, read_in_thread, run};
use super::key_variables::OTHER_VARIABLES;
use super::paths::Environment;
use crate::domain::encoding::decode;
use crate::files;

pub use super::key_variables::{VARIABLE, without_key};

#[derive(Debug, thiserror::Error)]
pub enum ApiKeyError {
    #[error("No API key is set yet.{}", .similar.map(|name| format!(" {name} is set, but kew-tui reads {VARIABLE}.")).unwrap_or_default())]
    NotSet {
        /// A variable that other programs use for the same key, if one is set.
        similar: Option<&'static str>,
    },
    #[error("{} can't be read: {error}", .path.display())]
    Unreadable { path: PathBuf, error: io::Error },
    #[error("{VARIABLE} is not valid UTF-8")]
    NotUtf8,
    #[error(transparent)]
    Command(#[from] CommandError),
    /// Anyone who can read the settings file may already have the key.
    #[error("it contains api_key, but {0}. Consider replacing the key")]
    Shared(io::Error),
    #[error("{key_source} {} no valid key: {error}", .key_source.verb())]
    Unusable { key_source: KeySource, error: KeyFormatError },
}

#[derive(Clone, Copy, Debug, thiserror::Error)]
pub enum KeyFormatError {
    #[error("it is empty")]
    Empty,
    #[error("a key is one word of letters, digits and symbols")]
    NotOneWord,
}

#[derive(Debug, Default)]
pub struct KeySettings {
    /// A command that prints the key.
    pub command: Option<String>,
    pub literal: Option<SecretString>,
}

pub struct KeyLookup<'a> {
    /// The file of `--api-key-file`.
    pub file: Option<&'a Path>,
    pub environment: Environment<'a>,
    pub settings: KeySettings,
    /// Path of the settings file. If it contains the key, it must not be readable by others.
    pub settings_file: Option<PathBuf>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    File(PathBuf),
    Variable,
    Command,
    Settings,
}

impl KeySource {
    fn verb(&self) -> &'static str {
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
    /// The first source that is set, even if it gives no valid key.
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

/// Reads the key from the first source that is set. If that fails, the next one is not tried: it may belong to another account.
///
/// # Errors
/// No source is set, or the first one gives no valid key.
pub fn find(sources: &KeyLookup<'_>) -> Result<SecretString, ApiKeyError> {
    let Some(key_source) = sources.place() else {
        let similar = OTHER_VARIABLES.into_iter().find(|name| (sources.environment)(name).is_some());
        return Err(ApiKeyError::NotSet { similar });
    };
    let text = read_source(&key_source, sources)?;
    parse_key(text.expose_secret()).map_err(|error| ApiKeyError::Unusable { key_source, error })
}

fn read_source(key_source: &KeySource, sources: &KeyLookup<'_>) -> Result<SecretString, ApiKeyError> {
    match key_source {
        KeySource::File(path) => {
            let text = read_file(path).map_err(|error| ApiKeyError::Unreadable { path: path.clone(), error })?;
            Ok(SecretString::from(text))
        }
        KeySource::Variable => {
            let text = (sources.environment)(VARIABLE).unwrap_or_default().into_string();
            text.map(SecretString::from).map_err(|_| ApiKeyError::NotUtf8)
        }
        KeySource::Command => {
            let command = sources.settings.command.as_deref().unwrap_or_default();
            Ok(SecretString::from(run(command, TIMEOUT)?))
        }
        KeySource::Settings => {
            if let Some(path) = &sources.settings_file {
                files::refuse_if_others_can_read(path).map_err(ApiKeyError::Shared)?;
            }
            Ok(sources.settings.literal.clone().unwrap_or_default())
        }
    }
}

/// The last four characters, so that keys can be told apart. Nothing of a key shorter than 16 bytes.
pub fn masked(key: &SecretString) -> String {
    let key = key.expose_secret().trim();
    let shown = key.get(key.len().saturating_sub(4)..).filter(|_| key.len() >= 16);
    format!("…{}", shown.unwrap_or_default())
}

/// Parses a key that the user typed or pasted; `None` if it is not valid.
pub fn typed(text: &str) -> Option<SecretString> {
    parse_key(text).ok()
}

/// Keys are sent in a header, so only visible ASCII is valid (RFC 9110, section 5.5).
fn parse_key(text: &str) -> Result<SecretString, KeyFormatError> {
    // A byte order mark is not white space.
    let key = text.trim_matches(|ch: char| ch.is_whitespace() || ch == '\u{feff}');
    if key.is_empty() {
        return Err(KeyFormatError::Empty);
    }
    if key.len() as u64 > MAX_KEY_BYTES || !key.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(KeyFormatError::NotOneWord);
    }
    Ok(SecretString::from(key))
}

/// Reads a file or a pipe, such as `<(pass show key)` in a shell. A pipe has the same time limit as a command.
fn read_file(path: &Path) -> io::Result<String> {
    let file = files::open_any(path)?;
    let mut text = Zeroizing::new(Vec::with_capacity(MAX_KEY_BYTES as usize * 2));
    if file.metadata()?.is_file() {
        files::refuse_if_others_can_read(path)?;
        file.take(MAX_KEY_BYTES + 1).read_to_end(&mut text)?;
    } else {
        let chunks = read_in_thread(file);
        let deadline = Instant::now() + TIMEOUT;
        while text.len() as u64 <= MAX_KEY_BYTES {
            match chunks.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(chunk) => text.extend_from_slice(&chunk),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => return Err(io::ErrorKind::TimedOut.into()),
            }
        }
    }
    // In UTF-16, the part that was read could be short enough for a key.
    if text.len() as u64 > MAX_KEY_BYTES {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "too long for an API key"));
    }
    Ok(decode(&text).0.into_owned())
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

    fn found(sources: &KeyLookup<'_>) -> Result<String, ApiKeyError> {
        find(sources).map(|key| key.expose_secret().to_owned())
    }

    #[test]
    fn the_first_source_that_is_set_is_used() {
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
    fn a_key_file_may_have_any_encoding_and_line_ending() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let utf16: Vec<u8> = "abc123\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in
            [b"\xEF\xBB\xBFabc123\r\n".as_slice(), b"abc123\r", &utf16, &[b"\xFF\xFE", utf16.as_slice()].concat()]
        {
            fs::write(file.path(), bytes).unwrap();
            let mut all = sources(&nothing, None, None);
            all.file = Some(file.path());
            assert_eq!(found(&all).unwrap(), "abc123", "{bytes:?}");
        }
        let with_mark = |_: &str| Some(OsString::from("\u{feff}abc123\r\n"));
        assert_eq!(found(&sources(&with_mark, None, None)).unwrap(), "abc123");
        fs::write(file.path(), [utf16.as_slice(), &b"x\0".repeat(MAX_KEY_BYTES as usize)].concat()).unwrap();
        let mut all = sources(&nothing, None, None);
        all.file = Some(file.path());
        assert!(found(&all).is_err(), "too long for an API key");
    }

    #[test]
    fn a_source_that_fails_is_an_error() {
        assert!(matches!(found(&sources(&nothing, Some("/no/such/program"), Some("x"))), Err(ApiKeyError::Command(_))));
        let bad = |_: &str| Some(OsString::from("two words"));
        let error = found(&sources(&bad, None, Some("x"))).unwrap_err().to_string();
        assert!(!error.contains("two"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_key_can_be_read_from_a_pipe() {
        let directory = tempfile::tempdir().unwrap();
        let pipe = directory.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let mut all = sources(&nothing, None, None);
        all.file = Some(&pipe);
        let start = Instant::now();
        assert!(found(&all).unwrap_err().to_string().contains("empty"), "without a writer the pipe is empty");
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
    fn the_command_is_not_expanded() {
        assert_eq!(found(&sources(&nothing, Some("printf %s '$HOME;x'"), None)).unwrap(), "$HOME;x");
    }

    #[cfg(unix)]
    #[test]
    fn a_key_readable_by_others_is_refused() {
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
    fn a_masked_key_shows_at_most_four_characters() {
        assert_eq!(masked(&SecretString::from("0123456789abcdef")), "…cdef");
        assert_eq!(masked(&SecretString::from("short-secret")), "…");
        assert_eq!(masked(&SecretString::from("ééééééééé")), "…éé");
    }

    #[test]
    fn variables_of_other_programs_are_pointed_out() {
        let other = |name: &str| (name == "KWE_API_KEY").then(|| OsString::from("abc"));
        let error = found(&sources(&other, None, None)).unwrap_err().to_string();
        assert!(error.contains("KWE_API_KEY is set") && error.contains(VARIABLE) && !error.contains("abc"));
    }
}
