//! The modes that a session needs of its terminal, taken and given back.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::live::{is_live, set_live};
use super::mode::{KEYS, MOUSE, Mode, PASTE, SCREEN};
use super::tty::{Line, Tty};

/// The modes that a session needs of its terminal. Dropping it gives the terminal back.
#[derive(Debug)]
pub struct Modes {
    tty: Tty,
    before: Line,
    mouse: bool,
    /// Whether the mouse has reported anything, and more may be on its way.
    mouse_seen: Arc<AtomicBool>,
}

impl Modes {
    /// Takes the terminal.
    ///
    /// # Errors
    /// There is none, or it is gone; it is then as it was before.
    pub fn take(tty: Tty, mouse: bool, mouse_seen: Arc<AtomicBool>) -> io::Result<Modes> {
        let before = tty.take_line(mouse)?;
        set_live(true);
        // From here on dropping undoes what was done, even if the rest fails.
        let mut modes = Modes { tty, before, mouse, mouse_seen };
        if let Err(error) = modes.tty.insure(&modes.before, &modes.leave()) {
            tracing::info!(%error, "an abort would not give the terminal back");
        }
        modes.enter(|mode| mode.set)?;
        Ok(modes)
    }

    /// Takes the terminal again after it was given back.
    ///
    /// # Errors
    /// It is gone.
    pub fn take_again(&mut self) -> io::Result<()> {
        self.before = self.tty.take_line(self.mouse)?;
        set_live(true);
        self.enter(|mode| mode.set)
    }

    /// Sets all modes once more, since somebody else had the terminal without its having been given back.
    ///
    /// # Errors
    /// It is gone.
    pub fn repair(&mut self) -> io::Result<()> {
        let found = self.tty.take_line(self.mouse)?;
        // A shell gives its own modes to what it continues; if it left ours, those are not what was there before.
        if !Tty::is_raw(&found) {
            self.before = found;
        }
        self.enter(|mode| mode.again)
    }

    /// Gives the terminal back. Each step is tried whatever became of the one before.
    pub fn give_back(&mut self) {
        if !is_live() {
            return;
        }
        let left = self.tty.write_all(&self.leave());
        // A shell would take the rest of the reports for text. Where there were none, what was typed ahead is the shell's.
        if self.mouse_seen.swap(false, Ordering::Relaxed) {
            self.tty.drain();
        }
        for error in [left, self.tty.give_line_back(&self.before)].into_iter().filter_map(Result::err) {
            tracing::warn!(%error, "the terminal could not be given back in full");
        }
        set_live(false);
    }

    /// In the order in which they are set.
    fn modes(&self) -> impl DoubleEndedIterator<Item = Mode> + use<> {
        [Some(SCREEN), Some(KEYS), self.mouse.then_some(MOUSE), Some(PASTE)].into_iter().flatten()
    }

    fn enter(&mut self, how: impl Fn(Mode) -> &'static str) -> io::Result<()> {
        let modes: String = self.modes().map(how).collect();
        self.tty.write_all(modes.as_bytes())
    }

    /// What undoes [`Modes::enter`], in reverse.
    fn leave(&self) -> Vec<u8> {
        self.modes().rev().flat_map(|mode| mode.reset.bytes()).collect()
    }
}

impl Drop for Modes {
    fn drop(&mut self) {
        self.give_back();
    }
}
