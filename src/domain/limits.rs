//! How long to wait for the API, and how much of an answer to take.

use std::time::Duration;

/// The bounds of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Until a connection stands.
    pub connect: Duration,
    /// Without a byte of the answer. Answers with many links take long to begin.
    pub idle: Duration,
    /// In all.
    pub total: Duration,
    /// Bytes of one answer, after decompression.
    pub response_bytes: u64,
    /// Before a request is sent again for the first time; doubled for each further one.
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
