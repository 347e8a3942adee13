//! Positions and widths on a screen of cells. Pure arithmetic, used both for decisions ([`crate::app`]: what a click
//! hit, how long a page is) and for drawing ([`crate::widgets`], [`crate::view`]).
//!
//! `layout` only uses `domain`.

pub mod cells;
pub mod columns;
pub mod letters;
pub mod screen;
