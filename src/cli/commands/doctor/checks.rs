//! What is looked at. Each check says what it found, and what to do where that is not good.

use crate::domain::signs::TIMES;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::finding::{Finding, State};
use crate::api::{ApiKey, Client};
use crate::cli::command_archive::{CommandArchive, NoArchive};
use crate::cli::environment::environment;
use crate::config::ColorSupport;
use crate::config::api_key::{KeyLookup, find, masked};
use crate::config::paths::settings_file;
use crate::config::{ClipboardRoute, KeySettings, Settings};
use crate::domain::Limits;
use crate::domain::number::{Thousands, pluralize};
use crate::domain::snapshot::unmatched_files_note;
use crate::runtime::bootstrap::{self, Bootstrap};
use crate::runtime::clipboard::Clipboard;
use crate::runtime::terminal;

/// What the other checks go by.
#[derive(Default)]
pub(super) struct CheckContext {
    pub(super) settings: Arc<Settings>,
    pub(super) key: KeySettings,
    pub(super) file: Option<PathBuf>,
}

/// The settings; the defaults where they can't be read, so that the rest can be looked at all the same.
pub(super) fn settings() -> (CheckContext, Finding) {
    let file = settings_file(&environment);
    let name = file.as_ref().map_or_else(|| "none".to_owned(), |path| path.display().to_string());
    match bootstrap::read(&environment) {
        Ok(Bootstrap { config, settings_file }) => {
            let is_there = file.is_some_and(|path| path.exists());
            let found = if is_there { name } else { format!("defaults ({name} does not exist)") };
            let context = CheckContext { settings: config.settings, key: config.key, file: settings_file };
            let finding = match config.theme_problems {
                None => Finding::ok("settings", found),
                Some(problems) => {
                    let found = problems.to_string().replace('\n', "; ");
                    Finding::bad("settings", State::Warn, found, "fix the theme; the default theme is used until then")
                }
            };
            (context, finding)
        }
        Err(why) => {
            let advice = "fix these lines; kew-tui config path prints the path of the file";
            let finding = Finding::bad("settings", State::Fail, why.to_string().replace('\n', "; "), advice);
            (CheckContext { file, ..CheckContext::default() }, finding)
        }
    }
}

/// The key, and where it is from.
pub(super) fn key(flag: Option<&Path>, context: CheckContext) -> (Option<ApiKey>, Finding) {
    let CheckContext { key: settings, file: settings_file, .. } = context;
    let sources = KeyLookup { file: flag, environment: &environment, settings, settings_file };
    let place = sources.place().map(|place| place.to_string()).unwrap_or_default();
    match find(&sources) {
        Ok(key) => {
            let finding = Finding::ok("key", format!("{} from {place}", masked(&key)));
            (Some(ApiKey::new(key)), finding)
        }
        Err(why) => {
            let advice = "get a key at keywordseverywhere.com and set KEYWORDS_EVERYWHERE_API_KEY; kew-tui --demo works without one";
            (None, Finding::bad("key", State::Fail, why.to_string(), advice))
        }
    }
}

/// What the account's balance says, which is free to read: whether the API can be reached and takes the key.
pub(super) async fn account(key: Option<ApiKey>, limits: Limits) -> Finding {
    let origin = match bootstrap::origin(&environment) {
        Ok(origin) => origin,
        Err(why) => {
            let advice = "unset KEW_API_URL, or set it to an https URL";
            return Finding::bad("account", State::Fail, why.to_string(), advice);
        }
    };
    let Some(key) = key else {
        return Finding::bad("account", State::Warn, "not checked: no API key", "");
    };
    let client = match Client::new(origin.clone(), &key, limits) {
        Ok(client) => client,
        Err(why) => return Finding::bad("account", State::Fail, why.title(), why.next_step()),
    };
    match client.balance().await {
        Ok(balance) if balance.0 == 0 => Finding::bad(
            "account",
            State::Warn,
            "balance 0 cr",
            "buy credits at keywordseverywhere.com before you fetch links",
        ),
        Ok(balance) => Finding::ok("account", format!("balance {balance} at {origin}")),
        Err(why) => Finding::bad("account", State::Fail, format!("{}: {why} ({origin})", why.title()), why.next_step()),
    }
}

