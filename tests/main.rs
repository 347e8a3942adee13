//! What the whole program does. One binary, since on a small machine linking is what a test run waits for.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // That is how a test fails.

mod any_input;
#[path = "fuzz/checks.rs"]
mod checks;
mod commands;
mod damage;
mod documents;
mod extras;
mod formats;
mod http;
mod layering;
mod lives;
mod properties;
#[cfg(unix)]
mod pty;
mod reference;
mod screens;
mod store;
#[path = "fuzz/stored.rs"]
mod stored;
mod supply_chain;
mod support;
mod update;
#[cfg(unix)]
mod watchdog;
