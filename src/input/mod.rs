//! From keys to actions: what a key is called, what a person can mean, and which key means what where.
//!
//! `input` uses `domain` only. It neither reads the terminal (`runtime` does) nor acts (`app` does).

pub mod action;

pub use action::{Action, Context, Edit};
