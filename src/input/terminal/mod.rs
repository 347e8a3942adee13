//! Decodes terminal input. Bytes in, events out; `runtime` reads the terminal.

mod decode;
mod split;

use std::time::Duration;

use crossterm::event::Event;

/// Decodes bytes into events, independent of the chunks in which they arrive.
#[derive(Debug, Default)]
pub struct Decoder(split::Splitter);

impl Decoder {
    /// Adds input and returns the events that are complete.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<Event> {
        self.0.take(bytes).into_iter().filter_map(decode::decode).collect()
    }

    /// How long to wait for more input before calling [`Decoder::give_up`]; `None` if nothing is incomplete.
    pub fn patience(&self) -> Option<Duration> {
        self.0.patience()
    }

    /// Ends incomplete input, and returns its event if it is a key or a paste.
    pub fn give_up(&mut self) -> Option<Event> {
        self.0.give_up().and_then(decode::decode)
    }
}
