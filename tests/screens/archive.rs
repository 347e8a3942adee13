//! The archive, what is opened from it, comparisons and the ledger.

use kew_tui::app::Message;
use kew_tui::app::archive_list::ArchiveStatus;
use kew_tui::app::message::ArchiveEvent;
use kew_tui::app::toasts::Toasts;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::{ASK, Scene, scenes};
use crate::support::{self, TestApp};

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
    let mut play = TestApp::new();
    play.model.archive.list.status = ArchiveStatus::Opening;
    play.keys("H").message(Message::Archive(ArchiveEvent::Opened(Err("the archive is damaged".into()))));
    play.model.screen.toasts = Toasts::default();
    let text = draw(&mut play);
    assert!(text.contains("the archive is damaged") && !text.contains("No snapshots yet"), "{text}");
}

/// Draws as the event loop does. Returns the text on the screen.
fn draw(play: &mut TestApp) -> String {
    let theme = support::config("").theme;
    let mut terminal = Terminal::new(TestBackend::new(120, 36)).unwrap();
    let mut scroll = play.model.scroll();
    terminal.draw(|frame| scroll = kew_tui::view::draw(frame, &play.model, &theme)).unwrap();
    play.message(Message::Drawn(scroll));
    terminal.backend().buffer().content.iter().map(ratatui::buffer::Cell::symbol).collect()
}

#[test]
fn the_first_step_up_from_the_end_of_a_page_is_seen() {
    for page in ["?", "<tab>"] {
        let mut play = TestApp::browsing(50);
        play.model.screen.height = 16;
        play.keys(page).keys("G");
        let end = draw(&mut play);
        let step = draw(play.keys("k"));
        assert_ne!(end, step, "{page}");
        assert_eq!(draw(play.keys("j")), end, "{page}");
    }
}
