//! The embedded API: the documented protocol over real HTTP on loopback, from invented data. No key of the user's, no
//! network and no credits are involved.
//!
//! `demo` uses `domain` only. It knows nothing of the client that asks it.

mod link_maker;
mod protocol;
mod server;
mod world;

pub use server::{Options, Server};
pub use world::{GuideLine, WorldError, guide};

/// The only key that the embedded API takes.
pub const KEY: &str = "demo-key";
