//! A response of the API.

use std::sync::Arc;
use std::time::Duration;

use super::credits::Credits;
use super::link_set::LinkSet;

/// A response that could be read.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// In the API's order, which is by authority.
    pub links: Arc<LinkSet>,
    /// `credits_consumed`, if the response has it.
    pub charged: Option<Credits>,
    /// `time_taken`, the time that the server took, if the response has it.
    pub time_taken: Option<Duration>,
    /// The number of entries of `data` that could not be read as a link.
    pub skipped: usize,
}
