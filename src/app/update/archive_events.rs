//! Events of the archive.

use std::sync::Arc;

use crate::app::archive_list::ArchiveStatus;
use crate::app::effect::Effects;
use crate::app::message::ArchiveEvent;
use crate::app::model::Model;
use crate::app::source::Source;
use crate::app::toasts::Severity;
use crate::domain::signs::{AT_MOST, DOT};
use crate::domain::snapshot::{RequestLog, RequestStatus, ago, unmatched_files_note};
use crate::domain::{LinkSet, Snapshot};
use crate::input::{Action, Context};

use super::{compare, fetch_target, quit};

pub fn handle_event(model: &mut Model, event: ArchiveEvent) -> Effects {
    match event {
        ArchiveEvent::Noted(notes) => {
            notes.into_iter().for_each(|(link, note)| model.archive.list.notes.set(&link, note));
        }
        ArchiveEvent::Opened(Ok(log)) => return opened(model, log),
        ArchiveEvent::Opened(Err(why)) => {
            model.toast(Severity::Error, format!("{why}. Nothing can be fetched until this is fixed"));
            model.archive.list.status = ArchiveStatus::Failed(why);
            return fetch_target::resume_deferred(model);
        }
        ArchiveEvent::Strays(paths) => {
            if let Some(note) = unmatched_files_note(&paths) {
                model.toast(Severity::Warning, note);
            }
        }
        ArchiveEvent::Changed(snapshot) => {
            let known = model.archive.list.snapshots().iter().find(|known| known.id == snapshot.id);
            let was_unsettled = known.is_some_and(Snapshot::is_unsettled);
            if let Some(credits) = snapshot.charge.credits().filter(|_| was_unsettled) {
                let target = &snapshot.request.target;
                model.toast(
                    Severity::Info,
                    format!("your balance shows a charge of {} for {target}", credits.in_words()),
                );
            }
            model.account.meter.update_charge(&snapshot);
            model.archive.list.upsert(*snapshot);
        }
        ArchiveEvent::Loaded { snapshot, result: Ok(response) } => {
            let severity =
                if snapshot.status == RequestStatus::Partial { Severity::Warning } else { Severity::Success };
            model.toast(severity, from_archive_toast(model, &snapshot));
            match &snapshot.tool {
                None => fetch_target::show_response(model, snapshot.request, &response, Some(snapshot.id)),
                Some(_) => show_added(model, &snapshot, &response.links),
            }
        }
        ArchiveEvent::Loaded { snapshot, result: Err(why) } => {
            model.toast(Severity::Error, format!("can't open the snapshot of {}: {why}", snapshot.request.target));
        }
        ArchiveEvent::Compared(Ok(compared)) => return compare::show(model, *compared),
        ArchiveEvent::Compared(Err(why)) | ArchiveEvent::Failed(why) => model.toast(Severity::Error, why),
        ArchiveEvent::ArchiveFailure { why, rescued: Ok(path) } => {
            quit::cancel(model);
            model.toast(Severity::Error, format!("{why}. The response was saved to {path}"));
        }
        ArchiveEvent::ArchiveFailure { why, rescued: Err(error) } => {
            quit::cancel(model);
            model.toast(
                Severity::Error,
                format!("{why}. It can't be saved to a file either: {error}. Copy the links before you quit"),
            );
        }
    }
    Effects::new()
}

/// Shows links that were added from a file.
fn show_added(model: &mut Model, snapshot: &Snapshot, links: &Arc<LinkSet>) {
    model.account.requests.stop_watching();
    model.show_links(model.new_table(Source::of_snapshot(snapshot), links));
}

fn opened(model: &mut Model, log: RequestLog) -> Effects {
    let unsettled =
        log.snapshots.iter().find(|snapshot| snapshot.is_unsettled() && snapshot.balance_readings.is_none());
    if let Some(snapshot) = unsettled {
        let (target, quoted) = (&snapshot.request.target, snapshot.maximum_cost.in_words());
        model.toast(
            Severity::Warning,
            format!("a request for {target} did not complete; it may have cost up to {quoted}"),
        );
    }
    if let Some(note) = log.unreadable_note() {
        model.toast(Severity::Warning, note);
    }
    model.archive.list.load(log);
    fetch_target::resume_deferred(model)
}

/// The toast for a snapshot: what is missing from it, its age, and how to re-fetch it.
pub fn from_archive_toast(model: &Model, snapshot: &Snapshot) -> String {
    let age = ago(model.session.unix_now().since(snapshot.at));
    if let Some(tool) = &snapshot.tool {
        return format!("{tool}, from your archive, {age}");
    }
    let key = model.session.keymap.keys_for(Action::Refresh, Context::Table).first().map(ToString::to_string);
    let again =
        key.map(|key| format!(" {DOT} {key} re-fetches ({AT_MOST} {})", snapshot.request.quote())).unwrap_or_default();
    let part = if snapshot.status == RequestStatus::Partial {
        let charge = snapshot.charge.credits().map_or_else(
            || format!("may have cost up to {}", snapshot.maximum_cost.in_words()),
            |credits| format!("cost {}", credits.in_words()),
        );
        format!("{}, {charge} {DOT} ", snapshot.arrived())
    } else {
        String::new()
    };
    format!("{part}from your archive, {age}{again}")
}