/// Whether the archive opens and is whole, as far as a quick look tells.
pub(super) async fn archive() -> Finding {
    let lazy = CommandArchive::users();
    let Ok(vault) = lazy.shared() else {
        return Finding::bad("archive", State::Fail, "no home directory", "set KEW_DATA_DIR to a directory");
    };
    if !vault.is_begun() {
        let directory = vault.directory().display();
        return Finding::ok("archive", format!("none yet; your first fetch creates it in {directory}"));
    }
    let looked = async {
        let archive = lazy.open().await?;
        archive.look_over().await?;
        let log = archive.log().await?;
        lazy.close().await;
        let size = archive.size().await?;
        Ok::<_, NoArchive>((log, vault.strays().await, size, archive.location().display().to_string()))
    };
    match looked.await {
        Ok((log, strays, size, location)) => {
            if let Some(note) = unmatched_files_note(&strays) {
                return Finding::bad("archive", State::Warn, note, "move the file away after you have looked at it");
            }
            if let Some(note) = log.unreadable_note() {
                return Finding::bad(
                    "archive",
                    State::Warn,
                    note,
                    "use the newer version of kew-tui with this archive",
                );
            }
            let kept: Vec<usize> = log.snapshots.iter().filter(|s| s.can_open()).map(|s| s.links).collect();
            let snapshots = pluralize(kept.len(), "snapshot", "snapshots");
            let links = pluralize(kept.iter().sum(), "link", "links");
            let bytes = size.map(|bytes| format!(", {} bytes", Thousands(bytes))).unwrap_or_default();
            Finding::ok("archive", format!("{snapshots}, {links}{bytes} in {location}"))
        }
        Err(why) => {
            let advice = "nothing is fetched without it, except with --no-archive";
            Finding::bad("archive", State::Fail, why.to_string(), advice)
        }
    }
}

/// Where a copy goes.
pub(super) fn clipboard(route: ClipboardRoute) -> Finding {
    match Clipboard::new(route, environment, std::env::temp_dir()).copy_route() {
        Ok(copy_route) => Finding::ok("clipboard", format!("copies go to {copy_route}")),
        Err(why) => Finding::bad(
            "clipboard",
            State::Warn,
            why.to_string(),
            "set clipboard to \"auto\" or \"terminal\" in the settings",
        ),
    }
}

/// The least that the screen needs, in cells.
const SMALLEST: (u16, u16) = (40, 12);

/// The terminal, if there is one: commands need none.
pub(super) fn terminal() -> Finding {
    let name = environment("TERM").map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Finding::ok("terminal", "not in a terminal; only commands work here");
    }
    if name == "dumb" {
        return Finding::bad(
            "terminal",
            State::Warn,
            "TERM is dumb",
            "the interactive program needs a terminal that can move its cursor",
        );
    }
    let program = environment("TERM_PROGRAM").map(|name| format!(", {}", name.to_string_lossy())).unwrap_or_default();
    match terminal::size() {
        Ok((width, height)) if width < SMALLEST.0 || height < SMALLEST.1 => Finding::bad(
            "terminal",
            State::Warn,
            format!("{width}{TIMES}{height} cells"),
            "make it larger; 40x12 is the minimum",
        ),
        Ok((width, height)) => Finding::ok("terminal", format!("{width}{TIMES}{height} cells, {name}{program}")),
        Err(why) => Finding::bad("terminal", State::Warn, format!("unknown size: {why}"), "try another terminal"),
    }
}

/// Colours, and whether the letters of the screen can be shown.
pub(super) fn colors() -> Finding {
    let text = |name| environment(name).map(|value| value.to_string_lossy().into_owned()).unwrap_or_default();
    // The first that is set counts (POSIX, section 8.2).
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(text).into_iter().find(|locale| !locale.is_empty());
    let plain = locale.unwrap_or_default().to_uppercase();
    if cfg!(unix)
        && !plain.is_empty()
        && !plain.contains("UTF-8")
        && !plain.contains("UTF8")
        && !cfg!(target_os = "macos")
    {
        return Finding::bad(
            "colors",
            State::Warn,
            format!("the locale is {plain}, not UTF-8"),
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

/// How signs and letters are shown, as the settings say: the terminal is not asked, since a late reply would be taken for keys.
pub(super) fn letters(settings: &Settings) -> Finding {
    let cells = if settings.ambiguous_is_wide { "2 cells" } else { "1 cell" };
    let signs = if settings.has_ascii_signs() { "ASCII" } else { "Unicode" };
    Finding::ok("letters", format!("ambiguous-width characters take {cells}; symbols are {signs}"))
}

/// What is running, for a report of a mistake.
pub(super) fn version() -> Finding {
    let (system, machine) = (std::env::consts::OS, std::env::consts::ARCH);
    Finding::ok("version", format!("kew-tui {} on {system}, {machine}", env!("CARGO_PKG_VERSION")))
}
