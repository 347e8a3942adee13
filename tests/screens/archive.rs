//! The archive, what is opened from it, comparisons and the ledger.

use kew_tui::app::Message;
use kew_tui::app::archive_list::ArchiveStatus;
use kew_tui::app::message::ArchiveEvent;
use kew_tui::app::toasts::Toasts;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::{ASK, Scene, scenes};
use crate::support::{self, Play};

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

#[test]
fn an_archive_that_fails_to_open_while_it_is_shown_says_why() {
    let mut play = Play::new();
    play.model.archive.list.status = ArchiveStatus::Opening;
    play.keys("H").message(Message::Archive(ArchiveEvent::Opened(Err("the archive is damaged".into()))));
    play.model.screen.toasts = Toasts::default();
    let theme = support::config("").theme;
    let mut terminal = Terminal::new(TestBackend::new(120, 36)).unwrap();
    terminal.draw(|frame| kew_tui::view::draw(frame, &play.model, &theme)).unwrap();
    let text: String = terminal.backend().buffer().content.iter().map(ratatui::buffer::Cell::symbol).collect();
    assert!(text.contains("the archive is damaged") && !text.contains("No snapshots yet"), "{text}");
}
