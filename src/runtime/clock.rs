//! The wall clock.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::domain::UnixTime;

/// Now. A clock before 1970 counts as 1970.
pub fn unix_now() -> UnixTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UnixTime(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
