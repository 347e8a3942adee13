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
        LoadEvent::Chunk { file, segments, skipped, bytes } => {
            loading.advance(file, bytes);
            loading.skipped += skipped;
            append(model, file, segments);
        }
        LoadEvent::Failed { file, why } => {
            loading.failed.push(file.clone());
            model.toast(Severity::Error, format!("{file}: {why}"));
        }
        LoadEvent::Done => {
            loading.finish();
            done(model);
        }
    }
}

fn append(model: &mut Model, file: usize, segments: Vec<Arc<Segment>>) {
    let page = model.page();
    let Some(table) = &mut model.table.state else { return };
    let mut links = LinkSet::clone(table.links());
    for segment in segments {
        links.append(segment, file as u16);
    }
    table.set_links(Arc::new(links), page);
}

fn done(model: &mut Model) {
    let Some((loading, table)) = model.table.loading.as_ref().zip(model.table.state.as_ref()) else { return };
    let links = pluralize(table.links().len(), "link", "links");
    let files = pluralize(loading.files.len(), "file", "files");
    let skipped = pluralize(loading.skipped, "row", "rows");
    let stopped = if loading.stage == LoadStage::Stopped { ", stopped early" } else { "" };
    let summary = format!("{links} from {files}{stopped}");
    if loading.skipped > 0 {
        model.toast(Severity::Warning, format!("{summary}; {skipped} skipped (not a link)"));
    } else if !table.links().is_empty() {
        model.toast(Severity::Success, summary);
    }
}

/// Keeps the links loaded so far.
pub fn task_failed(model: &mut Model) {
    if let Some(loading) = &mut model.table.loading {
        loading.finish();
    }
}

/// Stops loading and keeps the links loaded so far. Returns `None` if nothing was being loaded.
pub fn stop(model: &mut Model) -> Option<Effects> {
    model.table.loading.as_mut()?.stop().then(|| vec![Effect::StopLoading])
}
