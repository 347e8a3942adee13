//! The terminal as the system sees it (Windows): crossterm knows its console.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crossterm::event::{DisableMouseCapture, EnableMouseCapture, EventStream};
use crossterm::execute;
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

/// A terminal. Clones are the same one.
#[derive(Clone, Copy, Debug)]
pub struct Tty;

/// Whether the mouse is ours; crossterm keeps the rest.
pub type Line = bool;
/// crossterm keeps what was typed.
pub type Typed = ();
/// The events of a terminal.
pub type Keys = EventStream;

impl Tty {
    /// The console.
    ///
    /// # Errors
    /// None here.
    pub fn open() -> io::Result<Tty> {
        Ok(Tty)
    }

    /// Takes the console.
    ///
    /// # Errors
    /// There is none.
    pub fn take_line(&self, mouse: bool) -> io::Result<Line> {
        // Turns control sequences on, too.
        crossterm::ansi_support::supports_ansi();
        enable_raw_mode()?;
        if mouse {
            execute!(io::stdout(), EnableMouseCapture)?;
        }
        Ok(mouse)
    }

    /// Gives the console back.
    ///
    /// # Errors
    /// It is gone.
    pub fn give_line_back(&self, mouse: &Line) -> io::Result<()> {
        if *mouse {
            execute!(io::stdout(), DisableMouseCapture)?;
        }
        disable_raw_mode()
    }

    /// Nobody else sets the modes of a console.
    pub fn is_raw(_: &Line) -> bool {
        true
    }

    /// Reports of the mouse go to nobody else.
    pub fn drain(&self) {}

    /// The system gives a console back.
    ///
    /// # Errors
    /// None here.
    pub fn insure(&self, _: &Line, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    /// Starts to read what is typed.
    ///
    /// # Errors
    /// None here.
    pub fn keys(&self, _: &Typed, _: &Arc<AtomicBool>) -> io::Result<Keys> {
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
