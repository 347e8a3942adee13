//! The detail pane: whether it is wanted, and how far it is scrolled.

use crate::layout::screen::DetailVisibility;

/// The state of the pane.
#[derive(Clone, Debug, Default)]
pub struct Detail {
    pub visibility: DetailVisibility,
    /// First line shown.
    pub scroll: usize,
}
