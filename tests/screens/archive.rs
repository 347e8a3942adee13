//! The archive, what is opened from it, comparisons and the ledger.

use super::{ASK, Scene, scenes};

scenes! {
    archive: Scene::with_archive("<esc>H");
    archive_unfolded: Scene::with_archive("<esc>Hj<space>j");
    archive_prompt: Scene::with_archive("<esc>Hjnask them");
    archive_delete: Scene::with_archive("<esc>Hd");
    from_archive: Scene::with_archive(ASK);
    older_than_max_age: Scene::with_archive("<esc>Hj<enter>R");
    compare_menu: Scene::with_archive(&format!("{ASK}D"));
    compared: Scene::with_archive(&format!("{ASK}D<enter>ls"));
    ledger: Scene::with_archive("<esc>$");
}
