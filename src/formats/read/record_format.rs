//! The interface of the input formats.

use crate::domain::columns::ExtraSpec;
use crate::domain::link_set::SegmentBuilder;

pub(super) trait RecordFormat: Sync {
    /// The length of the longest prefix of complete records; the whole length at the end of the file.
    fn complete_len(&self, bytes: &[u8], at_end: bool) -> usize;

    /// Where the next record may begin, within or after a record that is too long; `None` if not in these bytes.
    fn resume(&self, bytes: &[u8]) -> Option<usize> {
        memchr::memchr2(b'\n', b'\r', bytes).map(|at| at + 1)
    }

    /// Adds the links of complete records to `links`. Returns the number of records that are not links.
    fn read(&self, records: &str, links: &mut SegmentBuilder) -> usize;

    /// Like [`RecordFormat::read`], but only up to a header of a table with other columns. Also returns whether there is one.
    fn read_table(&self, records: &str, links: &mut SegmentBuilder) -> (usize, bool) {
        (self.read(records, links), false)
    }

    /// The extra columns, by their index in `links`.
    fn extras(&self) -> &[ExtraSpec];
}
