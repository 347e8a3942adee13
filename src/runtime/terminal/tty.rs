//! The terminal as the system sees it (Unix): what is read and written, the line's modes, the size.

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
pub use super::keys::{Keys, Typed};
use super::wait::{is_ready, patiently};

/// A terminal that is written to as long as it takes. Clones are the same terminal.
#[derive(Clone, Debug)]
pub struct Tty {
    output: Arc<File>,
    input: Arc<File>,
}

/// The modes of a line.
pub type Line = Termios;

/// How long nothing must come for what the mouse reported to be all there is.
const QUIET: Duration = Duration::from_millis(20);

impl Tty {
    /// The terminal of the standard output; the one of the standard input for what is read, if that is a terminal too.
    ///
    /// # Errors
    /// There is none.
    pub fn open() -> io::Result<Tty> {
        let stdout = io::stdout();
        let output = File::from(stdout.as_fd().try_clone_to_owned()?);
        let stdin = io::stdin();
        let input =
            if stdin.is_terminal() { File::from(stdin.as_fd().try_clone_to_owned()?) } else { reopen(&output)? };
        Ok(Tty { output: Arc::new(output), input: Arc::new(input) })
    }

    /// Takes the line: each byte comes at once, none is echoed, none is a signal. Returns the modes that it had before.
    ///
    /// # Errors
    /// It is no terminal, or it is gone.
    pub fn take_line(&self, _mouse: bool) -> io::Result<Line> {
        let before = patiently(|| tcgetattr(&self.input))?;
        let mut raw = before.clone();
        raw.make_raw();
        raw.special_codes[SpecialCodeIndex::VMIN] = 1;
        raw.special_codes[SpecialCodeIndex::VTIME] = 0;
        patiently(|| tcsetattr(&self.input, OptionalActions::Now, &raw))?;
        Ok(before)
    }

    /// Gives the line back. Does not wait for what is written still, which a terminal that stalls would never take.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn give_line_back(&self, before: &Line) -> io::Result<()> {
        patiently(|| tcsetattr(&self.input, OptionalActions::Now, before))
    }

    /// Reads and drops what comes until nothing does for a moment, at most five moments.
    pub fn drain(&self) {
        for _ in 0..5 {
            if !is_ready(self.input.as_fd(), PollFlags::IN, Some(QUIET)).is_ok_and(|ready| ready) {
                return;
            }
            // All that is there; what is lost was for the mouse.
            if tcflush(&self.input, QueueSelector::IFlush).is_err() {
                return;
            }
        }
    }

    /// Columns and rows, as the terminal says.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        let size = tcgetwinsize(&*self.output)?;
        Ok((size.ws_col, size.ws_row))
    }

    /// Makes sure that whatever ends the program gives the terminal back; see [`crash_restore::insure`].
    ///
    /// # Errors
    /// The system does not let it.
    pub fn insure(&self, line: &Line, leave: &[u8]) -> io::Result<()> {
        crash_restore::insure(self.reopen_without_waiting()?, line, leave)
    }

    /// Whether a line is as [`Tty::take_line`] makes it.
    pub fn is_raw(line: &Line) -> bool {
        !line.local_modes.intersects(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG)
    }

    /// Starts to read what is typed.
    ///
    /// # Errors
    /// The system has no thread or no pipe left.
    pub fn keys(&self, typed: &Typed, mouse_seen: &Arc<AtomicBool>) -> io::Result<Keys> {
        Keys::read(Arc::clone(&self.input), typed.clone(), Arc::clone(mouse_seen))
    }

    /// The same terminal in a way of its own, in which nothing ever waits.
    ///
    /// # Errors
    /// It has no name, or can't be opened by it.
    fn reopen_without_waiting(&self) -> io::Result<File> {
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        Ok(File::from(open(ttyname(&*self.output, Vec::new())?, flags, Rights::empty())?))
    }
}

impl Write for Tty {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            crash_restore::hold_on();
            match (&*self.output).write(bytes) {
                // Another program that has the terminal too may have set it not to wait.
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

/// The same terminal by its name: the standard output may be open for writing only.
fn reopen(terminal: &File) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NOCTTY | OFlags::CLOEXEC;
    let by_name = ttyname(terminal, Vec::new()).and_then(|name| open(name, flags, Rights::empty()));
    // macOS can't wait for this one, so it comes second.
    let file = by_name.or_else(|_| open(c"/dev/tty", flags, Rights::empty()))?;
    Ok(File::from(file))
}
