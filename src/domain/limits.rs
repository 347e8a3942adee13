//! How long to wait for the API, and how large a response may be.

use std::time::Duration;

/// The limits of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Time to establish a connection.
    pub connect: Duration,
    /// Time without receiving a byte. Large responses take a long time to start.
    pub idle: Duration,
    /// Time for the whole request.
    pub total: Duration,
    /// Size of the response after decompression.
    pub response_bytes: u64,
    /// Pause before a request is sent again for the first time; doubled each time after.
    pub first_pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connect: Duration::from_secs(10),
            idle: Duration::from_secs(60),
            total: Duration::from_secs(180),
            response_bytes: 64 << 20,
            first_pause: Duration::from_millis(500),
        }
    }
}
