//! What a session and every command need before they begin: settings, the log, the key, the archive's place.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::api::{ApiKey, Origin, OriginError};
use crate::config::api_key::{self, KeyLookup, NoKey};
use crate::config::paths::{self, Environment};
use crate::config::{ColorSupport, Config, Diagnostics, File, KeySettings, ThemeFile};
use crate::domain::signs;
use crate::domain::text::sanitize;
use crate::files;
use crate::layout::letters;

/// More than this are no settings.
pub const LARGEST_SETTINGS: u64 = 1 << 20;

/// The settings, and the file that they stand in.
#[derive(Debug)]
pub struct Bootstrap {
    /// The settings, with the user's file over the defaults.
    pub config: Config,
    /// The user's file, whether it is there or not.
    pub settings_file: Option<PathBuf>,
}

/// Why nothing begins: what the user has set is wrong, or missing.
#[derive(Debug, thiserror::Error)]
pub enum BootstrapError {
    #[error("KEW_LOG: {}: {error}", .path.display())]
    Log { path: PathBuf, error: io::Error },
    /// Somebody else could have changed them.
    #[error("settings not read: {0}")]
    Unsafe(io::Error),
    #[error("can't read the settings {}: {error}", .path.display())]
    Unreadable { path: PathBuf, error: io::Error },
    #[error(transparent)]
    Wrong(#[from] Diagnostics),
    #[error("KEW_API_URL is not valid UTF-8, so the API key was not sent: set it to an https URL, or unset it")]
    AddressIsNoText,
    #[error(transparent)]
    Address(#[from] OriginError),
    #[error("no home directory for the archive: set KEW_DATA_DIR to a directory")]
    NoHome,
}

/// Reads the settings and starts the log. From then on signs and widths are as the settings say.
///
/// # Errors
/// Which file, which line, what was meant.
pub fn read(environment: Environment<'_>) -> Result<Bootstrap, BootstrapError> {
    start_log(environment)?;
    let settings_file = paths::settings_file(environment);
    // What stands there can name a command to run.
    if let Some(path) = settings_file.as_ref().filter(|path| path.is_file()) {
        refuse_anothers(path).map_err(BootstrapError::Unsafe)?;
    }
    let text = match settings_file.as_ref().map(|path| files::read_text(path, LARGEST_SETTINGS)) {
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

/// The user's theme of a name, next to the settings file.
fn user_theme(settings_file: &Path, name: &str) -> Option<ThemeFile> {
    let path = settings_file.parent()?.join("themes").join(format!("{name}.toml"));
    // A theme of somebody else's could hide what a request costs.
    let read = || refuse_anothers(&path).and_then(|()| files::read_text(&path, LARGEST_SETTINGS));
    path.is_file().then(|| ThemeFile { path: path.display().to_string(), text: read() })
}

fn refuse_anothers(path: &Path) -> io::Result<()> {
    files::refuse_foreign_links(path)?;
    files::refuse_if_others_can_change(path)
}

/// Finds the API key, `file` before every other place.
///
/// # Errors
/// There is none, or the first place that is named gives none.
pub fn find_key(
    file: Option<&Path>,
    environment: Environment<'_>,
    settings: KeySettings,
    settings_file: Option<PathBuf>,
) -> Result<ApiKey, NoKey> {
    let key = api_key::find(&KeyLookup { file, environment, settings, settings_file })?;
    Ok(ApiKey::new(key))
}

/// Where the API is: what `KEW_API_URL` says, else the documented address.
///
/// # Errors
/// The key must not be sent there, or it is no text: the key goes where the user says or nowhere.
pub fn origin(environment: Environment<'_>) -> Result<Origin, BootstrapError> {
    let address = environment("KEW_API_URL").map(OsString::into_string).transpose();
    let address = address.map_err(|_| BootstrapError::AddressIsNoText)?;
    Ok(Origin::parse(address.as_deref())?)
}

/// The directory of the archive.
///
/// # Errors
/// The user has no home and named no other place.
pub fn data_dir(environment: Environment<'_>) -> Result<PathBuf, BootstrapError> {
    paths::data_dir(environment).ok_or(BootstrapError::NoHome)
}

/// `KEW_LOG` names a file that the program's own log is added to. Only its own: what libraries say of requests is left out.
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

/// Lines in which nothing acts on the terminal that they are read in: an error may quote what a server said.
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
    fn a_log_can_be_read_in_a_terminal() {
        let mut log = SafeLines(Vec::new());
        log.write_all("one \u{1b}]0;title\u{7}\ntwo \u{202e}\n".as_bytes()).unwrap();
        assert_eq!(String::from_utf8(log.0).unwrap(), "one ␛]0;title␇\ntwo ⟨202E⟩\n");
    }
}
