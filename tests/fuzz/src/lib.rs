//! The checks that `cargo test` drives too, for libFuzzer to drive.

#[path = "../checks.rs"]
pub mod checks;
#[path = "../../support/hostile.rs"]
mod hostile;
#[path = "../../support/links.rs"]
mod links;
#[path = "../stored.rs"]
pub mod stored;

/// What the checks are tried on, of what all tests share.
mod support {
    pub use super::hostile::hostile_links;
    pub use super::links::{response, links};
}
