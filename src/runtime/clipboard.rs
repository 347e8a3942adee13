//! Copying: to the system's clipboard, through the terminal (OSC 52), or into a file where both would lose it.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::app::Message;
use crate::app::message::Copied;
use crate::config::ClipboardRoute;
use crate::config::api_key::without_key;

use super::event_loop::Incoming;

/// The ways to copy that this session has.
pub struct Clipboard {
    route: ClipboardRoute,
    over_ssh: bool,
    in_tmux: bool,
    directory: PathBuf,
    /// Kept alive: on X11 the text goes with whoever offers it.
    system: Mutex<Option<arboard::Clipboard>>,
}

/// Terminals drop a longer OSC 52 in silence: of those in use, the shortest limit is a little above this many characters
/// of base64.
const MOST_FOR_TERMINAL: usize = 74_000;

impl Clipboard {
    /// What the settings want, as far as the environment lets it. Files go to `directory`.
    pub fn new(route: ClipboardRoute, environment: impl Fn(&str) -> Option<OsString>, directory: PathBuf) -> Clipboard {
        let set = |name| environment(name).is_some_and(|value| !value.is_empty());
        Clipboard {
            route,
            over_ssh: set("SSH_TTY") || set("SSH_CONNECTION"),
            in_tmux: set("TMUX"),
            directory,
            system: Mutex::new(None),
        }
    }

    /// Copies `text`. Blocks for as long as the system's clipboard does.
    pub fn copy(&self, text: &[u8], what: &str, extension: &str) -> Incoming {
        let done = |route: Result<String, String>| {
            Incoming::Message(Message::Copied(route.map(|route| Copied { what: what.to_owned(), route })))
        };
        match self.route {
            ClipboardRoute::System => done(self.to_system(text)),
            ClipboardRoute::File => done(self.to_file(text, extension)),
            ClipboardRoute::Terminal => self.to_terminal(text, what, extension),
            ClipboardRoute::Auto if self.over_ssh => self.to_terminal(text, what, extension),
            ClipboardRoute::Auto => match self.to_system(text) {
                Ok(route) => done(Ok(route)),
                Err(why) => {
                    tracing::info!(why, "no system clipboard");
                    self.to_terminal(text, what, extension)
                }
            },
        }
    }

    /// Where a copy would go, without copying.
    ///
    /// # Errors
    /// Why it would not arrive.
    pub fn way(&self) -> Result<&'static str, String> {
        let terminal = if self.in_tmux { "the terminal, through tmux (OSC 52)" } else { "the terminal (OSC 52)" };
        match self.route {
            ClipboardRoute::File => Ok("files"),
            ClipboardRoute::Terminal => Ok(terminal),
            ClipboardRoute::Auto if self.over_ssh => Ok(terminal),
            ClipboardRoute::Auto | ClipboardRoute::System => match arboard::Clipboard::new() {
                Ok(_) => Ok("the system's clipboard"),
                Err(_) if self.route == ClipboardRoute::Auto => Ok(terminal),
                Err(error) => Err(error.to_string()),
            },
        }
    }

    fn to_system(&self, text: &[u8]) -> Result<String, String> {
        let text = String::from_utf8_lossy(without_end(text)).into_owned();
        let mut system = self.system.lock().unwrap_or_else(PoisonError::into_inner);
        let clipboard = match system.as_mut() {
            Some(clipboard) => clipboard,
            None => system.insert(arboard::Clipboard::new().map_err(|error| error.to_string())?),
        };
        clipboard.set_text(text).map(|()| "system clipboard".to_owned()).map_err(|error| error.to_string())
    }

    fn to_terminal(&self, text: &[u8], what: &str, extension: &str) -> Incoming {
        let encoded = STANDARD.encode(without_end(text));
        let copied = |route| Copied { what: what.to_owned(), route };
        if encoded.len() > MOST_FOR_TERMINAL {
            return Incoming::Message(Message::Copied(self.to_file(text, extension).map(copied)));
        }
        let bytes = osc52(&encoded, self.in_tmux && tmux_passes_through());
        Incoming::Sequence { bytes, copied: copied("OSC 52".to_owned()) }
    }

    fn to_file(&self, text: &[u8], extension: &str) -> Result<String, String> {
        self.write_file(text, extension).map_err(|error| format!("{}: {error}", self.directory.display()))
    }

    fn write_file(&self, text: &[u8], extension: &str) -> io::Result<String> {
        create_private(&self.directory)?;
        // Readable by the user alone, and never over another file.
        let suffix = format!(".{extension}");
        let mut file = tempfile::Builder::new().prefix("links-").suffix(&suffix).tempfile_in(&self.directory)?;
        file.write_all(text)?;
        let (_, path) = file.keep().map_err(|error| error.error)?;
        Ok(path.display().to_string())
    }
}

