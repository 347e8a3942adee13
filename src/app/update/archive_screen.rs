//! The archive screen.

use crate::app::archive_list::ArchiveStatus;
use crate::app::archive_view::ArchivePrompt;
use crate::app::effect::{Effect, Effects};
use crate::app::message::{ArchiveEvent, FetchEvent, Message};
use crate::app::model::Model;
use crate::app::overlay::Confirmation;
use crate::app::screen::{Focus, MainPane};
use crate::app::toasts::Severity;
use crate::domain::snapshot::Annotations;
use crate::domain::{Snapshot, SnapshotId};
use crate::input::{Action, LineEdit};

use super::compare;
use super::step::step_selection;

pub fn open(model: &mut Model) {
    match &model.archive.list.status {
        ArchiveStatus::Off => return model.toast(Severity::Info, "no archive: started with --no-archive"),
        ArchiveStatus::Failed(why) => {
            let why = why.clone();
            return model.toast(Severity::Error, why);
        }
        ArchiveStatus::Opening | ArchiveStatus::Open => {}
    }
    model.screen.main = MainPane::Archive;
    model.screen.focus = Focus::Main;
}

/// Rebuilds the rows if the archive has changed and the screen is open.
pub fn refresh_rows(model: &mut Model, is_changed: bool) {
    if is_changed {
        model.archive.screen.mark_stale();
    }
    if matches!(model.screen.main, MainPane::Archive) {
        model.archive.screen.refresh(&model.archive.list);
    }
}

/// Whether a message may change the archive. False only for frequent messages that never do.
pub fn may_change(message: &Message) -> bool {
    match message {
        Message::Archive(event) => !matches!(event, ArchiveEvent::Noted(_)),
        Message::Fetch { event, .. } => {
            !matches!(event, FetchEvent::Sending { .. } | FetchEvent::Receiving { .. } | FetchEvent::Retrying { .. })
        }
        Message::Key(_)
        | Message::Mouse(_)
        | Message::Paste(_)
        | Message::Resize { .. }
        | Message::Wake
        | Message::Drawn(_) => false,
        Message::Load(_) | Message::ViewComputed { .. } | Message::Counted { .. } | Message::DomainsGrouped { .. } => {
            false
        }
        _ => true,
    }
}

pub fn handle_action(model: &mut Model, action: Action) -> Option<Effects> {
    // Filter and sort only move the selected row.
    if !matches!(action, Action::Cancel | Action::Filter | Action::Sort) {
        model.archive.screen.track_selected(&model.archive.list);
    }
    let chosen = model.archive.screen.selected_snapshot(&model.archive.list).cloned();
    let (row_count, page) = (model.archive.screen.rows().len(), usize::from(model.layout().main.height).max(3) - 2);
    match (action, chosen) {
        (Action::Cancel, _) if !model.archive.screen.filter().is_empty() => model.archive.screen.set_filter(""),
        (Action::Cancel, _) => model.close_page(),
        (Action::Filter, _) => {
            let filter = model.archive.screen.filter().to_owned();
            prompt(model, ArchivePrompt::Filter, &filter);
        }
        (Action::Sort, _) => model.archive.screen.next_sort(),
        (Action::Accept, Some(snapshot)) => return Some(vec![Effect::OpenSnapshot { id: snapshot.id }]),
        (Action::Unfold, Some(snapshot)) => model.archive.screen.toggle_group(&snapshot),
        (Action::Rename, Some(snapshot)) => prompt(model, ArchivePrompt::Name(snapshot.id), &snapshot.annotations.name),
        (Action::Note, Some(snapshot)) => prompt(model, ArchivePrompt::Note(snapshot.id), &snapshot.annotations.note),
        (Action::Tag, Some(snapshot)) => prompt(model, ArchivePrompt::Tag(snapshot.id), &snapshot.annotations.tag),
        (Action::Pin, Some(snapshot)) => {
            let annotations = Annotations { pinned: !snapshot.annotations.pinned, ..snapshot.annotations };
            return Some(vec![Effect::SetAnnotations { id: snapshot.id, annotations }]);
        }
        (Action::Delete, Some(snapshot)) => model.confirm(Confirmation::Delete(Box::new(snapshot))),
        (Action::Compare, Some(snapshot)) => return Some(compare::choose(model, &snapshot)),
        (action, _) => {
            let row = step_selection(model.archive.screen.selected(), row_count, page, action)?;
            model.archive.screen.select(row, &model.archive.list);
        }
    }
    Some(Effects::new())
}

fn prompt(model: &mut Model, kind: ArchivePrompt, text: &str) {
    model.archive.screen.prompt = Some((kind, LineEdit::with_text(text)));
}

/// Actions in a prompt of the archive screen.
pub fn handle_prompt_action(model: &mut Model, action: Action) -> Option<Effects> {
    let (kind, line) = model.archive.screen.prompt.as_mut()?;
    match action {
        Action::Edit(edit) => {
            line.apply(edit);
            apply_typed_filter(model);
        }
        Action::Accept => {
            let (kind, text) = (*kind, line.text().trim().to_owned());
            model.archive.screen.prompt = None;
            return Some(submit(model, kind, &text));
        }
        Action::Cancel => {
            if *kind == ArchivePrompt::Filter {
                model.archive.screen.set_filter("");
            }
            model.archive.screen.prompt = None;
        }
        _ => return None,
    }
    Some(Effects::new())
}

pub fn insert(model: &mut Model, text: &str) {
    if let Some((_, line)) = &mut model.archive.screen.prompt {
        line.insert(text);
        apply_typed_filter(model);
    }
}

fn apply_typed_filter(model: &mut Model) {
    if let Some((ArchivePrompt::Filter, line)) = &model.archive.screen.prompt {
        let text = line.text().to_owned();
        model.archive.screen.set_filter(&text);
    }
}

fn submit(model: &Model, kind: ArchivePrompt, text: &str) -> Effects {
    let annotate = |id: SnapshotId, change: fn(&mut Annotations, String)| -> Effects {
        let is_same = |snapshot: &&Snapshot| snapshot.id == id;
        let Some(mut annotations) = model.archive.list.snapshots().iter().find(is_same).map(|s| s.annotations.clone())
        else {
            return Effects::new();
        };
        change(&mut annotations, text.to_owned());
        vec![Effect::SetAnnotations { id, annotations }]
    };
    match kind {
        ArchivePrompt::Filter => Effects::new(),
        ArchivePrompt::Name(id) => annotate(id, |annotations, text| annotations.name = text),
        ArchivePrompt::Note(id) => annotate(id, |annotations, text| annotations.note = text),
        ArchivePrompt::Tag(id) => annotate(id, |annotations, text| annotations.tag = text),
    }
}
