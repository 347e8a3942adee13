//! Copying: to the system's clipboard, through the terminal and what is between, or into a file where both would lose it. A copy
//! that says that it was made was made: what nobody can know of is written into a file as well.

mod ask;
mod copy_route;
mod error;
mod file;
#[cfg(all(unix, not(target_os = "macos")))]
mod holder;
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
use self::route::Surroundings;
use self::system::System;
use self::tmux::Tmux;
use super::event_loop::LoopEvent;

/// How long tmux may take.
const TMUX_PATIENCE: Duration = Duration::from_secs(2);

/// The ways to copy that this session has.
pub struct Clipboard<W: World = RealWorld> {
    wanted: ClipboardRoute,
    place: Surroundings,
    world: W,
}

/// What a copy touches.
pub trait World {
    /// Whether the system has a clipboard that answers.
    ///
    /// # Errors
    /// Why not.
    fn responses(&self) -> Result<(), CopyError>;

    /// Puts a text on the system's clipboard.
    ///
    /// # Errors
    /// Why it is not there.
    fn offer(&self, text: &str) -> Result<(), CopyError>;

    /// Runs tmux with this on its standard input, and returns what it prints.
    ///
    /// # Errors
    /// It fails, or does not answer.
    fn tmux(&self, arguments: &[&str], input: &[u8]) -> Result<String, CopyError>;

    /// Writes a file and returns its path.
    ///
    /// # Errors
    /// Why it is not there.
    fn keep(&self, text: &[u8], extension: &str) -> Result<String, CopyError>;
}

/// The real one.
pub struct RealWorld {
    system: System,
    directory: PathBuf,
}

impl World for RealWorld {
    fn responses(&self) -> Result<(), CopyError> {
        self.system.responses()
    }

    fn offer(&self, text: &str) -> Result<(), CopyError> {
        self.system.offer(text)
    }

    fn tmux(&self, arguments: &[&str], input: &[u8]) -> Result<String, CopyError> {
        ask::ask(Command::new("tmux").args(arguments), input.to_vec(), TMUX_PATIENCE)
    }

    fn keep(&self, text: &[u8], extension: &str) -> Result<String, CopyError> {
        file::keep(&self.directory, text, extension)
    }
}

impl Clipboard {
    /// What the settings want, as far as the environment lets it. Files go to `directory`.
    pub fn new(
        wanted: ClipboardRoute,
        environment: impl Fn(&str) -> Option<OsString>,
        directory: PathBuf,
    ) -> Clipboard {
        Clipboard::in_world(wanted, environment, RealWorld { system: System::default(), directory })
    }

    /// Sees to it that a text on the system's clipboard stays there after the session, which holds it no longer. Where that is not
    /// possible, it goes into a file, and what is to be said of that is returned.
    pub fn hand_over(&self) -> Option<String> {
        #[cfg(all(unix, not(target_os = "macos")))]
        if let Some((text, is_there)) = self.world.system.left()
            && let Err(error) = if is_there { holder::start(text.clone()) } else { Err(ErrorKind::TimedOut.into()) }
        {
            tracing::warn!(%error, "nobody holds the copy");
            return Some(match self.world.keep(text.as_bytes(), "txt") {
                Ok(path) => format!("the clipboard lost the last copy; it was saved to {path}"),
                Err(why) => format!("the clipboard lost the last copy, and it can't be saved to a file: {why}"),
            });
        }
        None
    }
}

/// Holds a copy, if this is the process that a session started for that.
pub fn serve(words: &[OsString]) -> Option<ExitCode> {
    #[cfg(all(unix, not(target_os = "macos")))]
    return holder::serve(words);
    #[cfg(not(all(unix, not(target_os = "macos"))))]
    {
        // Other systems keep what was copied by themselves.
        let _ = words;
        None
    }
}

impl<W: World> Clipboard<W> {
    fn in_world(wanted: ClipboardRoute, environment: impl Fn(&str) -> Option<OsString>, world: W) -> Clipboard<W> {
        let place = Surroundings::of(|name| environment(name).map(|value| value.to_string_lossy().into_owned()));
        Clipboard { wanted, place, world }
    }

