//! What comes from the archive.

use crate::app::effect::Effects;
use crate::app::message::ArchiveEvent;
use crate::app::model::Model;
use crate::app::shelf::ShelfState;
use crate::app::toasts::Tone;
use crate::domain::Snapshot;
use crate::domain::snapshot::ago;
use crate::input::{Action, Context};

use super::{ask, compare, confirm};

/// Takes what happened to the archive.
pub fn act(model: &mut Model, event: ArchiveEvent) -> Effects {
    match event {
        ArchiveEvent::Noted(notes) => notes.into_iter().for_each(|(link, note)| model.shelf.notes.set(&link, note)),
        ArchiveEvent::Opened(Ok(snapshots)) => return opened(model, snapshots),
        ArchiveEvent::Opened(Err(why)) => {
            model.toast(Tone::Error, format!("{why}. Until then nothing is bought"));
            model.shelf.state = ShelfState::Failed(why);
            return ask::resume(model);
        }
        ArchiveEvent::Changed(snapshot) => model.shelf.change(*snapshot),
        ArchiveEvent::Loaded { snapshot, result: Ok(answer) } => {
            model.toast(Tone::Success, from_archive(model, &snapshot));
            ask::open(model, snapshot.request, &answer, Some(snapshot.id));
        }
        ArchiveEvent::Loaded { snapshot, result: Err(why) } => {
            model.toast(Tone::Error, format!("the answer for {} can't be opened: {why}", snapshot.request.target));
        }
        ArchiveEvent::Compared(Ok(compared)) => return compare::show(model, *compared),
        ArchiveEvent::Compared(Err(why)) | ArchiveEvent::Failed(why) => model.toast(Tone::Error, why),
        ArchiveEvent::NotKept { why, rescued: Ok(path) } => {
            confirm::stay(model);
            model.toast(Tone::Error, format!("{why}. The answer is in {path}"));
        }
        ArchiveEvent::NotKept { why, rescued: Err(worse) } => {
            confirm::stay(model);
            model.toast(
                Tone::Error,
                format!("{why}; nor could it go into a file: {worse}. Copy the links before you leave"),
            );
        }
    }
    Effects::new()
}

fn opened(model: &mut Model, snapshots: Vec<Snapshot>) -> Effects {
    let unsettled = snapshots.iter().find(|snapshot| snapshot.is_unsettled() && snapshot.balance_after.is_none());
    if let Some(snapshot) = unsettled {
        let (target, quoted) = (&snapshot.request.target, snapshot.quoted);
        model.toast(
            Tone::Warning,
            format!("a request for {target} ended without an answer: it may have cost up to {quoted}"),
        );
    }
    model.shelf.set(snapshots);
    ask::resume(model)
}

/// Where links come from that cost nothing, and how to get newer ones.
pub fn from_archive(model: &Model, snapshot: &Snapshot) -> String {
    let age = ago(model.unix_now().since(snapshot.at));
    let key = model.keymap.keys_for(Action::Refresh, Context::Table).first().map(ToString::to_string);
    let again = key.map(|key| format!(" · {key} asks again for ≤ {}", snapshot.request.quote())).unwrap_or_default();
    format!("from your archive, {age}{again}")
}
