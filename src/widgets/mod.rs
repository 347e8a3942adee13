//! Widgets: each takes plain data and styles, and draws within its area, whatever its size.
//!
//! Widgets use `domain` and `layout` only. They know nothing of the model and keep no state between frames. All text is
//! drawn by [`text`], which sanitizes it.

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
