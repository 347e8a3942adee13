//! The checks of `kew-tui doctor`.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::finding::{CheckState, Finding};
use crate::api::{ApiKey, Client};
use crate::cli::command_archive::{CommandArchive, CommandArchiveError};
use crate::cli::environment::environment;
use crate::config::ColorSupport;
use crate::config::api_key::{KeyLookup, find, masked};
use crate::config::paths::settings_file;
use crate::config::{ClipboardRoute, KeySettings, Settings};
use crate::domain::Limits;
use crate::domain::number::{Thousands, pluralize};
use crate::domain::signs::TIMES;
use crate::domain::snapshot::unmatched_files_note;
use crate::runtime::bootstrap::{self, Bootstrap};
use crate::runtime::clipboard::Clipboard;
use crate::runtime::terminal;

/// The settings that the other checks use.
#[derive(Default)]
pub(super) struct CheckContext {
    pub(super) settings: Arc<Settings>,
    pub(super) key: KeySettings,
    pub(super) file: Option<PathBuf>,
}

/// Falls back to the defaults if the settings are invalid, so that the other checks still run.
pub(super) fn settings() -> (CheckContext, Finding) {
    let file = settings_file(&environment);
    let name = file.as_ref().map_or_else(|| "none".to_owned(), |path| path.display().to_string());
    match bootstrap::read(&environment) {
        Ok(Bootstrap { config, settings_file }) => {
            let exists = file.is_some_and(|path| path.exists());
            let found = if exists { name } else { format!("defaults ({name} does not exist)") };
            let context = CheckContext { settings: config.settings, key: config.key, file: settings_file };
            let finding = match config.theme_diagnostics {
                None => Finding::ok("settings", found),
                Some(diagnostics) => {
                    let found = diagnostics.to_string().replace('\n', "; ");
                    Finding::problem(
                        "settings",
                        CheckState::Warn,
                        found,
                        "fix the theme; the default theme is used until then",
                    )
                }
            };
            (context, finding)
        }
        Err(error) => {
            let advice = "fix these lines; kew-tui config path prints the path of the file";
            let finding = Finding::problem("settings", CheckState::Fail, error.to_string().replace('\n', "; "), advice);
            (CheckContext { file, ..CheckContext::default() }, finding)
        }
    }
}

pub(super) fn key(flag: Option<&Path>, context: CheckContext) -> (Option<ApiKey>, Finding) {
    let CheckContext { key: settings, file: settings_file, .. } = context;
    let sources = KeyLookup { file: flag, environment: &environment, settings, settings_file };
    let place = sources.place().map(|place| place.to_string()).unwrap_or_default();
    match find(&sources) {
        Ok(key) => {
            let finding = Finding::ok("key", format!("{} from {place}", masked(&key)));
            (Some(ApiKey::new(key)), finding)
        }
        Err(error) => {
            let advice = "get a key at keywordseverywhere.com and set KEYWORDS_EVERYWHERE_API_KEY; kew-tui --demo works without one";
            (None, Finding::problem("key", CheckState::Fail, error.to_string(), advice))
        }
    }
}

/// Reads the balance, which is free, to check that the API is reachable and accepts the key.
pub(super) async fn account(key: Option<ApiKey>, limits: Limits) -> Finding {
    let origin = match bootstrap::origin(&environment) {
        Ok(origin) => origin,
        Err(error) => {
            let advice = "unset KEW_API_URL, or set it to an https URL";
            return Finding::problem("account", CheckState::Fail, error.to_string(), advice);
        }
    };
    let Some(key) = key else {
        return Finding::problem("account", CheckState::Warn, "not checked: no API key", "");
    };
    let client = match Client::new(origin.clone(), &key, limits) {
        Ok(client) => client,
        Err(error) => return Finding::problem("account", CheckState::Fail, error.title(), error.next_step()),
    };
    match client.balance().await {
        Ok(balance) if balance.0 == 0 => Finding::problem(
            "account",
            CheckState::Warn,
            "balance 0 cr",
            "buy credits at keywordseverywhere.com before you fetch links",
        ),
        Ok(balance) => Finding::ok("account", format!("balance {balance} at {origin}")),
        Err(error) => Finding::problem(
            "account",
            CheckState::Fail,
            format!("{}: {error} ({origin})", error.title()),
            error.next_step(),
        ),
    }
}