/// The text without its last line end, at which a shell into which it is pasted would run it.
fn without_end(text: &[u8]) -> &[u8] {
    text.strip_suffix(b"\n").unwrap_or(text)
}

fn create_private(directory: &std::path::Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

/// The sequence that sets the terminal's clipboard (xterm's control sequences, OSC 52).
fn osc52(encoded: &str, through_tmux: bool) -> Vec<u8> {
    if through_tmux {
        // tmux hands on what stands in its own envelope, with each escape doubled.
        format!("\x1bPtmux;\x1b\x1b]52;c;{encoded}\x07\x1b\\").into_bytes()
    } else {
        format!("\x1b]52;c;{encoded}\x07").into_bytes()
    }
}

/// Whether tmux lets sequences through to the terminal. If not, it takes OSC 52 itself where `set-clipboard` is on.
fn tmux_passes_through() -> bool {
    let mut tmux = Command::new("tmux");
    tmux.args(["show-options", "-gv", "allow-passthrough"]).stdin(Stdio::null());
    let asked = without_key(&mut tmux).output();
    asked.is_ok_and(|answer| matches!(answer.stdout.trim_ascii(), b"on" | b"all"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clipboard(route: ClipboardRoute, variables: &'static [&str]) -> (Clipboard, tempfile::TempDir) {
        let directory = tempfile::tempdir().unwrap();
        let environment = |name: &str| variables.contains(&name).then(|| OsString::from("set"));
        (Clipboard::new(route, environment, directory.path().join("copies")), directory)
    }

    #[test]
    fn over_ssh_it_goes_through_the_terminal() {
        let (clipboard, _directory) = clipboard(ClipboardRoute::Auto, &["SSH_TTY"]);
        match clipboard.copy(b"https://a.com/\n", "1 source URL", "txt") {
            Incoming::Sequence { bytes, copied } => {
                assert_eq!(bytes, b"\x1b]52;c;aHR0cHM6Ly9hLmNvbS8=\x07", "and no line end runs it in a shell");
                assert_eq!(copied.route, "OSC 52");
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(osc52("QQ==", true), b"\x1bPtmux;\x1b\x1b]52;c;QQ==\x07\x1b\\");
    }

    #[test]
    fn what_is_too_long_for_a_terminal_goes_into_a_file() {
        let (clipboard, _directory) = clipboard(ClipboardRoute::Terminal, &[]);
        let text = vec![b'x'; 60_000];
        match clipboard.copy(&text, "many", "csv") {
            Incoming::Message(Message::Copied(Ok(copied))) => {
                assert_eq!(fs::read(&copied.route).unwrap(), text);
                assert!(copied.route.ends_with(".csv"));
                #[cfg(unix)]
                {
                    use std::os::unix::fs::PermissionsExt;
                    assert_eq!(fs::metadata(&copied.route).unwrap().permissions().mode() & 0o777, 0o600);
                }
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_file_that_can_not_be_written_is_said() {
        let (mut clipboard, directory) = clipboard(ClipboardRoute::File, &[]);
        let blocked = directory.path().join("file");
        fs::write(&blocked, "").unwrap();
        clipboard.directory = blocked.join("below");
        match clipboard.copy(b"x", "x", "txt") {
            Incoming::Message(Message::Copied(Err(why))) => assert!(why.contains("below"), "{why}"),
            other => panic!("{other:?}"),
        }
    }
}
