//! From keys to actions: what a key is called, what a person can mean, and which key means what where; and the line
//! editor behind every box that text is typed into.
//!
//! `input` uses `domain` only. It neither reads the terminal (`runtime` does) nor acts (`app` does).

pub mod action;
pub mod chord;
pub mod context;
pub mod history;
pub mod keymap;
pub mod line;
pub mod number_line;
pub mod secret_line;
pub mod terminal;

pub use action::{ACTIONS, Action, ActionInfo, Edit, Group};
pub use chord::{Chord, Key};
pub use context::Context;
pub use history::History;
pub use keymap::{Binding, Keymap};
pub use line::LineEdit;
pub use number_line::NumberLine;
pub use secret_line::SecretLine;
