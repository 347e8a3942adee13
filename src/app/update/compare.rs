//! Comparing a snapshot with an earlier one of the same target.

use crate::app::browser::Browser;
use crate::app::effect::{Effect, Effects};
use crate::app::message::Compared;
use crate::app::model::{Focus, Main, Model};
use crate::app::toasts::Tone;
use crate::domain::Snapshot;
use crate::domain::compare::Counts;
use crate::domain::snapshot::ago;

/// Compares the links on the screen with the snapshot before them.
pub fn begin(model: &mut Model) -> Effects {
    let Some(browser) = &model.browser else { return Effects::new() };
    let request = browser.request();
    let of_target =
        |s: &&Snapshot| s.has_answer && s.request.target == request.target && s.request.mode == request.mode;
    let shown = browser.snapshot();
    let mut mine = model.shelf.snapshots().iter().filter(of_target);
    let later = mine.find(|s| shown.is_none_or(|id| s.id == id)).cloned();
    match later {
        Some(later) => with_the_one_before(model, &later),
        None => {
            model.toast(Tone::Info, "nothing to compare: the archive does not hold these links");
            Effects::new()
        }
    }
}

/// Compares a snapshot with the one before it.
pub fn with_the_one_before(model: &mut Model, later: &Snapshot) -> Effects {
    let before = |s: &&Snapshot| {
        let same = s.request.target == later.request.target && s.request.mode == later.request.mode;
        same && s.has_answer && s.id < later.id
    };
    match model.shelf.snapshots().iter().find(before) {
        Some(earlier) => vec![Effect::Compare { later: later.id, earlier: earlier.id }],
        None => {
            model.toast(Tone::Info, "nothing to compare: there is no earlier snapshot of this target");
            Effects::new()
        }
    }
}

/// Shows both in one table.
pub fn show(model: &mut Model, compared: Compared) -> Effects {
    let Compared { later, earlier, answer, standing } = compared;
    let now = model.unix_now();
    let (counts, age) = (Counts::of(&standing), ago(now.since(earlier.at)));
    model.toast(Tone::Success, format!("{counts}, against the snapshot from {age}"));
    let columns = model.settings.columns.clone();
    model.target.fill(&later.request);
    let browser = Browser::new(later.request.clone(), answer, columns).of_snapshot(later.id);
    model.browser = Some(browser.with_standing(standing));
    model.main = Main::Links;
    model.focus = Focus::Main;
    model.detail_scroll = 0;
    super::settle(model);
    Effects::new()
}
