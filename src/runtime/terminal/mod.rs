//! The real terminal: its modes, its input, and drawing on it.
//!
//! However a session ends (quit, error, panic, signal, abort), the terminal is restored.

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

/// Restores the terminal without waiting, even if another thread is writing to it. For a process that is about to end.
pub fn restore_now() {
    #[cfg(unix)]
    crash_restore::restore();
}

/// Columns and rows of the terminal that the program runs in.
///
/// # Errors
/// There is no terminal.
pub fn size() -> io::Result<(u16, u16)> {
    Tty::open()?.size()
}

pub struct CrosstermScreen {
    // Fields are dropped in order: `terminal` before `modes`, so that nothing is drawn on a restored terminal.
    terminal: Terminal<ScrollBackend<CrosstermBackend<FrameWriter<Ansi16Writer<Tty>>>>>,
    writer: FrameWriter<Ansi16Writer<Tty>>,
    tty: Tty,
    modes: Modes,
    unhandled: tty::UnhandledEvents,
    mouse_seen: Arc<AtomicBool>,
    continued: job::Continued,
}

impl CrosstermScreen {
    /// Opens the terminal that the program runs in and sets its modes.
    ///
    /// # Errors
    /// There is no terminal, or setting it up fails; it is then restored.
    pub fn open(mouse: bool, colors: ColorSupport) -> io::Result<CrosstermScreen> {
        // Under NO_COLOR crossterm drops colors by itself and thereby cancels reverse video. The plain theme handles NO_COLOR.
        crossterm::style::force_color_output(true);
        let tty = Tty::open()?;
        let continued = job::Continued::watch()?;
        let mouse_seen = Arc::<AtomicBool>::default();
        let modes = Modes::set(tty.clone(), mouse, Arc::clone(&mouse_seen))?;
        let writer = FrameWriter::new(Ansi16Writer::new(tty.clone(), colors == ColorSupport::Sixteen));
        let (width, height) = usable_size(tty.size()?);
        let terminal = Terminal::new(ScrollBackend::new(CrosstermBackend::new(writer.clone()), width, height))?;
        Ok(CrosstermScreen {
            terminal,
            writer,
            tty,
            modes,
            unhandled: tty::UnhandledEvents::default(),
            mouse_seen,
            continued,
        })
    }
}

impl TerminalScreen for CrosstermScreen {
    type Events = tty::Keys;

    fn events(&mut self) -> io::Result<tty::Keys> {
        self.tty.keys(&self.unhandled, &self.mouse_seen)
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
        // Not `Terminal::clear`: it queries the cursor position. A late reply would be taken for keys, and a missing one
        // is an error.
        self.terminal.backend_mut().clear()?;
        self.terminal.swap_buffers();
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<Suspended> {
        self.modes.restore();
        let suspended = job::stop(&self.continued);
        self.modes.set_again()?;
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
