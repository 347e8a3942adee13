//! An interactive session, from the settings to the last key.

use std::io::{self, IsTerminal, Write};
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::api::ApiKey;
use crate::app::account::Access;
use crate::app::archive_list::ArchiveStatus;
use crate::app::toasts::Severity;
use crate::app::{Effect, Model, update};
use crate::config::{ColorSupport, Config, KeySettings, Settings, paths};
use crate::domain::{Credits, LinkCount, Mode, Scope};
use crate::fetch::LazyArchive;

use super::archive::{archive_in, temporary_archive};
use super::bootstrap::{self, Bootstrap, BootstrapError};
use super::clipboard::Clipboard;
use super::clock::{unix_now, utc_offset};
use super::connector::Connector;
use super::effect_runner::EffectRunner;
use super::event_loop::{self, Outcome};
use super::key_store::{self, KeyStore};
use super::load::Files;
use super::state_file::StateFile;
use super::tasks::MessageSender;
use super::terminal::CrosstermScreen;
use super::terminal_screen::TerminalScreen;
use super::{panics, priority, signals};

/// Command line options of a session. Those that are set override the settings.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Prefills the target box; nothing is fetched before Enter.
    pub target: Option<String>,
    pub number: Option<LinkCount>,
    pub scope: Option<Scope>,
    pub mode: Option<Mode>,
    /// Whether to use the embedded API.
    pub demo: bool,
    /// A file with the API key; takes precedence over all other sources.
    pub api_key_file: Option<PathBuf>,
    /// Maximum charge for the whole session, in credits.
    pub max_credits: Option<Credits>,
    /// Age at which an archived snapshot is offered for re-fetching.
    pub max_age: Option<Duration>,
    /// Whether responses are kept out of the archive.
    pub no_archive: bool,
    /// Files to open instead of fetching.
    pub files: Option<Files>,
}

