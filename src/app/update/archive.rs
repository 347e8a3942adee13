//! The archive screen.

use crate::app::archive_view::Prompt;
use crate::app::effect::{Effect, Effects};
use crate::app::message::{ArchiveEvent, FetchEvent, Message};
use crate::app::model::Model;
use crate::app::overlay::Question;
use crate::app::screen::{Focus, Main};
use crate::app::shelf::ShelfState;
use crate::app::toasts::Tone;
use crate::domain::snapshot::Label;
use crate::domain::{Snapshot, SnapshotId};
use crate::input::{Action, LineEdit};

use super::compare;
use super::step::step_selection;

/// Shows the archive.
pub fn begin(model: &mut Model) {
    match &model.archive.list.state {
        ShelfState::Off => return model.toast(Tone::Info, "no archive: started with --no-archive"),
        ShelfState::Failed(why) => {
            let why = why.clone();
            return model.toast(Tone::Error, why);
        }
        ShelfState::Opening | ShelfState::Open => {}
    }
    model.screen.main = Main::Archive;
    model.screen.focus = Focus::Main;
}

/// Lets the lines follow what happened, as soon as somebody sees them.
pub fn follow(model: &mut Model, is_changed: bool) {
    if is_changed {
        model.archive.screen.outdate();
    }
    if matches!(model.screen.main, Main::Archive) {
        model.archive.screen.refresh(&model.archive.list);
    }
}

/// Whether a message may change what is in the archive: any may but those that come often and are known not to.
pub fn may_change(message: &Message) -> bool {
    match message {
        Message::Archive(event) => !matches!(event, ArchiveEvent::Noted(_)),
        Message::Fetch { event, .. } => {
            !matches!(event, FetchEvent::Sending { .. } | FetchEvent::Receiving { .. } | FetchEvent::Retrying { .. })
        }
        Message::Key(_) | Message::Mouse(_) | Message::Paste(_) | Message::Resize { .. } | Message::Wake => false,
        Message::Load(_) | Message::Arranged { .. } | Message::Counted { .. } | Message::Grouped { .. } => false,
        _ => true,
    }
}

/// Acts on the archive screen.
pub fn act(model: &mut Model, action: Action) -> Option<Effects> {
    // A filter and an order only change where the cursor's line stands.
    if !matches!(action, Action::Cancel | Action::Filter | Action::Sort) {
        model.archive.screen.hold(&model.archive.list);
    }
    let chosen = model.archive.screen.chosen(&model.archive.list).cloned();
    let (lines, page) = (model.archive.screen.lines().len(), usize::from(model.layout().main.height).max(3) - 2);
    match (action, chosen) {
        (Action::Cancel, _) if !model.archive.screen.filter().is_empty() => model.archive.screen.set_filter(""),
        (Action::Cancel, _) => model.leave_page(),
        (Action::Filter, _) => {
            let filter = model.archive.screen.filter().to_owned();
            prompt(model, Prompt::Filter, &filter);
        }
        (Action::Sort, _) => model.archive.screen.sort_on(),
        (Action::Accept, Some(snapshot)) => return Some(vec![Effect::OpenSnapshot { id: snapshot.id }]),
        (Action::Unfold, Some(snapshot)) => model.archive.screen.toggle(&snapshot.request),
        (Action::Rename, Some(snapshot)) => prompt(model, Prompt::Name(snapshot.id), &snapshot.label.name),
        (Action::Note, Some(snapshot)) => prompt(model, Prompt::Note(snapshot.id), &snapshot.label.note),
        (Action::Tag, Some(snapshot)) => prompt(model, Prompt::Tag(snapshot.id), &snapshot.label.tag),
        (Action::Pin, Some(snapshot)) => {
            let label = Label { pinned: !snapshot.label.pinned, ..snapshot.label };
            return Some(vec![Effect::SetLabel { id: snapshot.id, label }]);
        }
        (Action::Delete, Some(snapshot)) => model.confirm(Question::Delete(Box::new(snapshot))),
        (Action::Compare, Some(snapshot)) => return Some(compare::choose(model, &snapshot)),
        (action, _) => {
            let line = step_selection(model.archive.screen.selected(), lines, page, action)?;
            model.archive.screen.go_to(line, &model.archive.list);
        }
    }
    Some(Effects::new())
}

fn prompt(model: &mut Model, what: Prompt, text: &str) {
    model.archive.screen.prompt = Some((what, LineEdit::with_text(text)));
}

/// Acts where something is typed on the archive screen.
pub fn act_in_prompt(model: &mut Model, action: Action) -> Option<Effects> {
    let (what, line) = model.archive.screen.prompt.as_mut()?;
    match action {
        Action::Edit(edit) => {
            line.apply(edit);
            follow_filter(model);
        }
        Action::Accept => {
            let (what, text) = (*what, line.text().trim().to_owned());
            model.archive.screen.prompt = None;
            return Some(take(model, what, &text));
        }
        Action::Cancel => {
            if *what == Prompt::Filter {
                model.archive.screen.set_filter("");
            }
            model.archive.screen.prompt = None;
        }
        _ => return None,
    }
    Some(Effects::new())
}

/// Takes typed or pasted text.
pub fn insert(model: &mut Model, text: &str) {
    if let Some((_, line)) = &mut model.archive.screen.prompt {
        line.insert(text);
        follow_filter(model);
    }
}

/// The list follows the filter at each key.
fn follow_filter(model: &mut Model) {
    if let Some((Prompt::Filter, line)) = &model.archive.screen.prompt {
        let text = line.text().to_owned();
        model.archive.screen.set_filter(&text);
    }
}

fn take(model: &Model, what: Prompt, text: &str) -> Effects {
    let labelled = |id: SnapshotId, change: fn(&mut Label, String)| -> Effects {
        let known = |snapshot: &&Snapshot| snapshot.id == id;
        let Some(mut label) = model.archive.list.snapshots().iter().find(known).map(|s| s.label.clone()) else {
            return Effects::new();
        };
        change(&mut label, text.to_owned());
        vec![Effect::SetLabel { id, label }]
    };
    match what {
        Prompt::Filter => Effects::new(),
        Prompt::Name(id) => labelled(id, |label, text| label.name = text),
        Prompt::Note(id) => labelled(id, |label, text| label.note = text),
        Prompt::Tag(id) => labelled(id, |label, text| label.tag = text),
    }
}
