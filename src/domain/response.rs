//! What came back from the API for one request.

use std::sync::Arc;
use std::time::Duration;

use super::credits::Credits;
use super::link_set::LinkSet;

/// A readable answer: its links in the API's order (of authority), and what the API says of it.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// The links, best first.
    pub links: Arc<LinkSet>,
    /// `credits_consumed`; `None` where the answer does not say.
    pub charged: Option<Credits>,
    /// `time_taken`, the server's own time; `None` where the answer does not say.
    pub time_taken: Option<Duration>,
    /// Entries of `data` that were no link and could not be read.
    pub skipped: usize,
}
