//! The terminal device (Windows), through crossterm.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crossterm::event::{DisableMouseCapture, EnableMouseCapture, EventStream};
use crossterm::execute;
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

#[derive(Clone, Copy, Debug)]
pub struct Tty;

/// Whether mouse capture was enabled; crossterm restores the other modes.
pub type Line = bool;
/// crossterm itself keeps unread input.
pub type UnhandledEvents = ();
pub type Keys = EventStream;

impl Tty {
    /// # Errors
    /// None on Windows.
    pub fn open() -> io::Result<Tty> {
        Ok(Tty)
    }

    /// # Errors
    /// There is no console.
    pub fn set_raw_mode(&self, mouse: bool) -> io::Result<Line> {
        // Called for its side effect: it enables ANSI sequences.
        crossterm::ansi_support::supports_ansi();
        enable_raw_mode()?;
        if mouse {
            execute!(io::stdout(), EnableMouseCapture)?;
        }
        Ok(mouse)
    }

    /// # Errors
    /// The console is gone.
    pub fn restore_line(&self, mouse: &Line) -> io::Result<()> {
        if *mouse {
            execute!(io::stdout(), DisableMouseCapture)?;
        }
        disable_raw_mode()
    }

    /// Always true: other programs do not change the console's modes.
    pub fn is_raw(_: &Line) -> bool {
        true
    }

    /// Nothing to do: mouse reports are not delivered to other programs.
    pub fn drain(&self) {}

    /// Nothing to do: the system restores the console.
    ///
    /// # Errors
    /// None on Windows.
    pub fn install_crash_restore(&self, _: &Line, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    /// # Errors
    /// None on Windows.
    pub fn keys(&self, _: &UnhandledEvents, _: &Arc<AtomicBool>) -> io::Result<Keys> {
        Ok(EventStream::new())
    }

    /// Columns and rows.
    ///
    /// # Errors
    /// There is no console.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        crossterm::terminal::size()
    }
}

impl Write for Tty {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        io::stdout().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stdout().flush()
    }
}
