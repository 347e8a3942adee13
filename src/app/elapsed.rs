//! The only clock that the core knows: what comes with each message.

use std::time::Duration;

/// Time since the program started.
pub type Elapsed = Duration;