#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    #[error(transparent)]
    Bootstrap(#[from] BootstrapError),
    #[error("kew-tui needs a terminal, and {0} is not one. Nothing was fetched and no credits were spent.")]
    NoTerminal(&'static str),
    #[error("kew-tui can't run in this terminal (TERM=dumb). Nothing was fetched and no credits were spent.")]
    DumbTerminal,
    #[error("terminal error: {0}")]
    Terminal(#[from] io::Error),
    #[error("internal error; the terminal was restored")]
    InternalError,
}

/// Runs a session until it ends.
///
/// # Errors
/// See [`SessionError`]. The terminal is restored in every case.
// Long: it shows in one place in which order resources are opened and released.
pub fn run(options: &Options) -> Result<Outcome, SessionError> {
    let environment = |name: &str| std::env::var_os(name);
    let Bootstrap { config, settings_file } = bootstrap::read(&environment)?;
    let Config { settings, keymap, theme, theme_diagnostics, key } = config;
    let origin = bootstrap::origin(&environment)?;
    let settings = Arc::new(with_options(&settings, options));
    require_terminal(options, &environment)?;
    // Before the terminal is set up: a command that prints the key may ask for a passphrase.
    let key_destination =
        key_store::key_destination(options.api_key_file.as_deref(), &environment, &key, settings_file.as_deref());
    let keys = KeyStore { origin: origin.clone(), settings_file: settings_file.clone() };
    let (access, key) = find_key(options, &environment, key, settings_file);
    let archive = find_archive(options, &environment)?;
    // The demo's archive is deleted at the end, so copies go to another directory.
    let permanent = archive.as_ref().filter(|archive| !archive.is_temporary());
    let copies = permanent.map_or_else(std::env::temp_dir, |archive| archive.directory().join("copies"));
    let mut screen = CrosstermScreen::open(settings.mouse, ColorSupport::of(&environment))?;
    let (width, height) = screen.size()?;
    let mut model = Model::new(Arc::clone(&settings), keymap, access, width, height);
    model.account.key_destination = key_destination;
    model.session.started_at = unix_now();
    model.session.utc_offset = utc_offset();
    if archive.is_some() {
        model.archive.list.status = ArchiveStatus::Opening;
    }
    let state_file = open_state_file(options, &environment, &mut model).map(Arc::new);
    if let Some(first) = theme_diagnostics.as_ref().and_then(|diagnostics| diagnostics.0.first()) {
        model.toast(Severity::Warning, format!("The default theme is used. {first}"));
    }
    let mut effects = first_effects(&mut model, options.target.as_deref());
    if let Some(files) = &options.files {
        update::open_files(&mut model, files.names());
        // Files need no API, so the balance is not read.
        effects.retain(|effect| !matches!(effect, Effect::ReadBalance { .. }));
    }
    let clipboard = Arc::new(Clipboard::new(settings.clipboard, environment, copies));
    priority::lower_worker_priority();
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    // A panic in the core or a view ends the session; the terminal still has to be restored.
    let ended = std::panic::catch_unwind(AssertUnwindSafe(|| {
        tokio.block_on(async {
            let (sender, mut inbox) = mpsc::unbounded_channel();
            let sender = MessageSender::new(sender);
            signals::listen(&sender);
            let connector = Connector::new(key.map(|key| (origin, key)), settings.limits);
            let mut runner = EffectRunner::new(
                sender,
                connector,
                archive,
                &settings,
                Arc::clone(&clipboard),
                state_file.clone(),
                keys,
            );
            if let Some(files) = options.files.clone() {
                runner.load(files);
            }
            event_loop::run(&mut screen, &mut model, &theme, &mut runner, &mut inbox, effects).await
        })
    }));
    drop(screen);
    // Dropping a million links one by one takes longer than exiting.
    std::mem::forget(model);
    if let Some(state_file) = state_file {
        state_file.finish();
    }
    // Does not wait for running requests: the user has confirmed quitting.
    tokio.shutdown_background();
    for report in panics::take_reports() {
        eprintln!("{report}");
    }
    if let Some(message) = clipboard.hand_over() {
        // Fails if the terminal is gone, and then the message can't be shown.
        drop(writeln!(io::stderr(), "{message}"));
    }
    match ended {
        Ok(outcome) => outcome.map_err(SessionError::from),
        Err(_) => Err(SessionError::InternalError),
    }
}

/// Refuses to start if stdin or stdout is not a terminal, or the terminal is dumb.
fn require_terminal(options: &Options, environment: paths::Environment<'_>) -> Result<(), SessionError> {
    for (is_terminal, name) in [(io::stdin().is_terminal(), "stdin"), (io::stdout().is_terminal(), "stdout")] {
        // Links may be piped to stdin; keys are then read from the controlling terminal.
        let piped = name == "stdin" && options.files.as_ref().is_some_and(Files::reads_stdin);
        if !is_terminal && !piped {
            return Err(SessionError::NoTerminal(name));
        }
    }
    if environment("TERM").is_some_and(|terminal| terminal == "dumb") {
        return Err(SessionError::DumbTerminal);
    }
    Ok(())
}

fn with_options(settings: &Settings, options: &Options) -> Settings {
    let mut settings = settings.clone();
    settings.number = options.number.unwrap_or(settings.number);
    settings.scope = options.scope.unwrap_or(settings.scope);
    settings.mode = options.mode.unwrap_or(settings.mode);
    settings.session_budget = options.max_credits.or(settings.session_budget);
    settings.max_age = options.max_age.or(settings.max_age);
    settings
}

/// The demo never reads the user's key.
fn find_key(
    options: &Options,
    environment: paths::Environment<'_>,
    settings: KeySettings,
    settings_file: Option<PathBuf>,
) -> (Access, Option<ApiKey>) {
    if options.demo {
        return (Access::DemoStarting, None);
    }
    match bootstrap::find_key(options.api_key_file.as_deref(), environment, settings, settings_file) {
        Ok(key) => (Access::Key, Some(key)),
        Err(why) => (Access::NoKey { reason: why.to_string() }, None),
    }
}

/// The archive to use; `None` with `--no-archive`. The demo has a temporary one.
fn find_archive(options: &Options, environment: paths::Environment<'_>) -> Result<Option<LazyArchive>, SessionError> {
    if options.no_archive {
        return Ok(None);
    }
    if options.demo {
        return Ok(Some(temporary_archive()?));
    }
    Ok(Some(archive_in(bootstrap::data_dir(environment)?)))
}

/// Opens the state file and loads it into the model. The demo does not use it.
fn open_state_file(options: &Options, environment: paths::Environment<'_>, model: &mut Model) -> Option<StateFile> {
    let directory = paths::data_dir(environment).filter(|_| !options.demo)?;
    let state_file = StateFile::new(&directory, &model.session.settings.columns);
    match state_file.read() {
        Ok(saved) => {
            model.session.saved = saved;
            Some(state_file)
        }
        Err(why) => {
            // Not overwritten: it may contain filters that the user can rescue.
            let message = format!("saved columns and filters can't be read and are left unchanged: {why}");
            model.toast(Severity::Warning, message);
            None
        }
    }
}

/// Effects to run before the first key is read.
fn first_effects(model: &mut Model, target: Option<&str>) -> Vec<Effect> {
    match model.account.access {
        Access::Key => {
            model.prefill(target);
            vec![Effect::OpenArchive, update::read_balance(model)]
        }
        Access::DemoStarting => {
            model.prefill(target);
            vec![Effect::StartDemo]
        }
        Access::NoKey { .. } | Access::Demo => {
            // The target box has the focus, so every letter typed goes into it.
            model.prefill(target);
            vec![Effect::OpenArchive]
        }
    }
}
