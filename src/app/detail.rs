//! The detail pane: whether it is wanted, and how far it is scrolled.

use crate::geometry::screen::DetailWish;

/// The state of the pane.
#[derive(Clone, Debug, Default)]
pub struct Detail {
    pub wanted: DetailWish,
    /// First line shown.
    pub scroll: usize,
}
