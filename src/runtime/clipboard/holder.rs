//! A copy outlives the session. Under X11 and Wayland a text is on the clipboard for as long as the program that offers it runs, so
//! a small process of the program's own takes it over, and ends once another program has the clipboard: a manager that keeps
//! everything, or whoever copies next.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Read, Write};
use std::process::{Command, ExitCode, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use arboard::SetExtLinux;

use crate::config::api_key::without_key;

/// The first word of the command line of that process. No option for users.
const WORD: &str = "--hold-copy";

/// How long it may take to offer the text: a few hundredths of a second, unless the machine is short of time.
const OFFERED_WITHIN: Duration = Duration::from_secs(1);

/// How often it looks whether the text is there.
const STEP: Duration = Duration::from_millis(5);

/// How often it looks whether the display is.
const ROUND: Duration = Duration::from_secs(3);

/// Starts that process, and waits until it offers the text. It gets no key along.
pub(super) fn start(text: String) -> io::Result<()> {
    let mut program = Command::new(std::env::current_exe()?);
    // It holds on to no terminal and no directory.
    program.arg(WORD).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).current_dir("/");
    let mut child = without_key(&mut program).spawn()?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let (tell, told) = channel();
    thread::spawn(move || {
        let written = stdin.map_or(Ok(()), |mut stdin| stdin.write_all(text.as_bytes()));
        let said = stdout.map_or(Ok(()), |mut stdout| stdout.read_exact(&mut [0]));
        // Who no longer waits has given it up.
        drop(tell.send(written.and(said)));
    });
    let offered = told.recv_timeout(OFFERED_WITHIN).map_err(io::Error::other).flatten();
    if offered.is_err() {
        // Where it has ended already, there is nothing to end.
        drop(child.kill());
        drop(child.wait());
    }
    offered
}

/// Offers the text, if this is that process.
pub fn serve(words: &[OsString]) -> Option<ExitCode> {
    let [_, word] = words else { return None };
    if word != WORD || io::stdin().is_terminal() {
        return None;
    }
    Some(if hold().is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Nobody reads what it would say: that it ended tells enough.
fn hold() -> Result<(), arboard::Error> {
    let failed = |error: &dyn std::fmt::Display| arboard::Error::Unknown { description: error.to_string() };
    // Neither Ctrl-C nor the end of the terminal is meant for it.
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

/// Tells that the text is there; returns once it is not, or the display is gone, which the library waits for in vain.
fn watch(ours: &str) {
    let is_there =
        || arboard::Clipboard::new().and_then(|mut clipboard| clipboard.get_text()).is_ok_and(|it| it == ours);
    let until = Instant::now() + OFFERED_WITHIN;
    while !is_there() {
        if Instant::now() > until {
            return;
        }
        thread::sleep(STEP);
    }
    // Whoever started this may end now. It may have done so.
    drop(io::stdout().write_all(b"\n").and_then(|()| io::stdout().flush()));
    while is_there() {
        thread::sleep(ROUND);
    }
}
