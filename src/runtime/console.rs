//! What the event loop needs of a terminal, so that tests can run the real loop on a screen in memory.

use std::io;

use crossterm::event::Event;
use futures_util::Stream;
use ratatui::Frame;

/// A screen to draw on and a source of keys.
pub trait Console {
    /// The stream of terminal events. Dropped while another program owns the terminal, since it would steal its keys.
    type Events: Stream<Item = io::Result<Event>> + Unpin;

    /// Starts to read events.
    fn events(&mut self) -> Self::Events;

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
    /// The terminal can't be written to, or the system refuses to stop the program.
    fn suspend(&mut self) -> io::Result<()>;

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
