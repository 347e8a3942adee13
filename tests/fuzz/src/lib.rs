//! The checks that `cargo test` drives too, for libFuzzer to drive.

#[path = "../checks.rs"]
pub mod checks;

/// What the checks are tried on, of what all tests share.
mod support {
    #[path = "../../../support/hostile.rs"]
    mod hostile;
    #[path = "../../../support/links.rs"]
    mod links;

    pub use hostile::hostile_links;
    pub use links::{answer, links};
}
