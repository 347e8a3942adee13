//! What the event loop needs from a terminal. A trait, so that tests can run the real loop on an in-memory screen.

use std::io;

use crossterm::event::Event;
use futures_util::Stream;
use ratatui::Frame;

/// Result of suspending the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suspended {
    /// The program was stopped and has been continued.
    Continued,
    /// There is no shell that could continue the program, so it was not stopped.
    Refused,
}

pub trait TerminalScreen {
    /// Terminal events. The stream is dropped while another program owns the terminal, because it would steal that program's keys.
    type Events: Stream<Item = io::Result<Event>> + Unpin;

    /// Starts reading events.
    ///
    /// # Errors
    /// The terminal can't be read.
    fn events(&mut self) -> io::Result<Self::Events>;

    /// Draws a frame and writes it to the terminal in one piece.
    ///
    /// # Errors
    /// The terminal can't be written to.
    fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<()>;

    /// Clears the screen, so that the next frame is drawn completely.
    ///
    /// # Errors
    /// The terminal can't be written to.
    fn clear(&mut self) -> io::Result<()>;

    /// Restores the terminal and stops the program; returns when it is continued.
    ///
    /// # Errors
    /// The terminal is gone.
    fn suspend(&mut self) -> io::Result<Suspended>;

    /// Sets the terminal modes again if the program was stopped from outside and continued. Returns whether it was.
    ///
    /// # Errors
    /// The terminal is gone.
    fn repair(&mut self) -> io::Result<bool>;

    /// Columns and rows.
    ///
    /// # Errors
    /// The terminal is gone.
    fn size(&self) -> io::Result<(u16, u16)>;

    /// Writes a control sequence that does not change the screen, such as OSC 52.
    ///
    /// # Errors
    /// The terminal can't be written to.
    fn send(&mut self, sequence: &[u8]) -> io::Result<()>;
}
