//! Copies text to the system clipboard, through the terminal, or into a file. Where a route can't be confirmed, the text is also
//! written to a file, so that a reported copy is never lost.

mod copy_route;
mod error;
mod file;
#[cfg(all(unix, not(target_os = "macos")))]
mod holder;
mod process;
mod route;
mod screen;
mod system;
mod terminal;
mod tmux;

use std::ffi::OsString;
#[cfg(all(unix, not(target_os = "macos")))]
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;

use crate::app::Message;
use crate::app::message::Copied;
use crate::config::ClipboardRoute;

use self::copy_route::{CopyRoute, Transport};
use self::error::CopyError;
use self::route::CopyContext;
use self::system::System;
use self::tmux::Tmux;
use super::event_loop::LoopEvent;

/// How long a tmux command may take.
const TMUX_TIMEOUT: Duration = Duration::from_secs(2);

pub struct Clipboard<W: ClipboardBackend = SystemBackend> {
    wanted: ClipboardRoute,
    context: CopyContext,
    backend: W,
}

/// The side effects of copying. A trait, so that tests can fake them.
pub trait ClipboardBackend {
    /// Checks that the system clipboard responds.
    ///
    /// # Errors
    /// It does not.
    fn check_system(&self) -> Result<(), CopyError>;

    /// Puts text on the system clipboard.
    ///
    /// # Errors
    /// The clipboard is not available.
    fn set_text(&self, text: &str) -> Result<(), CopyError>;

    /// Runs tmux with `input` on its stdin, and returns what it prints.
    ///
    /// # Errors
    /// It fails or does not respond.
    fn tmux(&self, arguments: &[&str], input: &[u8]) -> Result<String, CopyError>;

    /// Writes a file and returns its path.
    ///
    /// # Errors
    /// The file can't be written.
    fn write_file(&self, text: &[u8], extension: &str) -> Result<String, CopyError>;
}

pub struct SystemBackend {
    system: System,
    directory: PathBuf,
}

impl ClipboardBackend for SystemBackend {
    fn check_system(&self) -> Result<(), CopyError> {
        self.system.check()
    }

    fn set_text(&self, text: &str) -> Result<(), CopyError> {
        self.system.set_text(text)
    }

    fn tmux(&self, arguments: &[&str], input: &[u8]) -> Result<String, CopyError> {
        process::run(Command::new("tmux").args(arguments), input.to_vec(), TMUX_TIMEOUT)
    }

    fn write_file(&self, text: &[u8], extension: &str) -> Result<String, CopyError> {
        file::write_file(&self.directory, text, extension)
    }
}

impl Clipboard {
    /// `wanted` is the setting; files are written to `directory`.
    pub fn new(
        wanted: ClipboardRoute,
        environment: impl Fn(&str) -> Option<OsString>,
        directory: PathBuf,
    ) -> Clipboard {
        Clipboard::with_backend(wanted, environment, SystemBackend { system: System::default(), directory })
    }

    /// Keeps the copied text available after the session: on X11 and Wayland it goes away with the program that offers it. Returns
    /// a message for the user if the text had to be written to a file instead.
    pub fn hand_over(&self) -> Option<String> {
        #[cfg(all(unix, not(target_os = "macos")))]
        if let Some((text, is_there)) = self.backend.system.take_offered()
            && let Err(error) = if is_there { holder::start(text.clone()) } else { Err(ErrorKind::TimedOut.into()) }
        {
            tracing::warn!(%error, "the copy is not kept on the clipboard after the session");
            return Some(match self.backend.write_file(text.as_bytes(), "txt") {
                Ok(path) => format!("the clipboard lost the last copy; it was saved to {path}"),
                Err(why) => format!("the clipboard lost the last copy, and it can't be saved to a file: {why}"),
            });
        }
        None
    }
}

/// Runs the process that keeps a copy on the clipboard if `words` are its command line.
pub fn serve(words: &[OsString]) -> Option<ExitCode> {
    #[cfg(all(unix, not(target_os = "macos")))]
    return holder::serve(words);
    #[cfg(not(all(unix, not(target_os = "macos"))))]
    {
        // Other systems keep copied text by themselves.
        let _ = words;
        None
    }
}

