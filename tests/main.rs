//! Integration tests, in one binary, since linking takes most of a test run on a small machine.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // That is how a test fails.

mod any_input;
#[path = "fuzz/checks.rs"]
mod checks;
mod commands;
mod contrast;
mod damage;
mod documents;
mod extras;
mod files;
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
mod streams;
mod supply_chain;
mod support;
mod update;
#[cfg(unix)]
mod watchdog;
