//! Identifies columns.

use crate::domain::link::Field;

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColumnId {
    /// The position in the API's order, which is by authority.
    Rank,
    /// The link's status in a comparison of two snapshots.
    DiffStatus,
    File,
    /// The number of links in a group. It sorts groups, not links.
    Links,
    Field(Field),
    /// The public suffix of the referring domain.
    Tld,
    /// See [`crate::domain::anchor_type`].
    AnchorType,
    /// The host of the referring page.
    Host,
    /// The number of segments in the path of the referring page.
    UrlDepth,
    /// The first segment of that path.
    TopFolder,
    /// A column from an imported file.
    Extra(ExtraId),
}

/// The index of an extra column in the schema of its link set. It is meaningless in another set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExtraId(pub(super) u16);

impl ExtraId {
    pub fn index(self) -> usize {
        self.0.into()
    }
}

/// A text column of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoredText {
    Field(Field),
    Extra(ExtraId),
}
