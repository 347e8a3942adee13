//! kew-tui: read, filter and take away the backlinks of a page, in the terminal.
//!
//! The map of the modules, and who may use whom (`tests/layering.rs` enforces it):
//!
//! | module | what lives there | uses |
//! |---|---|---|
//! | [`domain`] | what a link, a target, a request and a credit are; pure | nobody |

pub mod api;
pub mod app;
pub mod config;
pub mod demo;
pub mod domain;
pub mod formats;
pub mod geometry;
pub mod input;
pub mod view;
pub mod widgets;
