//! A helper process that keeps a copy on the clipboard after the session. On X11 and Wayland, text is on the clipboard only
//! while the program that offers it runs. The helper ends when another program takes over the clipboard: a clipboard
//! manager, or the next copy.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Read, Write};
use std::process::{Command, ExitCode, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use arboard::SetExtLinux;

use crate::config::api_key::without_key;

/// First argument of the helper process. Internal, so it is not a documented option.
const HELPER_ARGUMENT: &str = "--hold-copy";

/// How long the helper may take to offer the text. Usually it takes a few hundredths of a second.
const OFFER_TIMEOUT: Duration = Duration::from_secs(1);

/// Interval of checks until the text is offered.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// Interval of checks afterwards.
const WATCH_INTERVAL: Duration = Duration::from_secs(3);

/// Starts the helper without the API key, and waits until it offers the text.
pub(super) fn start(text: String) -> io::Result<()> {
    let mut program = Command::new(std::env::current_exe()?);
    // The helper must not keep a terminal or a directory busy.
    program.arg(HELPER_ARGUMENT).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).current_dir("/");
    let mut child = without_key(&mut program).spawn()?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let (done, result) = channel();
    thread::spawn(move || {
        let written = stdin.map_or(Ok(()), |mut stdin| stdin.write_all(text.as_bytes()));
        let ready = stdout.map_or(Ok(()), |mut stdout| stdout.read_exact(&mut [0]));
        // Fails after the time-out, since the receiver is gone then.
        drop(done.send(written.and(ready)));
    });
    let offered = result.recv_timeout(OFFER_TIMEOUT).map_err(io::Error::other).flatten();
    if offered.is_err() {
        // Fails if the helper has already ended, which is fine.
        drop(child.kill());
        drop(child.wait());
    }
    offered
}

/// Runs the helper process if `words` are its command line.
pub fn serve(words: &[OsString]) -> Option<ExitCode> {
    let [_, word] = words else { return None };
    if word != HELPER_ARGUMENT || io::stdin().is_terminal() {
        return None;
    }
    Some(if hold().is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Offers the text on stdin until it is replaced. Errors go nowhere; the exit status is enough.
fn hold() -> Result<(), arboard::Error> {
    let failed = |error: &dyn std::fmt::Display| arboard::Error::Unknown { description: error.to_string() };
    // In a session of its own, so that neither Ctrl-C nor closing the terminal ends it.
    rustix::process::setsid().map_err(|error| failed(&error))?;
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).map_err(|error| failed(&error))?;
    let ours = text.clone();
    thread::spawn(move || {
        watch(&ours);
        std::process::exit(0);
    });
    arboard::Clipboard::new()?.set().wait().text(text)
}

/// Signals on stdout that the text is offered. Returns when the text is replaced or the display is gone, which arboard's `wait`
/// does not notice.
fn watch(ours: &str) {
    let is_offered =
        || arboard::Clipboard::new().and_then(|mut clipboard| clipboard.get_text()).is_ok_and(|it| it == ours);
    let deadline = Instant::now() + OFFER_TIMEOUT;
    while !is_offered() {
        if Instant::now() > deadline {
            return;
        }
        thread::sleep(POLL_INTERVAL);
    }
    // Fails if the parent has already ended, which is fine.
    drop(io::stdout().write_all(b"\n").and_then(|()| io::stdout().flush()));
    while is_offered() {
        thread::sleep(WATCH_INTERVAL);
    }
}
