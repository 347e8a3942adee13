//! The terminal device (Unix): input, output, line modes and size.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use rustix::event::PollFlags;
use rustix::fs::{Mode as Rights, OFlags, open};
use rustix::termios::{
    LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios, tcflush, tcgetattr, tcgetwinsize, tcsetattr,
    ttyname,
};

use super::crash_restore;
pub use super::keys::{Keys, UnhandledEvents};
use super::wait::{is_ready, retry_interrupted};

/// Clones refer to the same terminal.
#[derive(Clone, Debug)]
pub struct Tty {
    output: Arc<File>,
    input: Arc<File>,
}

/// Line modes (termios).
pub type Line = Termios;

/// If no input arrives for this long, all mouse reports have been read.
const DRAIN_TIMEOUT: Duration = Duration::from_millis(20);

impl Tty {
    /// Opens the terminal of stdout. Input is read from stdin if that is a terminal too.
    ///
    /// # Errors
    /// There is no terminal.
    pub fn open() -> io::Result<Tty> {
        let stdout = io::stdout();
        let output = File::from(stdout.as_fd().try_clone_to_owned()?);
        let stdin = io::stdin();
        let input =
            if stdin.is_terminal() { File::from(stdin.as_fd().try_clone_to_owned()?) } else { reopen(&output)? };
        Ok(Tty { output: Arc::new(output), input: Arc::new(input) })
    }

    /// Sets raw mode: every byte arrives at once, nothing is echoed, and no key sends a signal. Returns the previous modes.
    ///
    /// # Errors
    /// It is not a terminal, or it is gone.
    pub fn set_raw_mode(&self, _mouse: bool) -> io::Result<Line> {
        let before = retry_interrupted(|| tcgetattr(&self.input))?;
        let mut raw = before.clone();
        raw.make_raw();
        raw.special_codes[SpecialCodeIndex::VMIN] = 1;
        raw.special_codes[SpecialCodeIndex::VTIME] = 0;
        retry_interrupted(|| tcsetattr(&self.input, OptionalActions::Now, &raw))?;
        Ok(before)
    }

    /// Restores the line modes. Does not wait for pending output, which a stalled terminal would never accept.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn restore_line(&self, before: &Line) -> io::Result<()> {
        retry_interrupted(|| tcsetattr(&self.input, OptionalActions::Now, before))
    }

    /// Discards input until none arrives for [`DRAIN_TIMEOUT`], at most five times.
    pub fn drain(&self) {
        for _ in 0..5 {
            if !is_ready(self.input.as_fd(), PollFlags::IN, Some(DRAIN_TIMEOUT)).is_ok_and(|ready| ready) {
                return;
            }
            // Discards everything received so far; only mouse reports are expected.
            if tcflush(&self.input, QueueSelector::IFlush).is_err() {
                return;
            }
        }
    }

    /// Columns and rows.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        let size = tcgetwinsize(&*self.output)?;
        Ok((size.ws_col, size.ws_row))
    }

    /// Restores the terminal even if the program crashes; see [`crash_restore::install`].
    ///
    /// # Errors
    /// The handlers can't be installed.
    pub fn install_crash_restore(&self, line: &Line, leave: &[u8]) -> io::Result<()> {
        crash_restore::install(self.reopen_nonblocking()?, line, leave)
    }

    /// Whether the line is in the mode that [`Tty::set_raw_mode`] sets.
    pub fn is_raw(line: &Line) -> bool {
        !line.local_modes.intersects(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG)
    }

    /// Starts reading input.
    ///
    /// # Errors
    /// The thread or the pipe can't be created.
    pub fn keys(&self, unhandled: &UnhandledEvents, mouse_seen: &Arc<AtomicBool>) -> io::Result<Keys> {
        Keys::read(Arc::clone(&self.input), unhandled.clone(), Arc::clone(mouse_seen))
    }

    /// Opens the terminal again in non-blocking mode.
    ///
    /// # Errors
    /// The terminal has no name or can't be opened by it.
    fn reopen_nonblocking(&self) -> io::Result<File> {
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        Ok(File::from(open(ttyname(&*self.output, Vec::new())?, flags, Rights::empty())?))
    }
}

impl Write for Tty {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            crash_restore::block_if_restoring();
            match (&*self.output).write(bytes) {
                // Another program that shares the terminal may have made it non-blocking.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    is_ready(self.output.as_fd(), PollFlags::OUT, None)?;
                }
                other => return other,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Opens the terminal by name for reading: stdout may be write-only.
fn reopen(terminal: &File) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NOCTTY | OFlags::CLOEXEC;
    let by_name = ttyname(terminal, Vec::new()).and_then(|name| open(name, flags, Rights::empty()));
    // The name comes first, because macOS can't poll /dev/tty.
    let file = by_name.or_else(|_| open(c"/dev/tty", flags, Rights::empty()))?;
    Ok(File::from(file))
}
