//! Where things stand on a screen of cells: pure arithmetic, shared by who decides ([`crate::app`]: what did a click hit,
//! how long is a page) and who draws ([`crate::widgets`], [`crate::view`]).
//!
//! `geometry` uses `domain` only.

pub mod cells;
pub mod columns;
pub mod letters;
pub mod screen;
