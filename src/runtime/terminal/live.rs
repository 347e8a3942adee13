//! Whether the screen is a session's.

use std::sync::atomic::{AtomicBool, Ordering};

/// A panic is kept for later while it is, instead of being printed across the screen.
static LIVE: AtomicBool = AtomicBool::new(false);

/// Whether a session has the screen right now.
pub fn is_live() -> bool {
    LIVE.load(Ordering::SeqCst)
}

/// Notes whether a session has the screen from now on. Returns whether one had it.
pub fn set_live(is_live: bool) -> bool {
    LIVE.swap(is_live, Ordering::SeqCst)
}
