//! What each kind of file has to know how to do.

use crate::domain::link_set::SegmentBuilder;

/// A way to find whole records in bytes, and to read them.
pub(super) trait Records: Sync {
    /// The length of the longest start of `bytes` that is whole records; all of it at the end of the file.
    fn whole(&self, bytes: &[u8], at_end: bool) -> usize;

    /// Adds the links of whole records to `links`. Returns how many records are none.
    fn read(&self, records: &[u8], links: &mut SegmentBuilder) -> usize;
}
