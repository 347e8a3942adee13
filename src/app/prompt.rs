//! A line of text that is asked for over the table: a name for a filter, a note or a tag for links.

use std::sync::Arc;

use crate::domain::RowSet;
use crate::input::LineEdit;

/// What is asked for.
#[derive(Clone, Debug)]
pub enum PromptKind {
    /// A name under which the filter is saved.
    FilterName,
    /// A note on these links.
    Note(Arc<RowSet>),
    /// A tag for these links.
    Tag(Arc<RowSet>),
}

/// The state of the question.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// What is asked for.
    pub kind: PromptKind,
    /// What is typed.
    pub line: LineEdit,
}
