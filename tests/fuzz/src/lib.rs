//! The checks that `cargo test` drives too, for libFuzzer to drive.

#![allow(dead_code)] // Not every check needs all of what tests share.

#[path = "../checks.rs"]
pub mod checks;
#[path = "../../support/mod.rs"]
mod support;
