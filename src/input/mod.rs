//! Keys, actions and key maps, and the line editor for text fields.
//!
//! `input` uses `domain` only. `runtime` reads the terminal, and `app` runs the actions.

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
