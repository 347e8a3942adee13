//! What is drawn: each widget gets plain data and styles and draws within its area, whatever the area is.
//!
//! Widgets use `domain` and `geometry` only. They know nothing of the model and keep nothing between frames: what scrolls or is chosen
//! is told to them. Every text of theirs goes through [`text`], which makes it safe.

pub mod credit_counter;
pub mod dialog;
pub mod key_line;
pub mod line_input;
pub mod list;
pub mod page;
pub mod table;
pub mod target_box;
pub mod text;
pub mod toasts;
