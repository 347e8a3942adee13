//! What a terminal sends, as events. Bytes in, events out: reading them is the shell's.

mod decode;
mod split;

use std::time::Duration;

use crossterm::event::Event;

/// Turns bytes into events, however they are cut when they come.
#[derive(Debug, Default)]
pub struct Decoder(split::Splitter);

impl Decoder {
    /// Takes what came and returns the events that are whole.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<Event> {
        self.0.take(bytes).into_iter().filter_map(decode::decode).collect()
    }

    /// How long to wait for the rest of what is open before [`Decoder::give_up`]; `None` if nothing is.
    pub fn patience(&self) -> Option<Duration> {
        self.0.patience()
    }

    /// Ends what is open: it was a key, a paste, or the beginning of something that broke off.
    pub fn give_up(&mut self) -> Option<Event> {
        self.0.give_up().and_then(decode::decode)
    }
}
