//! The imperative shell: the event loop, the terminal, and all I/O on behalf of [`crate::app`].
//!
//! Decisions that need no I/O are made in `app`; nothing here knows what a key means.

pub mod archive;
pub mod bootstrap;
pub mod browser;
pub mod clipboard;
pub mod clock;
pub mod connector;
pub mod core_dump;
mod effect_runner;
pub mod event_loop;
mod export;
mod key_store;
pub mod load;
pub mod panics;
mod priority;
pub mod session;
pub mod signals;
pub mod snapshot_links;
pub mod state_file;
pub mod tasks;
pub mod terminal;
pub mod terminal_screen;
