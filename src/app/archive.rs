//! What is recorded of requests, and the screen that shows it.

use super::archive_view::ArchiveView;
use super::shelf::Shelf;

/// The archive as the core knows it.
#[derive(Clone, Debug, Default)]
pub struct Archive {
    /// What is known of it.
    pub list: Shelf,
    /// The archive screen.
    pub screen: ArchiveView,
}
