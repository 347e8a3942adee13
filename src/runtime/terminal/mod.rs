//! The real terminal: its modes, taken and given back, the keys that come from it, and the drawing on it.
//!
//! Whatever way a session ends (quit, error, panic, signal, abort), the terminal is given back as it was.

mod ansi16_writer;
#[cfg(unix)]
mod crash_restore;
mod frame_writer;
mod job;
#[cfg(unix)]
mod keys;
mod live;
mod mode;
mod modes;
mod scroll_backend;
#[cfg(unix)]
mod tty;
#[cfg(windows)]
#[path = "windows.rs"]
mod tty;
#[cfg(unix)]
mod wait;

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::{Frame, Terminal};

use crate::config::ColorSupport;
use crate::layout::screen::usable_size;

use super::terminal_screen::{Suspended, TerminalScreen};
use ansi16_writer::Ansi16Writer;
use frame_writer::FrameWriter;
use modes::Modes;
use scroll_backend::ScrollBackend;
use tty::Tty;

pub use live::is_live;

/// Gives the terminal back without waiting for it, whoever has it, for a program that is about to end.
pub fn give_back_at_once() {
    #[cfg(unix)]
    crash_restore::give_back();
}

/// Columns and rows of the terminal that the program was started in.
///
/// # Errors
/// There is none.
pub fn size() -> io::Result<(u16, u16)> {
    Tty::open()?.size()
}

/// The terminal of an interactive session.
pub struct CrosstermScreen {
    // Before `modes`, so that nothing is drawn once they are given back.
    terminal: Terminal<ScrollBackend<CrosstermBackend<FrameWriter<Ansi16Writer<Tty>>>>>,
    writer: FrameWriter<Ansi16Writer<Tty>>,
    tty: Tty,
    modes: Modes,
    typed: tty::Typed,
    mouse_seen: Arc<AtomicBool>,
    continued: job::Continued,
}

impl CrosstermScreen {
    /// Takes the terminal that the program was started in.
    ///
    /// # Errors
    /// There is no terminal, or it can't be set up; it is then as it was before.
    pub fn open(mouse: bool, colors: ColorSupport) -> io::Result<CrosstermScreen> {
        // crossterm leaves colours out by itself under NO_COLOR, and cancels reverse video with them; the theme does it right.
        crossterm::style::force_color_output(true);
        let tty = Tty::open()?;
        let continued = job::Continued::watch()?;
        let mouse_seen = Arc::<AtomicBool>::default();
        let modes = Modes::take(tty.clone(), mouse, Arc::clone(&mouse_seen))?;
        let writer = FrameWriter::new(Ansi16Writer::new(tty.clone(), colors == ColorSupport::Sixteen));
        let (width, height) = usable_size(tty.size()?);
        let terminal = Terminal::new(ScrollBackend::new(CrosstermBackend::new(writer.clone()), width, height))?;
        Ok(CrosstermScreen { terminal, writer, tty, modes, typed: tty::Typed::default(), mouse_seen, continued })
    }
}

impl TerminalScreen for CrosstermScreen {
    type Events = tty::Keys;

    fn events(&mut self) -> io::Result<tty::Keys> {
        self.tty.keys(&self.typed, &self.mouse_seen)
    }

    fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        let (width, height) = self.size()?;
        self.terminal.backend_mut().set_size(width, height);
        queue!(self.writer, BeginSynchronizedUpdate)?;
        self.terminal.draw(render)?;
        queue!(self.writer, EndSynchronizedUpdate)?;
        self.writer.release()
    }

    fn clear(&mut self) -> io::Result<()> {
        // Not the library's own clear, which asks the terminal where its cursor is: a reply that is late would be taken
        // for keys, one that never comes is an error.
        self.terminal.backend_mut().clear()?;
        self.terminal.swap_buffers();
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<Suspended> {
        self.modes.give_back();
        let suspended = job::stop(&self.continued);
        self.modes.take_again()?;
        suspended
    }

    fn repair(&mut self) -> io::Result<bool> {
        let is_due = self.continued.take();
        if is_due {
            self.modes.repair()?;
        }
        Ok(is_due)
    }

    fn size(&self) -> io::Result<(u16, u16)> {
        self.tty.size().map(usable_size)
    }

    fn send(&mut self, sequence: &[u8]) -> io::Result<()> {
        self.writer.write_all(sequence)?;
        self.writer.release()
    }
}