/// A quick check; `kew-tui archive check` verifies every snapshot.
pub(super) async fn archive() -> Finding {
    let archive = CommandArchive::user();
    let Ok(lazy_archive) = archive.lazy() else {
        return Finding::problem("archive", CheckState::Fail, "no home directory", "set KEW_DATA_DIR to a directory");
    };
    if !lazy_archive.exists() {
        let directory = lazy_archive.directory().display();
        return Finding::ok("archive", format!("none yet; your first fetch creates it in {directory}"));
    }
    let checked = async {
        let opened = archive.open().await?;
        opened.quick_check().await?;
        let log = opened.log().await?;
        archive.close().await;
        let size = opened.size().await?;
        Ok::<_, CommandArchiveError>((
            log,
            lazy_archive.recovered_files().await,
            size,
            opened.location().display().to_string(),
        ))
    };
    match checked.await {
        Ok((log, recovered_files, size, location)) => {
            if let Some(note) = unmatched_files_note(&recovered_files) {
                return Finding::problem(
                    "archive",
                    CheckState::Warn,
                    note,
                    "check the file, then move it to another directory",
                );
            }
            if let Some(note) = log.unreadable_note() {
                return Finding::problem(
                    "archive",
                    CheckState::Warn,
                    note,
                    "use the newer version of kew-tui with this archive",
                );
            }
            let link_counts: Vec<usize> = log.snapshots.iter().filter(|s| s.can_open()).map(|s| s.links).collect();
            let snapshots = pluralize(link_counts.len(), "snapshot", "snapshots");
            let links = pluralize(link_counts.iter().sum(), "link", "links");
            let bytes = size.map(|bytes| format!(", {} bytes", Thousands(bytes))).unwrap_or_default();
            Finding::ok("archive", format!("{snapshots}, {links}{bytes} in {location}"))
        }
        Err(error) => {
            let advice = "nothing is fetched without it, except with --no-archive";
            Finding::problem("archive", CheckState::Fail, error.to_string(), advice)
        }
    }
}

pub(super) fn clipboard(route: ClipboardRoute) -> Finding {
    match Clipboard::new(route, environment, std::env::temp_dir()).copy_route() {
        Ok(copy_route) => Finding::ok("clipboard", format!("copies go to {copy_route}")),
        Err(error) => Finding::problem(
            "clipboard",
            CheckState::Warn,
            error.to_string(),
            "set clipboard to \"auto\" or \"terminal\" in the settings",
        ),
    }
}

/// The minimum size of the interactive program, in cells.
const MIN_SIZE: (u16, u16) = (40, 12);

/// OK without a terminal, since commands work without one.
pub(super) fn terminal() -> Finding {
    let name = environment("TERM").map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Finding::ok("terminal", "not in a terminal; only commands work here");
    }
    if name == "dumb" {
        return Finding::problem(
            "terminal",
            CheckState::Warn,
            "TERM is dumb",
            "the interactive program needs a terminal that can move its cursor",
        );
    }
    let program = environment("TERM_PROGRAM").map(|name| format!(", {}", name.to_string_lossy())).unwrap_or_default();
    match terminal::size() {
        Ok((width, height)) if width < MIN_SIZE.0 || height < MIN_SIZE.1 => Finding::problem(
            "terminal",
            CheckState::Warn,
            format!("{width}{TIMES}{height} cells"),
            "make it larger; 40x12 is the minimum",
        ),
        Ok((width, height)) => Finding::ok("terminal", format!("{width}{TIMES}{height} cells, {name}{program}")),
        Err(error) => {
            Finding::problem("terminal", CheckState::Warn, format!("unknown size: {error}"), "try another terminal")
        }
    }
}

/// Colors, and whether the locale is UTF-8.
pub(super) fn colors() -> Finding {
    let text = |name| environment(name).map(|value| value.to_string_lossy().into_owned()).unwrap_or_default();
    // In this order of precedence (POSIX, section 8.2).
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(text).into_iter().find(|locale| !locale.is_empty());
    let locale = locale.unwrap_or_default().to_uppercase();
    if cfg!(unix)
        && !locale.is_empty()
        && !locale.contains("UTF-8")
        && !locale.contains("UTF8")
        && !cfg!(target_os = "macos")
    {
        return Finding::problem(
            "colors",
            CheckState::Warn,
            format!("the locale is {locale}, not UTF-8"),
            "set LANG to a locale that ends in .UTF-8, or some characters may be drawn wrong",
        );
    }
    let colors = match ColorSupport::of(&environment) {
        ColorSupport::None if text("NO_COLOR").is_empty() => "none",
        ColorSupport::None => "none (NO_COLOR is set)",
        ColorSupport::Sixteen => "16",
        ColorSupport::Many if matches!(text("COLORTERM").as_str(), "truecolor" | "24bit") => "16 million",
        ColorSupport::Many => "256",
    };
    Finding::ok("colors", colors)
}

/// Reads the settings and does not query the terminal: a late reply would be read as keys.
pub(super) fn characters(settings: &Settings) -> Finding {
    let cells = if settings.ambiguous_is_wide { "2 cells" } else { "1 cell" };
    let signs = if settings.has_ascii_signs() { "ASCII" } else { "Unicode" };
    Finding::ok("characters", format!("ambiguous-width characters take {cells}; symbols are {signs}"))
}

/// For bug reports.
pub(super) fn version() -> Finding {
    let (system, machine) = (std::env::consts::OS, std::env::consts::ARCH);
    Finding::ok("version", format!("kew-tui {} on {system}, {machine}", env!("CARGO_PKG_VERSION")))
}
