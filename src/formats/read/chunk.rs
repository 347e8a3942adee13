//! A part of a link list that was read.

use std::sync::Arc;

use super::notice::Notice;
use crate::domain::link_set::Segment;

#[derive(Clone, Debug, Default)]
pub struct Chunk {
    pub segments: Vec<Arc<Segment>>,
    /// The number of records that are not links: malformed, or without a URL or domain.
    pub skipped: usize,
    /// Bytes of the file read so far.
    pub bytes: u64,
    /// What the user should know about the file. Each is given once.
    pub notices: Vec<Notice>,
}
