//! Every screen draws at any size, and hostile text is drawn safely.

use kew_tui::app::Message;
use kew_tui::app::account::Access;
use kew_tui::app::message::ArchiveEvent;
use kew_tui::config::{ColorSupport, Config};
use kew_tui::domain::FetchError;
use kew_tui::domain::snapshot::RequestStatus;
use kew_tui::view;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::draw;
use crate::support::{DAY, TestApp, compared, hostile_links, links, snapshot};

/// With three snapshots of one target in the archive, after these keys.
fn with_archive(keys: &str) -> TestApp {
    let one = |id: i64| snapshot(id, "example.com", 100, 10 * id as usize, id * 30 * DAY, RequestStatus::Completed);
    let mut app = TestApp::with_archive("", vec![one(3), one(2), one(1)]);
    app.keys(keys);
    app
}

#[test]
fn every_screen_draws_at_any_size() {
    let starts: Vec<fn() -> TestApp> = vec![
        TestApp::new,
        || TestApp::with("", Access::NoKey { reason: "none".into() }, 80, 24),
        || TestApp::browsing(300),
        || {
            let mut app = TestApp::browsing(300);
            app.keys("/domain:reddit.com anchor:/(");
            app
        },
        || {
            let mut app = TestApp::browsing(300);
            app.keys("<tab>jj");
            app
        },
        || {
            let mut app = TestApp::browsing(300);
            app.keys("?");
            app
        },
        || {
            let mut app = TestApp::browsing(300);
            app.keys(":co");
            app
        },
        || {
            let mut app = TestApp::browsing(300);
            app.keys("Y");
            app
        },
        || {
            let mut app = TestApp::new();
            app.request("example.com").keys("qy");
            app
        },
        || with_archive("<esc>H"),
        || with_archive("<esc>H<space>jtword"),
        || with_archive("<esc>Hd"),
        || with_archive("<esc>$"),
        || with_archive("<esc>H<space>D"),
        || {
            let mut app = with_archive("");
            let all = app.model.archive.list.snapshots().to_vec();
            let both = compared(&all[0], &all[1]);
            app.message(Message::Archive(ArchiveEvent::Compared(Ok(Box::new(both)))));
            app
        },
        || {
            let mut app = TestApp::new();
            app.request("example.com");
            app
        },
        || {
            let mut app = TestApp::new();
            app.request("example.com").response(links(0));
            app
        },
        || {
            let mut app = TestApp::new();
            app.request("example.com").fail(FetchError::Refused);
            app
        },
        || {
            let mut app = TestApp::new();
            app.keys("eexample.com<tab><ctrl-u>10000<enter>");
            app
        },
    ];
    let theme = Config::read(None, ColorSupport::Many).unwrap().theme;
    for app in starts {
        let mut app = app();
        for width in (0..130).step_by(7).chain([400, 1_000]) {
            for height in (0..50).step_by(3).chain([500]) {
                // Every large size would be slow.
                if width > 130 && height > 12 && height != 500 {
                    continue;
                }
                app.message(Message::Resize { width, height });
                draw(&app, &theme);
            }
        }
    }
}

#[test]
fn hostile_links_are_drawn_safely() {
    let mut app = TestApp::new();
    app.request("example.com").response(hostile_links());
    let theme = Config::read(None, ColorSupport::Many).unwrap().theme;
    for keys in ["", "j", "<tab>jjj", "<esc>s", "f", "<tab><tab>", "fj", "="] {
        app.keys(keys);
        let mut terminal = Terminal::new(TestBackend::new(120, 36)).unwrap();
        terminal
            .draw(|frame| {
                view::draw(frame, &app.model, &theme);
            })
            .unwrap();
        for cell in terminal.backend().buffer().content() {
            for letter in cell.symbol().chars() {
                assert!(!letter.is_control() && !kew_tui::domain::text::is_unsafe_char(letter), "{letter:?}");
            }
        }
    }
}
