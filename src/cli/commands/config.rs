//! `kew-tui config`: where the settings are, what is in force and why, a file to begin with.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde::Serialize;

use crate::cli::context::ContextError;
use crate::cli::environment::environment;
use crate::cli::error::{CliError, Code, EndsCommand, IO, USAGE};
use crate::cli::global_args::GlobalArgs;
use crate::cli::print::print_path;
use crate::cli::report::{Record, ReportOutput};
use crate::cli::request_args::KeyArgs;
use crate::config::api_key::{KeyLookup, KeySource, VARIABLE, masked};
use crate::config::paths::{data_dir, settings_file};
use crate::config::{ColorSupport, Config, DEFAULT_THEME, File, effective_settings, first_file};
use crate::files::{self, AtomicFile};
use crate::runtime::bootstrap::{self, Bootstrap, LARGEST_SETTINGS};

/// What to do with the settings.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Task {
    /// Print the path of the settings file, even if it does not exist
    Path,
    /// List every setting, its value and where it comes from
    ///
    /// The API key is masked.
    Show(Show),
    /// Create a settings file that explains every setting
    Init,
}

pub(super) const EXAMPLES: &str = "\
Examples:
  # Create a settings file, then edit it
  kew-tui config init
  $EDITOR \"$(kew-tui config path)\"

  # Show the settings in use and where they come from
  kew-tui config show";

/// The options of `show`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Show {
    #[command(flatten)]
    key: KeyArgs,

    #[command(flatten)]
    output: ReportOutput,
}

/// A value in force. The names are part of the interface.
#[derive(Debug, Default, Serialize)]
struct Line {
    name: String,
    value: String,
    from: String,
}

impl Record for Line {
    const HEADER: &'static [&'static str] = &["name", "value", "from"];

    fn cells(&self) -> Vec<String> {
        vec![self.name.clone(), self.value.clone(), self.from.clone()]
    }
}

/// Why there is no settings file, or none was written.
#[derive(Debug, thiserror::Error)]
enum ConfigError {
    #[error("No home directory for the settings. Set KEW_CONFIG to a file")]
    NoHome,
    #[error("{} already exists; nothing was changed", .0.display())]
    IsThere(PathBuf),
    #[error("Can't write {}: {error}", .path.display())]
    Unwritable { path: PathBuf, error: io::Error },
}

impl EndsCommand for ConfigError {
    fn code(&self) -> Code {
        match self {
            ConfigError::NoHome | ConfigError::IsThere(_) => USAGE,
            ConfigError::Unwritable { .. } => IO,
        }
    }
}

pub(super) fn run_task(task: Task, global: GlobalArgs) -> Result<(), CliError> {
    match task {
        Task::Path => {
            let path = place()?;
            print_path(&path)?;
            if !path.exists() {
                global.note("This file does not exist yet. Create it with kew-tui config init");
            }
            Ok(())
        }
        Task::Show(show) => show.output.write(&lines(show.key.api_key_file.as_deref())?),
        Task::Init => {
            let path = place()?;
            write_first(&path).map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => ConfigError::IsThere(path.clone()),
                _ => ConfigError::Unwritable { path: path.clone(), error },
            })?;
            global.note(format!("Created {} with every setting and its default", path.display()));
            Ok(())
        }
    }
}

fn place() -> Result<PathBuf, ConfigError> {
    settings_file(&environment).ok_or(ConfigError::NoHome)
}

/// Readable by the user alone, since the key may come to stand in it.
fn write_first(path: &Path) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        files::create_private_directory(directory)?;
    }
    let mut file = AtomicFile::begin_private(path, false)?;
    file.write_all(first_file().as_bytes())?;
    file.finish()
}

fn lines(api_key_file: Option<&Path>) -> Result<Vec<Line>, ContextError> {
    // Settings with a mistake are not in force: the mistake is told instead.
    let Bootstrap { config, settings_file } = bootstrap::read(&environment)?;
    let name = settings_file.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
    let text =
        settings_file.as_ref().and_then(|path| files::read_text(path, LARGEST_SETTINGS).ok()).unwrap_or_default();
    let mut lines: Vec<Line> = effective_settings(Some(File { name: &name, text: &text }))
        .into_iter()
        .map(|setting| Line {
            name: setting.name,
            value: setting.value,
            from: setting.line.map_or_else(|| "default".to_owned(), |line| format!("{name}:{line}")),
        })
        .collect();
    let is_set = |name: &str| environment(name).is_some_and(|value| !value.is_empty());
    if let Some(theme) = lines.iter_mut().find(|line| line.name == "theme") {
        set_theme_in_force(theme, &config, if is_set("NO_COLOR") { "NO_COLOR" } else { "TERM" });
    }
    if config.settings.has_ascii_signs() != config.settings.ascii
        && let Some(ascii) = lines.iter_mut().find(|line| line.name == "ascii")
    {
        *ascii = Line { value: "true".to_owned(), from: "ambiguous_width".to_owned(), ..std::mem::take(ascii) };
    }
    let origin = bootstrap::origin(&environment)?;
    let data = data_dir(&environment).map(|path| path.display().to_string()).unwrap_or_default();
    let log = variable("KEW_LOG").unwrap_or_default();
    for (variable, value) in
        [("KEW_CONFIG", name), ("KEW_API_URL", origin.to_string()), ("KEW_DATA_DIR", data), ("KEW_LOG", log)]
    {
        let from = if is_set(variable) { "environment" } else { "default" };
        lines.push(Line { name: variable.to_owned(), value, from: from.to_owned() });
    }
    let sources = KeyLookup { file: api_key_file, environment: &environment, settings: config.key, settings_file };
    lines.push(key(&sources));
    Ok(lines)
}

/// The theme that is used, and why it is not the one that is set. `fewer_colours` is the variable that says so of the terminal.
fn set_theme_in_force(line: &mut Line, config: &Config, fewer_colours: &str) {
    let colors = ColorSupport::of(&environment);
    let wanted = config.settings.theme.as_str();
    let mistaken = config.theme_problems.as_ref().and_then(|problems| problems.0.first());
    let (theme, from) = match mistaken {
        Some(problem) => (colors.theme(DEFAULT_THEME), format!("default (mistake in {})", problem.file)),
        None if colors.theme(wanted) != wanted => (colors.theme(wanted), fewer_colours.to_owned()),
        None => return,
    };
    line.value = format!("\"{theme}\"");
    line.from = from;
}

/// Which key would be used. A command is not run for this: it may ask for a passphrase.
fn key(sources: &KeyLookup<'_>) -> Line {
    let value = match sources.place() {
        None => "not set".to_owned(),
        Some(KeySource::Command) => "the output of api_key_command".to_owned(),
        Some(_) => match crate::config::api_key::find(sources) {
            Ok(key) => masked(&key),
            Err(why) => why.to_string(),
        },
    };
    let from = match sources.place() {
        None => String::new(),
        Some(KeySource::File(path)) => format!("flag: {}", path.display()),
        Some(KeySource::Variable) => "environment".to_owned(),
        Some(place) => place.to_string(),
    };
    Line { name: VARIABLE.to_owned(), value, from }
}

fn variable(name: &str) -> Option<String> {
    environment(name).map(|value| value.to_string_lossy().into_owned())
}
