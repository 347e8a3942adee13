//! Sets the terminal modes that a session needs, and restores the terminal.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::live::{is_live, set_live};
use super::mode::{KEYS, MOUSE, Mode, PASTE, SCREEN};
use super::tty::{Line, Tty};

/// Dropping it restores the terminal.
#[derive(Debug)]
pub struct Modes {
    tty: Tty,
    before: Line,
    mouse: bool,
    /// Whether any mouse report has arrived; if so, more may be on their way.
    mouse_seen: Arc<AtomicBool>,
}

impl Modes {
    /// Sets the modes.
    ///
    /// # Errors
    /// There is no terminal, or it is gone. The terminal is then restored.
    pub fn set(tty: Tty, mouse: bool, mouse_seen: Arc<AtomicBool>) -> io::Result<Modes> {
        let before = tty.set_raw_mode(mouse)?;
        set_live(true);
        // From here on, dropping `modes` undoes everything, even if a later step fails.
        let mut modes = Modes { tty, before, mouse, mouse_seen };
        if let Err(error) = modes.tty.install_crash_restore(&modes.before, &modes.leave()) {
            tracing::info!(%error, "the terminal would not be restored after an abort");
        }
        modes.enter(|mode| mode.set)?;
        Ok(modes)
    }

    /// Sets the modes after [`Modes::restore`].
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn set_again(&mut self) -> io::Result<()> {
        self.before = self.tty.set_raw_mode(self.mouse)?;
        set_live(true);
        self.enter(|mode| mode.set)
    }

    /// Sets all modes again after another program used the terminal without a `restore` first, as after SIGSTOP.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn repair(&mut self) -> io::Result<()> {
        let found = self.tty.set_raw_mode(self.mouse)?;
        // A shell sets its own line modes before it continues a job. If the line is still raw, these are our modes, not the shell's.
        if !Tty::is_raw(&found) {
            self.before = found;
        }
        self.enter(|mode| mode.again)
    }

    /// Restores the terminal. Every step is tried even if an earlier one fails.
    pub fn restore(&mut self) {
        if !is_live() {
            return;
        }
        let written = self.tty.write_all(&self.leave());
        // A shell would take leftover mouse reports for text. Without the mouse, keys typed ahead are kept for the shell.
        if self.mouse_seen.swap(false, Ordering::Relaxed) {
            self.tty.drain();
        }
        for error in [written, self.tty.restore_line(&self.before)].into_iter().filter_map(Result::err) {
            tracing::warn!(%error, "the terminal was not restored completely");
        }
        set_live(false);
    }

    /// The modes in the order in which they are set.
    fn modes(&self) -> impl DoubleEndedIterator<Item = Mode> + use<> {
        [Some(SCREEN), Some(KEYS), self.mouse.then_some(MOUSE), Some(PASTE)].into_iter().flatten()
    }

    fn enter(&mut self, how: impl Fn(Mode) -> &'static str) -> io::Result<()> {
        let modes: String = self.modes().map(how).collect();
        self.tty.write_all(modes.as_bytes())
    }

    /// The sequences that undo [`Modes::enter`], in reverse order.
    fn leave(&self) -> Vec<u8> {
        self.modes().rev().flat_map(|mode| mode.reset.bytes()).collect()
    }
}

impl Drop for Modes {
    fn drop(&mut self) {
        self.restore();
    }
}
