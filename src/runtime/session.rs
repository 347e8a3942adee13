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

/// What the command line says of a session.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What to put into the target box. It is not asked before Enter.
    pub target: Option<String>,
    /// How many links to ask for, over the settings.
    pub number: Option<LinkCount>,
    /// Page or domain, over the settings.
    pub scope: Option<Scope>,
    /// One link for each domain or all, over the settings.
    pub mode: Option<Mode>,
    /// Whether the embedded API is asked.
    pub demo: bool,
    /// A file with the API key, before every other place.
    pub api_key_file: Option<PathBuf>,
    /// What the session may spend at most, over the settings.
    pub max_credits: Option<Credits>,
    /// An older answer asks whether to buy a new one, over the settings.
    pub max_age: Option<Duration>,
    /// Whether answers are kept on the disk.
    pub no_archive: bool,
    /// Files to open instead of asking.
    pub files: Option<Files>,
}

/// Why a session did not start, or broke off.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The settings or the environment are wrong.
    #[error(transparent)]
    Bootstrap(#[from] BootstrapError),
    /// There is nobody to show anything to.
    #[error("kew-tui needs a terminal, and {0} is not one. Nothing was fetched and no credits were spent.")]
    NoTerminal(&'static str),
    /// The terminal can do nothing but write one line after the other.
    #[error("kew-tui can't run in this terminal (TERM=dumb). Nothing was fetched and no credits were spent.")]
    DumbTerminal,
    /// The terminal failed.
    #[error("terminal error: {0}")]
    Terminal(#[from] io::Error),
    /// A fault of the program itself, reported on its own.
    #[error("internal error; the terminal was restored")]
    InternalError,
}

/// Runs a session to its end.
///
/// # Errors
/// See [`SessionError`]. Whatever it is, the terminal is as it was before.
// Long: what is opened in which order, and given back in which, is seen at a glance.
pub fn run(options: &Options) -> Result<Outcome, SessionError> {
    let environment = |name: &str| std::env::var_os(name);
    let Bootstrap { config, settings_file } = bootstrap::read(&environment)?;
    let Config { settings, keymap, theme, theme_problems, key } = config;
    let origin = bootstrap::origin(&environment)?;
    let settings = Arc::new(with_options(&settings, options));
    refuse_without_terminal(options, &environment)?;
    // Before the screen is taken: a command that prints the key may ask for a passphrase.
    let key_destination =
        key_store::place(options.api_key_file.as_deref(), &environment, &key, settings_file.as_deref());
    let keys = KeyStore { origin: origin.clone(), settings_file: settings_file.clone() };
    let (access, key) = find_key(options, &environment, key, settings_file);
    let archive = find_archive(options, &environment)?;
    // What the demo keeps is gone in the end; a copy is not.
    let kept = archive.as_ref().filter(|archive| !archive.is_temporary());
    let copies = kept.map_or_else(std::env::temp_dir, |archive| archive.directory().join("copies"));
    let mut screen = CrosstermScreen::open(settings.mouse, ColorSupport::of(&environment))?;
    let (width, height) = screen.size()?;
    let mut model = Model::new(Arc::clone(&settings), keymap, access, width, height);
    model.account.key_destination = key_destination;
    model.session.started_at = unix_now();
    model.session.utc_offset = utc_offset();
    if archive.is_some() {
        model.archive.list.status = ArchiveStatus::Opening;
    }
    let state_file = find_keeper(options, &environment, &mut model).map(Arc::new);
    if let Some(first) = theme_problems.as_ref().and_then(|problems| problems.0.first()) {
        model.toast(Severity::Warning, format!("The default theme is used. {first}"));
    }
    let mut effects = first_effects(&mut model, options.target.as_deref());
    if let Some(files) = &options.files {
        update::open_files(&mut model, files.names());
        // Nothing is asked, so the account need not be read.
        effects.retain(|effect| !matches!(effect, Effect::ReadBalance { .. }));
    }
    let clipboard = Arc::new(Clipboard::new(settings.clipboard, environment, copies));
    priority::lower_worker_priority();
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    // A fault in the core or in a view ends the session, but must not leave the terminal as it is then.
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
    // The system takes a million links back faster than they could be given back one by one.
    std::mem::forget(model);
    if let Some(state_file) = state_file {
        state_file.finish();
    }
    // Not waiting for what is still under way: quitting has been confirmed.
    tokio.shutdown_background();
    for report in panics::take_reports() {
        eprintln!("{report}");
    }
    if let Some(said) = clipboard.hand_over() {
        // The terminal may be gone, and with it whoever would read that.
        drop(writeln!(io::stderr(), "{said}"));
    }
    match ended {
        Ok(outcome) => outcome.map_err(SessionError::from),
        Err(_) => Err(SessionError::InternalError),
    }
}

/// The screen needs a terminal that takes more than lines, and keys.
fn refuse_without_terminal(options: &Options, environment: paths::Environment<'_>) -> Result<(), SessionError> {
    for (is_terminal, name) in [(io::stdin().is_terminal(), "stdin"), (io::stdout().is_terminal(), "stdout")] {
        // What is read from the standard input is a file; the keys come from the terminal all the same.
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

/// Flags beat the settings.
fn with_options(settings: &Settings, options: &Options) -> Settings {
    let mut settings = settings.clone();
    settings.number = options.number.unwrap_or(settings.number);
    settings.scope = options.scope.unwrap_or(settings.scope);
    settings.mode = options.mode.unwrap_or(settings.mode);
    settings.session_budget = options.max_credits.or(settings.session_budget);
    settings.max_age = options.max_age.or(settings.max_age);
    settings
}

/// The demo never looks at the user's key.
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

/// Where answers are kept; the demo throws its own away.
fn find_archive(options: &Options, environment: paths::Environment<'_>) -> Result<Option<LazyArchive>, SessionError> {
    if options.no_archive {
        return Ok(None);
    }
    if options.demo {
        return Ok(Some(temporary_archive()?));
    }
    Ok(Some(archive_in(bootstrap::data_dir(environment)?)))
}

/// Where columns and saved filters are kept; what was kept before goes into the model. The demo leaves them alone.
fn find_keeper(options: &Options, environment: paths::Environment<'_>, model: &mut Model) -> Option<StateFile> {
    let directory = paths::data_dir(environment).filter(|_| !options.demo)?;
    let state_file = StateFile::new(&directory, &model.session.settings.columns);
    match state_file.read() {
        Ok(kept) => {
            model.session.saved = kept;
            Some(state_file)
        }
        Err(why) => {
            // It may hold filters that somebody can still save.
            let said = format!("saved columns and filters can't be read and are left unchanged: {why}");
            model.toast(Severity::Warning, said);
            None
        }
    }
}

/// What is done before the first key.
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
            // The box has the keys, so that every letter of what is typed goes into it.
            model.prefill(target);
            vec![Effect::OpenArchive]
        }
    }
}
