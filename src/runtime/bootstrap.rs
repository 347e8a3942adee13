//! What a session and every command need first: settings, the log, the API key and the archive's directory.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use secrecy::zeroize::Zeroizing;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::api::{ApiKey, Origin, OriginError};
use crate::config::api_key::{self, ApiKeyError, KeyLookup};
use crate::config::paths::{self, Environment};
use crate::config::{ColorSupport, Config, Diagnostics, File, KeySettings, ThemeFile};
use crate::domain::encoding::decode;
use crate::domain::signs;
use crate::domain::text::sanitize;
use crate::files;
use crate::layout::letters;

/// Upper limit for the size of a settings or theme file, in bytes.
const MAX_SETTINGS_BYTES: u64 = 1 << 20;

#[derive(Debug)]
pub struct Bootstrap {
    /// The user's settings on top of the defaults.
    pub config: Config,
    /// Path of the user's settings file, whether or not it exists.
    pub settings_file: Option<PathBuf>,
}

#[derive(Debug, thiserror::Error)]
pub enum BootstrapError {
    #[error("KEW_LOG: {}: {error}", .path.display())]
    Log { path: PathBuf, error: io::Error },
    /// Another user could have changed the file.
    #[error("settings not read: {0}")]
    Unsafe(io::Error),
    #[error("can't read the settings {}: {error}", .path.display())]
    Unreadable { path: PathBuf, error: io::Error },
    #[error(transparent)]
    Wrong(#[from] Diagnostics),
    #[error("KEW_API_URL is not valid UTF-8, so the API key was not sent: set it to an https URL, or unset it")]
    AddressNotUtf8,
    #[error(transparent)]
    Address(#[from] OriginError),
    #[error("no home directory for the archive: set KEW_DATA_DIR to a directory")]
    NoHome,
}

/// Starts the log, then reads the settings. Also sets the process-wide ASCII signs and ambiguous width from the settings.
///
/// # Errors
/// The log can't be opened, or the settings are invalid or can't be trusted.
pub fn read(environment: Environment<'_>) -> Result<Bootstrap, BootstrapError> {
    start_log(environment)?;
    let settings_file = paths::settings_file(environment);
    // The file can name a command to run (`api_key_command`), so other users must not be able to change it.
    if let Some(path) = settings_file.as_ref().filter(|path| path.is_file()) {
        refuse_untrusted(path).map_err(BootstrapError::Unsafe)?;
    }
    let text = match settings_file.as_ref().map(|path| read_text(path)) {
        Some(Ok(text)) => Some(text),
        // No file is the normal case, unless the user named one.
        Some(Err(error)) if error.kind() == io::ErrorKind::NotFound && environment("KEW_CONFIG").is_none() => None,
        Some(Err(error)) => {
            return Err(BootstrapError::Unreadable { path: settings_file.unwrap_or_default(), error });
        }
        None => None,
    };
    let name = settings_file.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
    let file = text.as_deref().map(|text| File { name: &name, text });
    let themes = |name: &str| user_theme(settings_file.as_deref()?, name);
    let config = Config::read_with_themes(file, ColorSupport::of(environment), &themes)?;
    signs::use_ascii(config.settings.has_ascii_signs());
    letters::set_ambiguous_width(config.settings.ambiguous_is_wide);
    Ok(Bootstrap { config, settings_file })
}

/// Reads a settings or theme file in any encoding and with any line ending.
pub fn read_text(path: &Path) -> io::Result<String> {
    let bytes = Zeroizing::new(files::read_unless_pipe(path, MAX_SETTINGS_BYTES)?);
    let text = decode(&bytes).0;
    // TOML has no line endings of a lone CR.
    Ok(if text.contains('\n') { text.into_owned() } else { text.replace('\r', "\n") })
}

/// Reads the theme `name` from the `themes` directory next to the settings file.
fn user_theme(settings_file: &Path, name: &str) -> Option<ThemeFile> {
    let path = settings_file.parent()?.join("themes").join(format!("{name}.toml"));
    // Another user's theme could hide the cost of a request.
    let read = || refuse_untrusted(&path).and_then(|()| read_text(&path));
    path.is_file().then(|| ThemeFile { path: path.display().to_string(), text: read() })
}

fn refuse_untrusted(path: &Path) -> io::Result<()> {
    files::refuse_foreign_links(path)?;
    files::refuse_if_others_can_change(path)
}

/// Finds the API key; `file` has the highest priority.
///
/// # Errors
/// No source is set, or the first one that is set does not give a valid key.
pub fn find_key(
    file: Option<&Path>,
    environment: Environment<'_>,
    settings: KeySettings,
    settings_file: Option<PathBuf>,
) -> Result<ApiKey, ApiKeyError> {
    let key = api_key::find(&KeyLookup { file, environment, settings, settings_file })?;
    Ok(ApiKey::new(key))
}

/// The address of the API: `KEW_API_URL` if it is set, else the documented one.
///
/// # Errors
/// The address is invalid. There is no fallback: the key is sent where the user says or nowhere.
pub fn origin(environment: Environment<'_>) -> Result<Origin, BootstrapError> {
    let address = environment("KEW_API_URL").map(OsString::into_string).transpose();
    let address = address.map_err(|_| BootstrapError::AddressNotUtf8)?;
    Ok(Origin::parse(address.as_deref())?)
}

/// The archive's directory.
///
/// # Errors
/// There is no home directory and `KEW_DATA_DIR` is not set.
pub fn data_dir(environment: Environment<'_>) -> Result<PathBuf, BootstrapError> {
    paths::data_dir(environment).ok_or(BootstrapError::NoHome)
}

/// Appends the log to the file named by `KEW_LOG`. Only this program's own events: those of libraries could contain requests.
fn start_log(environment: Environment<'_>) -> Result<(), BootstrapError> {
    let path = environment("KEW_LOG").filter(|path| !path.is_empty()).map(PathBuf::from);
    let Some(path) = path else { return Ok(()) };
    let open = files::refuse_foreign_links(&path)
        .and_then(|()| files::open_unless_pipe(OpenOptions::new().create(true).append(true), &path));
    let file = open.map_err(|error| BootstrapError::Log { path, error })?;
    let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(Mutex::new(SafeLines(file)));
    let own = Targets::new().with_target("kew_tui", LevelFilter::DEBUG);
    if tracing_subscriber::registry().with(layer).with(own).try_init().is_err() {
        tracing::debug!("a log was started before");
    }
    Ok(())
}

/// Writes each line sanitized: an error may quote a server, and the log may be read in a terminal.
struct SafeLines<W>(W);

impl<W: Write> Write for SafeLines<W> {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        for line in String::from_utf8_lossy(lines).lines() {
            writeln!(self.0, "{}", sanitize(line))?;
        }
        Ok(lines.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_in_any_encoding() {
        let text = "theme = \"ä\"\nnumber = 5\n";
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let file = tempfile::NamedTempFile::new().unwrap();
        for bytes in [
            [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            [b"\xFF\xFE", utf16.as_slice()].concat(),
            text.replace('\n', "\r").into_bytes(),
            b"theme = \"\xE4\"\nnumber = 5\n".to_vec(),
        ] {
            std::fs::write(file.path(), bytes).unwrap();
            assert_eq!(read_text(file.path()).unwrap(), text);
        }
    }

    #[test]
    fn the_log_contains_no_control_characters() {
        let mut log = SafeLines(Vec::new());
        log.write_all("one \u{1b}]0;title\u{7}\ntwo \u{202e}\n".as_bytes()).unwrap();
        assert_eq!(String::from_utf8(log.0).unwrap(), "one ␛]0;title␇\ntwo ⟨202E⟩\n");
    }
}
