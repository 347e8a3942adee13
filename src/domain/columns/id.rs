//! Which column is meant.

use crate::domain::link::Field;

/// A column of the table, and what rows can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColumnId {
    /// The place in the API's order, which is of authority.
    Rank,
    /// What a comparison says of the link.
    DiffStatus,
    /// The file that the link comes from.
    File,
    /// How many links a line stands for, where links are grouped. It orders groups, not links.
    Links,
    /// A text of the link.
    Field(Field),
    /// The public suffix of the referring domain.
    Tld,
    /// What kind of words the link has ([`crate::domain::anchor_class`]).
    AnchorType,
    /// The host of the referring page.
    Host,
    /// How many parts the path of the referring page has.
    UrlDepth,
    /// The first of those parts.
    TopFolder,
    /// A column that came with a file.
    Extra(ExtraId),
}

/// The number of an extra column in the schema of its set. It means nothing in another set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExtraId(pub(super) u16);

impl ExtraId {
    /// Its place among the extra columns of the set.
    pub fn index(self) -> usize {
        self.0.into()
    }
}

/// A column of texts as a segment stores it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoredText {
    Field(Field),
    Extra(ExtraId),
}
