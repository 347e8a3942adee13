//! Which route a copy takes in each setting and environment, what the user is told, and what is done.

use std::cell::RefCell;

use super::*;

/// tmux's status by default, in a terminal that supports OSC 52.
const TMUX: &str = "3.3a|external|off|/dev/pts/1|xterm-256color|\n\
                    Terminal 0: xterm-256color for /dev/pts/1, flags=0x0:\n 1: Ms: (string) x\n";
/// The same with no client attached.
const DETACHED: &str = "3.3a|external|off|||\n";

#[derive(Default)]
struct FakeBackend {
    has_system: bool,
    tmux: Option<String>,
    /// The tmux command that fails.
    fails: &'static str,
    disk_is_full: bool,
    done: RefCell<Vec<String>>,
}

impl FakeBackend {
    fn record(&self, done: String) {
        self.done.borrow_mut().push(done);
    }
}

impl ClipboardBackend for FakeBackend {
    fn check_system(&self) -> Result<(), CopyError> {
        if self.has_system { Ok(()) } else { Err(CopyError::DisplayTimeout) }
    }

    fn set_text(&self, text: &str) -> Result<(), CopyError> {
        self.check_system().map(|()| self.record(format!("system {text}")))
    }

    fn tmux(&self, arguments: &[&str], input: &[u8]) -> Result<String, CopyError> {
        let line = arguments.join(" ");
        let response =
            self.tmux.clone().filter(|_| line != self.fails).ok_or(CopyError::Timeout { program: "tmux".into() })?;
        if line.starts_with("load-buffer") {
            self.record(format!("{line} {}", str::from_utf8(input).unwrap()));
        }
        Ok(response)
    }

    fn write_file(&self, text: &[u8], _: &str) -> Result<String, CopyError> {
        if self.disk_is_full {
            return Err(CopyError::File { directory: "/copies".into(), error: std::io::Error::other("no room") });
        }
        self.record(format!("file {}", str::from_utf8(text).unwrap()));
        Ok("/copies/1".into())
    }
}

fn clipboard(wanted: ClipboardRoute, environment: &str, backend: FakeBackend) -> Clipboard<FakeBackend> {
    let value = |name: &str| {
        let mut set = environment.split_whitespace().map(|word| word.split_once('=').unwrap_or((word, "set")));
        set.find(|(set, _)| *set == name).map(|(_, value)| OsString::from(value))
    };
    Clipboard::with_backend(wanted, value, backend)
}

/// The route the user is told, and what was done. Bytes for the terminal are shown with `^` for ESC and `~` for BEL.
fn copied(clipboard: &Clipboard<FakeBackend>, text: &str) -> (String, Vec<String>) {
    let route_shown = match clipboard.copy(text.as_bytes(), "1 link", "txt") {
        LoopEvent::Message(Message::Copied(Ok(copied))) => copied.route,
        LoopEvent::Message(Message::Copied(Err(why))) => format!("not copied: {why}"),
        LoopEvent::Sequence { bytes, copied } => {
            clipboard.backend.record(String::from_utf8(bytes).unwrap().replace('\x1b', "^").replace('\x07', "~"));
            copied.route
        }
        other => panic!("{other:?}"),
    };
    (route_shown, clipboard.backend.done.take())
}

fn fake_backend(has_system: bool, tmux: Option<&str>) -> FakeBackend {
    FakeBackend { has_system, tmux: tmux.map(Into::into), ..FakeBackend::default() }
}

