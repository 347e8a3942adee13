//! The imperative shell: the event loop, the terminal, and everything that touches the world on behalf of [`crate::app`].
//!
//! What can be decided without the world is decided in `app`; nothing here knows what a key means.

pub mod archive;
mod background;
pub mod browser;
pub mod clipboard;
pub mod clock;
pub mod connector;
pub mod console;
pub mod core_dump;
pub mod event_loop;
mod export;
mod key_store;
pub mod load;
pub mod panics;
pub mod session;
pub mod setup;
mod shell;
pub mod signals;
pub mod state_file;
pub mod tasks;
pub mod terminal;
