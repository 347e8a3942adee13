//! Time as the core sees it: each message brings the current time.

use std::time::Duration;

/// Time since the program started.
pub type Elapsed = Duration;
