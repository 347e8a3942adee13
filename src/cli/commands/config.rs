//! `kew-tui config`: the path of the settings, the values in use and their sources, and a commented template.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde::Serialize;

use crate::cli::context::ContextError;
use crate::cli::environment::environment;
use crate::cli::error::{CliError, Code, CommandError, IO, USAGE};
use crate::cli::global_args::GlobalArgs;
use crate::cli::print::print_path;
use crate::cli::report::{Record, ReportOutput};
use crate::cli::request_args::KeyArgs;
use crate::config::api_key::{KeyLookup, KeySource, VARIABLE, masked};
use crate::config::paths::{data_dir, settings_file};
use crate::config::{ColorSupport, Config, DEFAULT_THEME, File, commented_defaults, effective_settings};
use crate::files::{self, AtomicFile};
use crate::runtime::bootstrap::{self, Bootstrap};

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

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Show {
    #[command(flatten)]
    key: KeyArgs,

    #[command(flatten)]
    output: ReportOutput,
}

/// A setting in use. Scripts depend on the names of the fields.
#[derive(Debug, Default, Serialize)]
struct SettingRecord {
    name: String,
    value: String,
    from: String,
}

impl Record for SettingRecord {
    const HEADER: &'static [&'static str] = &["name", "value", "from"];

    fn cells(&self) -> Vec<String> {
        vec![self.name.clone(), self.value.clone(), self.from.clone()]
    }
}

#[derive(Debug, thiserror::Error)]
enum ConfigError {
    #[error("No home directory for the settings. Set KEW_CONFIG to a file")]
    NoHome,
    #[error("{} already exists; nothing was changed", .0.display())]
    Exists(PathBuf),
    #[error("Can't write {}: {error}", .path.display())]
    Unwritable { path: PathBuf, error: io::Error },
}

impl CommandError for ConfigError {
    fn code(&self) -> Code {
        match self {
            ConfigError::NoHome | ConfigError::Exists(_) => USAGE,
            ConfigError::Unwritable { .. } => IO,
        }
    }
}

pub(super) fn run_task(task: Task, global: GlobalArgs) -> Result<(), CliError> {
    match task {
        Task::Path => {
            let path = settings_path()?;
            print_path(&path)?;
            if !path.exists() {
                global.note("This file does not exist yet. Create it with kew-tui config init");
            }
            Ok(())
        }
        Task::Show(show) => show.output.write(&setting_records(show.key.api_key_file.as_deref())?),
        Task::Init => {
            let path = settings_path()?;
            write_template(&path).map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => ConfigError::Exists(path.clone()),
                _ => ConfigError::Unwritable { path: path.clone(), error },
            })?;
            global.note(format!("Created {} with every setting and its default", path.display()));
            Ok(())
        }
    }
}

fn settings_path() -> Result<PathBuf, ConfigError> {
    settings_file(&environment).ok_or(ConfigError::NoHome)
}

/// Readable only by the user, who may add the API key to it.
fn write_template(path: &Path) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        files::create_private_directory(directory)?;
    }
    let mut file = AtomicFile::create_private_file(path, false)?;
    file.write_all(commented_defaults().as_bytes())?;
    file.finish()
}

fn setting_records(api_key_file: Option<&Path>) -> Result<Vec<SettingRecord>, ContextError> {
    // Invalid settings end the command here, since they are not in use.
    let Bootstrap { config, settings_file } = bootstrap::read(&environment)?;
    let name = settings_file.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
    let text = settings_file.as_ref().and_then(|path| bootstrap::read_text(path).ok()).unwrap_or_default();
    let mut lines: Vec<SettingRecord> = effective_settings(Some(File { name: &name, text: &text }))
        .into_iter()
        .map(|setting| SettingRecord {
            name: setting.name,
            value: setting.value,
            from: setting.line.map_or_else(|| "default".to_owned(), |line| format!("{name}:{line}")),
        })
        .collect();
    let is_set = |name: &str| environment(name).is_some_and(|value| !value.is_empty());
    if let Some(theme) = lines.iter_mut().find(|line| line.name == "theme") {
        set_effective_theme(theme, &config, if is_set("NO_COLOR") { "NO_COLOR" } else { "TERM" });
    }
    if config.settings.has_ascii_signs() != config.settings.ascii
        && let Some(ascii) = lines.iter_mut().find(|line| line.name == "ascii")
    {
        *ascii =
            SettingRecord { value: "true".to_owned(), from: "ambiguous_width".to_owned(), ..std::mem::take(ascii) };
    }
    let origin = bootstrap::origin(&environment)?;
    let data = data_dir(&environment).map(|path| path.display().to_string()).unwrap_or_default();
    let log = variable("KEW_LOG").unwrap_or_default();
    for (variable, value) in
        [("KEW_CONFIG", name), ("KEW_API_URL", origin.to_string()), ("KEW_DATA_DIR", data), ("KEW_LOG", log)]
    {
        let from = if is_set(variable) { "environment" } else { "default" };
        lines.push(SettingRecord { name: variable.to_owned(), value, from: from.to_owned() });
    }
    let sources = KeyLookup { file: api_key_file, environment: &environment, settings: config.key, settings_file };
    lines.push(key_record(&sources));
    Ok(lines)
}

/// Replaces the theme in the settings by the one in use, if they differ. `limiting_variable` is the environment variable that
/// limits the colors.
fn set_effective_theme(line: &mut SettingRecord, config: &Config, limiting_variable: &str) {
    let colors = ColorSupport::of(&environment);
    let configured = config.settings.theme.as_str();
    let diagnostic = config.theme_diagnostics.as_ref().and_then(|diagnostics| diagnostics.0.first());
    let (theme, from) = match diagnostic {
        Some(diagnostic) => (colors.theme(DEFAULT_THEME), format!("default (mistake in {})", diagnostic.file)),
        None if colors.theme(configured) != configured => (colors.theme(configured), limiting_variable.to_owned()),
        None => return,
    };
    line.value = format!("\"{theme}\"");
    line.from = from;
}

/// The masked key. Does not run `api_key_command`, which may ask for a passphrase.
fn key_record(sources: &KeyLookup<'_>) -> SettingRecord {
    let value = match sources.place() {
        None => "not set".to_owned(),
        Some(KeySource::Command) => "the output of api_key_command".to_owned(),
        Some(_) => match crate::config::api_key::find(sources) {
            Ok(key) => masked(&key),
            Err(error) => error.to_string(),
        },
    };
    let from = match sources.place() {
        None => String::new(),
        Some(KeySource::File(path)) => format!("flag: {}", path.display()),
        Some(KeySource::Variable) => "environment".to_owned(),
        Some(source) => source.to_string(),
    };
    SettingRecord { name: VARIABLE.to_owned(), value, from }
}

fn variable(name: &str) -> Option<String> {
    environment(name).map(|value| value.to_string_lossy().into_owned())
}