// Long: a table of all environments with the route in each.
#[test]
fn the_route_depends_on_setting_and_environment() {
    use ClipboardRoute::{Auto, File, System, Terminal};
    let plain = "^]52;c;YQ==~";
    let xterm = "TERM=xterm-256color";
    let on = TMUX.replace("external", "on");
    let off = TMUX.replace("external", "off");
    let passes = TMUX.replace("|off|", "|on|");
    let old = TMUX.replace("3.3a", "3.1c").replace("|off|", "||");
    for (wanted, environment, backend, route, done) in [
        // Directly in a terminal.
        (Auto, xterm, fake_backend(true, None), "system clipboard", &["system a"][..]),
        (Auto, xterm, fake_backend(false, None), "OSC 52", &[plain]),
        (Auto, "SSH_TTY TERM=foot", fake_backend(true, None), "OSC 52", &[plain]),
        (System, "SSH_TTY", fake_backend(false, None), "not copied: the display does not respond", &[]),
        (File, xterm, fake_backend(true, None), "/copies/1", &["file a\n"]),
        (Terminal, xterm, fake_backend(true, None), "OSC 52", &[plain]),
        // A terminal that does not or may not support OSC 52.
        (Auto, "TERM=linux", fake_backend(false, None), "/copies/1", &["file a\n"]),
        (Auto, "TERM=xterm VTE_VERSION=7006", fake_backend(false, None), "/copies/1", &["file a\n"]),
        (Auto, "SSH_TTY TERM=tmux-256color", fake_backend(true, None), "OSC 52 and /copies/1", &["file a\n", plain]),
        (Terminal, "TERM=rxvt-unicode", fake_backend(true, None), "OSC 52 and /copies/1", &["file a\n", plain]),
        // Inside tmux.
        (Auto, "TMUX", fake_backend(true, Some(TMUX)), "system clipboard", &["system a"]),
        (Auto, "TMUX", fake_backend(false, Some(TMUX)), "tmux", &["load-buffer -w - a"]),
        (Auto, "TMUX SSH_TTY TERM=linux", fake_backend(true, Some(TMUX)), "tmux", &["load-buffer -w - a"]),
        (
            Auto,
            "TMUX",
            fake_backend(false, Some(DETACHED)),
            "tmux buffer and /copies/1",
            &["load-buffer - a", "file a\n"],
        ),
        (Auto, "TMUX", fake_backend(false, Some(&off)), "tmux buffer and /copies/1", &["load-buffer - a", "file a\n"]),
        (Auto, "TMUX", fake_backend(false, Some(&old)), "OSC 52", &["^Ptmux;^^]52;c;YQ==~^\\"]),
        (Auto, "TMUX", fake_backend(false, None), "/copies/1", &["file a\n"]),
        (
            Auto,
            "TMUX",
            FakeBackend { fails: "load-buffer -w -", ..fake_backend(false, Some(&passes)) },
            "OSC 52",
            &["^Ptmux;^^]52;c;YQ==~^\\"],
        ),
        (Auto, "TMUX", FakeBackend { fails: "load-buffer -w -", ..fake_backend(false, Some(&on)) }, "OSC 52", &[plain]),
        (
            Auto,
            "TMUX",
            FakeBackend { fails: "load-buffer -w -", ..fake_backend(false, Some(TMUX)) },
            "tmux buffer and /copies/1",
            &["load-buffer - a", "file a\n"],
        ),
        // Inside GNU screen, and inside both.
        (Auto, "STY TERM=xterm", fake_backend(false, None), "OSC 52 and /copies/1", &["file a\n", "^P^]52;c;YQ==~^\\"]),
        (Auto, "STY TERM=screen.xterm-256color", fake_backend(false, None), "OSC 52", &["^P^]52;c;YQ==~^\\"]),
        (Auto, "STY TMUX TERM=screen", fake_backend(false, Some(TMUX)), "tmux", &["load-buffer -w - a"]),
        (
            Auto,
            "STY TMUX TERM=tmux-256color",
            fake_backend(false, Some(&passes.replace("xterm-256color", "screen"))),
            "tmux buffer and /copies/1",
            &["load-buffer - a", "file a\n"],
        ),
        // A failed copy is reported as such.
        (
            Auto,
            "TERM=linux",
            FakeBackend { disk_is_full: true, ..fake_backend(false, None) },
            "not copied: /copies: no room",
            &[],
        ),
        (
            Auto,
            "TMUX",
            FakeBackend { disk_is_full: true, ..fake_backend(false, Some(DETACHED)) },
            "tmux buffer",
            &["load-buffer - a"],
        ),
    ] {
        let (route_shown, did) = copied(&clipboard(wanted, environment, backend), "a\n");
        assert_eq!(
            (route_shown.as_str(), &did[..]),
            (route, &done.iter().map(ToString::to_string).collect::<Vec<_>>()[..]),
            "{environment}"
        );
    }
}

#[test]
fn text_too_long_for_the_terminal_goes_to_a_file() {
    let (short, long) = ("x".repeat(55_500), "x".repeat(55_501));
    for (environment, tmux, text, route) in [
        ("TERM=xterm", None, &short, "OSC 52"),
        ("TERM=xterm", None, &long, "/copies/1"),
        ("STY TERM=screen.xterm", None, &short, "OSC 52"),
        ("STY TERM=screen.xterm", None, &long, "/copies/1"),
        ("SSH_TTY TERM=screen", None, &"x".repeat(600), "/copies/1"),
        ("TMUX", Some(TMUX), &short, "tmux"),
        ("TMUX", Some(TMUX), &long, "tmux buffer and /copies/1"),
    ] {
        let (route_shown, _) = copied(&clipboard(ClipboardRoute::Auto, environment, fake_backend(false, tmux)), text);
        assert_eq!(route_shown, route, "{environment}: {}", text.len());
    }
}

#[test]
fn the_route_is_known_without_copying() {
    for (environment, has_system, tmux, copy_route) in [
        ("TERM=xterm", true, None, "the system clipboard"),
        ("TERM=xterm", false, None, "the terminal (OSC 52)"),
        ("TERM=linux", false, None, "files"),
        ("TMUX", false, Some(TMUX), "tmux and its terminal"),
        ("TMUX", false, Some(DETACHED), "the tmux buffer, plus a file in case that fails"),
        ("TMUX", false, None, "files"),
        ("STY TERM=screen.xterm", false, None, "the terminal, through screen (OSC 52)"),
    ] {
        let clipboard = clipboard(ClipboardRoute::Auto, environment, fake_backend(has_system, tmux));
        assert_eq!(clipboard.copy_route().unwrap(), copy_route, "{environment}");
        assert!(clipboard.backend.done.borrow().is_empty());
    }
    assert!(clipboard(ClipboardRoute::System, "", fake_backend(false, None)).copy_route().is_err());
}
