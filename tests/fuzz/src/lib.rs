//! The checks of `cargo test`, for libFuzzer.

#[path = "../checks.rs"]
pub mod checks;
#[path = "../../support/hostile.rs"]
mod hostile;
#[path = "../../support/links.rs"]
mod links;
#[path = "../stored.rs"]
pub mod stored;

/// The part of `tests/support` that the checks use.
mod support {
    pub use super::hostile::hostile_links;
    pub use super::links::{response, links};
}