    /// Copies `text`. Blocks for as long as the system's clipboard or tmux does, which is not long.
    pub fn copy(&self, text: &[u8], what: &str, extension: &str) -> LoopEvent {
        let made = self.make(text, extension);
        let copied = made.map(|(route, bytes)| (Copied { what: what.to_owned(), route }, bytes));
        match copied {
            Ok((copied, Some(bytes))) => LoopEvent::Sequence { bytes, copied },
            Ok((copied, None)) => LoopEvent::Message(Message::Copied(Ok(copied))),
            Err(why) => LoopEvent::Message(Message::Copied(Err(why.to_string()))),
        }
    }

    /// Where a copy would go, without copying.
    ///
    /// # Errors
    /// Why it would not arrive.
    pub fn copy_route(&self) -> Result<String, CopyError> {
        if self.place.system_first(self.wanted) {
            match self.world.responses() {
                Ok(()) => return Ok("the system clipboard".to_owned()),
                Err(why) if self.wanted == ClipboardRoute::System => return Err(why),
                Err(_) => {}
            }
        }
        Ok(self.copy_routes(0).first().unwrap_or(&CopyRoute::FILE).to_string())
    }

    /// By which route it went, and what is still to be sent to the terminal for that.
    fn make(&self, text: &[u8], extension: &str) -> Result<(String, Option<Vec<u8>>), CopyError> {
        let pasted = without_end(text);
        let mut failed = CopyError::NoWay;
        if self.place.system_first(self.wanted) {
            match self.world.offer(&String::from_utf8_lossy(pasted)) {
                Ok(()) => return Ok(("system clipboard".to_owned(), None)),
                Err(why) => failed = why,
            }
        }
        for copy_route in self.copy_routes(terminal::encoded_length(pasted.len())) {
            tracing::info!(why = %failed, ?copy_route, "another way to copy");
            match self.go(copy_route, text, extension) {
                Ok(made) => return Ok(made),
                Err(why) => failed = why,
            }
        }
        Err(failed)
    }

    fn copy_routes(&self, length: usize) -> Vec<CopyRoute> {
        self.place.copy_routes(self.wanted, length, || match self.world.tmux(tmux::ASK, b"") {
            Ok(response) => Tmux::read(&response),
            Err(why) => {
                tracing::info!(%why, "tmux says nothing of itself");
                None
            }
        })
    }

    fn go(&self, copy_route: CopyRoute, text: &[u8], extension: &str) -> Result<(String, Option<Vec<u8>>), CopyError> {
        let pasted = without_end(text);
        let (name, bytes) = match copy_route.means {
            Transport::Tmux => {
                self.world.tmux(tmux::LOAD_AND_WRITE, pasted)?;
                ("tmux", None)
            }
            Transport::TmuxBuffer => {
                self.world.tmux(tmux::LOAD, pasted)?;
                ("tmux buffer", None)
            }
            Transport::PastTmux => ("OSC 52", Some(tmux::envelope(&terminal::osc52(pasted)))),
            Transport::PastScreen => ("OSC 52", Some(screen::wrap(&terminal::osc52(pasted)))),
            Transport::Terminal => ("OSC 52", Some(terminal::osc52(pasted))),
            Transport::File => return Ok((self.world.keep(text, extension)?, None)),
        };
        if !copy_route.and_file {
            return Ok((name.to_owned(), bytes));
        }
        match self.world.keep(text, extension) {
            Ok(path) => Ok((format!("{name} and {path}"), bytes)),
            // That much is sure.
            Err(_) if matches!(copy_route.means, Transport::Tmux | Transport::TmuxBuffer) => {
                Ok(("tmux buffer".to_owned(), None))
            }
            Err(why) => Err(why),
        }
    }
}

/// The text without its last line end, at which a shell into which it is pasted would run it.
fn without_end(text: &[u8]) -> &[u8] {
    text.strip_suffix(b"\n").unwrap_or(text)
}

#[cfg(test)]
mod tests;