impl<W: ClipboardBackend> Clipboard<W> {
    fn with_backend(
        wanted: ClipboardRoute,
        environment: impl Fn(&str) -> Option<OsString>,
        backend: W,
    ) -> Clipboard<W> {
        let context = CopyContext::of(|name| environment(name).map(|value| value.to_string_lossy().into_owned()));
        Clipboard { wanted, context, backend }
    }

    /// Copies `text`. Blocks while the system clipboard or tmux responds, at most a few seconds.
    pub fn copy(&self, text: &[u8], what: &str, extension: &str) -> LoopEvent {
        let result = self.try_routes(text, extension);
        let copied = result.map(|(route, bytes)| (Copied { what: what.to_owned(), route }, bytes));
        match copied {
            Ok((copied, Some(bytes))) => LoopEvent::Sequence { bytes, copied },
            Ok((copied, None)) => LoopEvent::Message(Message::Copied(Ok(copied))),
            Err(why) => LoopEvent::Message(Message::Copied(Err(why.to_string()))),
        }
    }

    /// The route that a copy would take.
    ///
    /// # Errors
    /// The user wants the system clipboard, and it is not available.
    pub fn copy_route(&self) -> Result<String, CopyError> {
        if self.context.system_first(self.wanted) {
            match self.backend.check_system() {
                Ok(()) => return Ok("the system clipboard".to_owned()),
                Err(why) if self.wanted == ClipboardRoute::System => return Err(why),
                Err(_) => {}
            }
        }
        Ok(self.copy_routes(0).first().unwrap_or(&CopyRoute::FILE).to_string())
    }

    /// Copies, and returns the route with the bytes that are still to be sent to the terminal.
    fn try_routes(&self, text: &[u8], extension: &str) -> Result<(String, Option<Vec<u8>>), CopyError> {
        let trimmed = trim_line_end(text);
        let mut failed = CopyError::NoRoute;
        if self.context.system_first(self.wanted) {
            match self.backend.set_text(&String::from_utf8_lossy(trimmed)) {
                Ok(()) => return Ok(("system clipboard".to_owned(), None)),
                Err(why) => failed = why,
            }
        }
        for copy_route in self.copy_routes(terminal::encoded_length(trimmed.len())) {
            tracing::info!(why = %failed, ?copy_route, "trying the next route");
            match self.try_route(copy_route, text, extension) {
                Ok(result) => return Ok(result),
                Err(why) => failed = why,
            }
        }
        Err(failed)
    }

    fn copy_routes(&self, length: usize) -> Vec<CopyRoute> {
        self.context.copy_routes(self.wanted, length, || match self.backend.tmux(tmux::STATUS, b"") {
            Ok(response) => Tmux::read(&response),
            Err(why) => {
                tracing::info!(%why, "tmux did not report its status");
                None
            }
        })
    }

    fn try_route(
        &self,
        copy_route: CopyRoute,
        text: &[u8],
        extension: &str,
    ) -> Result<(String, Option<Vec<u8>>), CopyError> {
        let trimmed = trim_line_end(text);
        let (name, bytes) = match copy_route.transport {
            Transport::Tmux => {
                self.backend.tmux(tmux::LOAD_AND_WRITE, trimmed)?;
                ("tmux", None)
            }
            Transport::TmuxBuffer => {
                self.backend.tmux(tmux::LOAD, trimmed)?;
                ("tmux buffer", None)
            }
            Transport::ThroughTmux => ("OSC 52", Some(tmux::envelope(&terminal::osc52(trimmed)))),
            Transport::ThroughScreen => ("OSC 52", Some(screen::wrap(&terminal::osc52(trimmed)))),
            Transport::Terminal => ("OSC 52", Some(terminal::osc52(trimmed))),
            Transport::File => return Ok((self.backend.write_file(text, extension)?, None)),
        };
        if !copy_route.and_file {
            return Ok((name.to_owned(), bytes));
        }
        match self.backend.write_file(text, extension) {
            Ok(path) => Ok((format!("{name} and {path}"), bytes)),
            // The text is in tmux's buffer at least.
            Err(_) if matches!(copy_route.transport, Transport::Tmux | Transport::TmuxBuffer) => {
                Ok(("tmux buffer".to_owned(), None))
            }
            Err(why) => Err(why),
        }
    }
}

/// Removes the last line end: pasted into a shell, it would run the text.
fn trim_line_end(text: &[u8]) -> &[u8] {
    text.strip_suffix(b"\n").unwrap_or(text)
}

#[cfg(test)]
mod tests;
