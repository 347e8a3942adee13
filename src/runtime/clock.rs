//! The wall clock.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::UnixTime;

/// The current time.
pub fn unix_now() -> UnixTime {
    unix_time(SystemTime::now())
}

/// A time before 1970 gives 1970.
pub fn unix_time(time: SystemTime) -> UnixTime {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    UnixTime(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// The current offset of the local time zone from UTC, in seconds; positive is east.
pub fn utc_offset() -> i32 {
    TimeZone::system().to_offset(Timestamp::now()).seconds()
}
