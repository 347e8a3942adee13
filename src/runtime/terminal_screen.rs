//! What the event loop needs of a terminal, so that tests can run the real loop on a screen in memory.

use std::io;

use crossterm::event::Event;
use futures_util::Stream;
use ratatui::Frame;

/// What became of a request to be stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suspended {
    /// It was stopped, and is continued now.
    Continued,
    /// There is no shell that could continue it.
    Refused,
}

/// A screen to draw on and a source of keys.
pub trait TerminalScreen {
    /// The stream of terminal events. Dropped while another program owns the terminal, since it would steal its keys.
    type Events: Stream<Item = io::Result<Event>> + Unpin;

    /// Starts to read events.
    ///
    /// # Errors
    /// The terminal can't be read.
    fn events(&mut self) -> io::Result<Self::Events>;

    /// Draws one frame and shows it at once, as a whole.
    ///
    /// # Errors
    /// The terminal can't be written to.
    fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<()>;

    /// Forgets what is on the screen, so that the next frame is drawn whole.
    ///
    /// # Errors
    /// The terminal can't be written to.
    fn clear(&mut self) -> io::Result<()>;

    /// Hands the terminal back to the shell and stops; returns when the program is continued.
    ///
    /// # Errors
    /// The terminal is gone.
    fn suspend(&mut self) -> io::Result<Suspended>;

    /// Takes the terminal anew if the program was stopped and continued by somebody else. Whether it was.
    ///
    /// # Errors
    /// The terminal is gone.
    fn repair(&mut self) -> io::Result<bool>;

    /// The size in columns and rows.
    ///
    /// # Errors
    /// The terminal is gone.
    fn size(&self) -> io::Result<(u16, u16)>;

    /// Writes a control sequence that leaves the screen as it is, such as OSC 52.
    ///
    /// # Errors
    /// The terminal can't be written to.
    fn send(&mut self, sequence: &[u8]) -> io::Result<()>;
}
