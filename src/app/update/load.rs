//! Loading files.

use std::sync::Arc;

use crate::app::effect::{Effect, Effects};
use crate::app::loading::{LoadStage, Loading};
use crate::app::message::LoadEvent;
use crate::app::model::Model;
use crate::app::screen::{Focus, MainPane};
use crate::app::source::Source;
use crate::app::toasts::Severity;
use crate::domain::LinkSet;
use crate::domain::link_set::Segment;
use crate::domain::number::pluralize;

use super::column_question;
/// Opens an empty table that the links are added to.
pub fn open(model: &mut Model, files: Vec<String>) {
    model.table.loading = Some(Loading::new(files.clone()));
    let has_several = files.len() > 1;
    let table = model.new_table(Source::Files(files), &Arc::default());
    model.table.state = Some(if has_several { table.with_file_column() } else { table });
    model.screen.main = MainPane::Links;
    model.screen.focus = Focus::Main;
}

pub fn handle_event(model: &mut Model, event: LoadEvent) {
    let Some(loading) = &mut model.table.loading else { return };
    match event {
        LoadEvent::Total(total) => loading.total = Some(total),
        LoadEvent::Chunk { file, segments, skipped, bytes, notices } => {
            loading.advance(file, bytes);
            loading.skipped += skipped;
            model.add_notes(file, notices.iter().map(ToString::to_string));
            append(model, file, segments);
        }
        LoadEvent::UnknownColumns { file, columns } => column_question::ask(model, file, *columns),
        LoadEvent::Failed { file, why } => {
            let name = loading.name(file).to_owned();
            loading.failed.push(name.clone());
            model.toast(Severity::Error, format!("{name}: {why}"));
        }
        LoadEvent::Done => {
            loading.finish();
            done(model);
        }
    }
}

fn append(model: &mut Model, file: usize, segments: Vec<Arc<Segment>>) {
    let page = model.page();
    // A response that was opened meanwhile has replaced the table of the files.
    let Some(table) = model.table.state.as_mut().filter(|table| table.source().request().is_none()) else { return };
    let mut links = LinkSet::clone(table.links());
    for segment in segments {
        links.append(segment, file as u16);
    }
    table.set_links(Arc::new(links), page);
}

fn done(model: &mut Model) {
    let Some((loading, table)) = model.table.loading.as_ref().zip(model.table.state.as_ref()) else { return };
    if table.source().request().is_some() {
        return;
    }
    let opened = loading.files.len() - loading.left_out;
    if opened == 0 {
        return close(model);
    }
    let links = pluralize(table.links().len(), "link", "links");
    let files = pluralize(opened, "file", "files");
    let skipped = pluralize(loading.skipped, "row", "rows");
    let is_stopped = loading.stage == LoadStage::Stopped;
    let summary = format!("{links} from {files}{}", if is_stopped { ", stopped early" } else { "" });
    if loading.skipped > 0 {
        model.toast(Severity::Warning, format!("{summary}; {skipped} skipped (not a link)"));
    } else if is_stopped || !table.links().is_empty() {
        model.toast(Severity::Success, summary);
    }
}

/// Closes the table of files that were all left out.
fn close(model: &mut Model) {
    model.table.state = None;
    model.table.loading = None;
    if matches!(model.screen.main, MainPane::Links) {
        model.close_page();
    }
}

/// Keeps the links loaded so far.
pub fn task_failed(model: &mut Model) {
    model.table.question = None;
    if let Some(loading) = &mut model.table.loading {
        loading.finish();
    }
}

/// Stops loading and keeps the links loaded so far. Returns `None` if nothing was being loaded.
pub fn stop(model: &mut Model) -> Option<Effects> {
    let stops = model.table.loading.as_mut()?.stop();
    stops.then(|| {
        model.table.question = None;
        vec![Effect::StopLoading]
    })
}
