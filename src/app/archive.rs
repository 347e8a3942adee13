//! The archive: the list of snapshots and the state of its screen.

use super::archive_list::ArchiveList;
use super::archive_view::ArchiveView;

#[derive(Clone, Debug, Default)]
pub struct Archive {
    pub list: ArchiveList,
    pub screen: ArchiveView,
}
