//! Time in the core, which has no clock: the current time is passed in with each message.

use std::time::Duration;

/// Time since the program started.
pub type Elapsed = Duration;
