//! The imperative shell: the event loop, the terminal, and everything that touches the world on behalf of [`crate::app`].
//!
//! What can be decided without the world is decided in `app`; nothing here knows what a key means.

pub mod asker;
mod background;
pub mod browser;
pub mod clipboard;
pub mod clock;
pub mod console;
pub mod core_dump;
pub mod event_loop;
mod export;
mod fault;
pub mod fetch;
mod frame_writer;
pub mod kept;
mod key_store;
pub mod load;
mod palette;
pub mod panics;
mod replies;
mod scrolling;
pub mod session;
pub mod setup;
mod shell;
pub mod signals;
pub mod tasks;
pub mod terminal;
pub mod vault;
