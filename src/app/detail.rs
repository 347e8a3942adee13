//! The detail pane: visibility and scroll position.

use crate::layout::screen::DetailVisibility;

#[derive(Clone, Debug, Default)]
pub struct Detail {
    pub visibility: DetailVisibility,
    /// Index of the first line shown.
    pub scroll: usize,
}
