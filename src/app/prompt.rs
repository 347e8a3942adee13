//! A one-line prompt over the table: a name for the filter, or a note or tag for links.

use std::sync::Arc;

use crate::domain::RowSet;
use crate::input::LineEdit;

#[derive(Clone, Debug)]
pub enum PromptKind {
    FilterName,
    Note(Arc<RowSet>),
    /// A tag for these links.
    Tag(Arc<RowSet>),
}

#[derive(Clone, Debug)]
pub struct Prompt {
    pub kind: PromptKind,
    pub line: LineEdit,
}
