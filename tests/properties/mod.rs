//! Properties of random sessions: any sequence of events keeps the invariants of money, marks and cursor.

mod sizes;
mod steps;

use std::collections::BTreeSet;
use std::sync::Arc;

use kew_tui::app::Effect;
use kew_tui::app::overlay::{Confirmation, Overlay};
use kew_tui::app::screen::MainPane;
use kew_tui::config::{ColorSupport, Config, Theme};
use kew_tui::domain::{Credits, Request};
use kew_tui::view;
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::support::TestApp;
use steps::{Step, apply, step};

fn draw(app: &TestApp, theme: &Theme) {
    let mut terminal = Terminal::new(TestBackend::new(app.model.screen.width, app.model.screen.height)).unwrap();
    terminal
        .draw(|frame| {
            view::draw(frame, &app.model, theme);
        })
        .unwrap();
}

/// The requests in an open question about spending.
fn confirmation(app: &TestApp) -> Vec<Request> {
    match &app.model.overlay {
        Some(Overlay::Confirm { confirmation: Confirmation::Spend { request, .. }, .. }) => vec![request.clone()],
        Some(Overlay::Confirm { confirmation: Confirmation::SpendList(plan), .. }) => {
            plan.to_fetch().cloned().collect()
        }
        _ => Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, ..ProptestConfig::default() })]

    #[test]
    fn invariants_hold_after_random_steps(steps in prop::collection::vec(step(), 1..60)) {
        let theme = Config::read(None, ColorSupport::Many).unwrap().theme;
        let mut app = TestApp::new();
        let mut quoted = Credits::ZERO;
        let mut may_take_hidden = false;
        let mut confirmed_list = Vec::new();
        for step in &steps {
            let mut confirmed = confirmation(&app);
            let had_list = app.model.account.list.is_some();
            let (archive_list, held) = (app.model.archive.list.clone(), app.model.account.requests.clone());
            let (set, row, marks, lines) = match &app.model.table.state {
                Some(table) => (Arc::as_ptr(table.links()), table.current_row(), table.marks().clone(), table.shown().len()),
                None => (std::ptr::null(), None, Default::default(), 0),
            };
            let top = app.model.table.state.as_ref().is_some_and(|table| table.cursor().0 == 0);
            let (sent_before, done_before) = (app.sent_requests().len(), app.effects.len());
            let was_confirming =
                matches!(&app.model.overlay, Some(Overlay::Confirm { confirmation: Confirmation::HiddenMarks { .. }, .. }));
            apply(&mut app, step);
            if app.model.account.list.is_some() && !had_list {
                confirmed_list = confirmed.clone();
            }
            if app.model.account.list.is_none() && !had_list {
                confirmed_list.clear();
            }
            confirmed.extend(confirmed_list.iter().cloned());
            // Money: every request is quoted, is not sent twice at the same time, and needs a confirmation if it is expensive.
            for (_, request) in &app.sent_requests()[sent_before..] {
                quoted += request.quote();
                let small = request.quote() <= app.model.session.settings.confirm_above;
                let paid = archive_list.snapshot_for(request, app.model.session.unix_now(), None).is_some() || held.response_for(request).is_some();
                prop_assert!(!paid || confirmed.contains(request), "{step:?} sent {request:?} again without confirmation");
                prop_assert!(small || confirmed.contains(request), "{step:?} sent {request:?} without confirmation");
            }
            let running: Vec<_> = app.model.account.requests.running().iter().map(|r| r.request.clone()).collect();
            prop_assert_eq!(running.iter().collect::<BTreeSet<_>>().len(), running.len(), "two equal requests are running");
            prop_assert!(app.model.account.meter.session() <= quoted, "charged more than quoted");
            // The table: cursor and viewport are in bounds; a filter or a sort moves neither marks nor cursor.
            if let Some(table) = &app.model.table.state {
                prop_assert!(table.cursor().0 < table.lines().len().max(1));
                prop_assert!(table.offset() <= table.cursor());
                prop_assert!(table.columns().chosen() < table.columns().list().len());
                if std::ptr::eq(set, Arc::as_ptr(table.links())) && matches!(step, Step::Keys("s" | "S" | "=" | "!" | "F" | "/")) {
                    prop_assert_eq!(table.marks(), &marks);
                    // When rows come back, the cursor may return to its link among them.
                    let narrower = table.shown().len() <= lines;
                    // At the top a sort stays at the top.
                    let stays = !top || !matches!(step, Step::Keys("s" | "S"));
                    if let Some(row) = row.filter(|row| narrower && stays && table.lines().position(*row).is_some()) {
                        prop_assert_eq!(table.current_row(), Some(row));
                    }
                }
            }
            // No action applies to hidden marked links without a confirmation.
            if was_confirming && matches!(step, Step::Keys(keys) if keys.contains('a')) {
                may_take_hidden = true;
            }
            for effect in &app.effects[done_before..] {
                if let (Effect::Copy { selection, .. } | Effect::Export { selection, .. }, Some(table)) = (effect, &app.model.table.state) {
                    let shown: BTreeSet<_> = table.shown().iter().collect();
                    prop_assert!(may_take_hidden || selection.rows.iter().all(|row| shown.contains(&row)), "{step:?} took hidden links");
                    may_take_hidden = false;
                }
            }
            if let Some(table) = &app.model.table.state {
                let shown: BTreeSet<_> = table.shown().iter().collect();
                let hidden = table.marks().iter().filter(|row| !shown.contains(row)).count();
                prop_assert_eq!(table.known_hidden_marks(), hidden);
            }
            // The archive: the cursor is on a snapshot unless there is none.
            if matches!(app.model.screen.main, MainPane::Archive) {
                let archive = &app.model.archive.screen;
                prop_assert_eq!(archive.selected_snapshot(&app.model.archive.list).is_none(), archive.rows().is_empty());
            }
            draw(&app, &theme);
        }
    }
}
