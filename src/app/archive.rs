//! What is recorded of requests, and the screen that shows it.

use super::archive_list::ArchiveList;
use super::archive_view::ArchiveView;

/// The archive as the core knows it.
#[derive(Clone, Debug, Default)]
pub struct Archive {
    /// What is known of it.
    pub list: ArchiveList,
    /// The archive screen.
    pub screen: ArchiveView,
}
