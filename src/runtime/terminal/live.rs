//! Whether a session has the screen.

use std::sync::atomic::{AtomicBool, Ordering};

// Panic reports are collected while this is set, instead of printed on the live screen.
static LIVE: AtomicBool = AtomicBool::new(false);

pub fn is_live() -> bool {
    LIVE.load(Ordering::SeqCst)
}

/// Returns the previous value.
pub fn set_live(is_live: bool) -> bool {
    LIVE.swap(is_live, Ordering::SeqCst)
}
