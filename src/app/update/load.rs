//! Files that are opened.

use std::sync::Arc;

use crate::app::effect::{Effect, Effects};
use crate::app::loading::{LoadStage, Loading};
use crate::app::message::LoadEvent;
use crate::app::model::Model;
use crate::app::screen::{Focus, Main};
use crate::app::source::Source;
use crate::app::toasts::Tone;
use crate::domain::LinkSet;
use crate::domain::link_set::Segment;
use crate::domain::number::counted;

/// Begins with no links yet.
pub fn begin(model: &mut Model, files: Vec<String>) {
    model.table.loading = Some(Loading::new(files.clone()));
    let several = files.len() > 1;
    let browser = model.browse(Source::Files(files), &Arc::default());
    model.table.browser = Some(if several { browser.with_file_column() } else { browser });
    model.screen.main = Main::Links;
    model.screen.focus = Focus::Main;
}

/// Takes a step of the loading.
pub fn act(model: &mut Model, event: LoadEvent) {
    let Some(loading) = &mut model.table.loading else { return };
    match event {
        LoadEvent::Total(total) => loading.total = Some(total),
        LoadEvent::Piece { file, segments, broken, bytes } => {
            loading.advance(file, bytes);
            loading.broken += broken;
            grow(model, file, segments);
        }
        LoadEvent::Failed { file, why } => {
            model.toast(Tone::Error, format!("{file}: {why}"));
        }
        LoadEvent::Done => {
            loading.end();
            done(model);
        }
    }
}

fn grow(model: &mut Model, file: usize, segments: Vec<Arc<Segment>>) {
    let page = model.page();
    let Some(browser) = &mut model.table.browser else { return };
    let mut links = LinkSet::clone(browser.links());
    for segment in segments {
        links.append(segment, file as u16);
    }
    browser.grow(Arc::new(links), page);
}

fn done(model: &mut Model) {
    let Some((loading, browser)) = model.table.loading.as_ref().zip(model.table.browser.as_ref()) else { return };
    let links = counted(browser.links().len(), "link", "links");
    let files = counted(loading.files.len(), "file", "files");
    let broken = counted(loading.broken, "row", "rows");
    let stopped = if loading.stage == LoadStage::Stopped { ", stopped early" } else { "" };
    let said = format!("{links} from {files}{stopped}");
    if loading.broken > 0 {
        model.toast(Tone::Warning, format!("{said}; {broken} skipped (not a link)"));
    } else if !browser.links().is_empty() {
        model.toast(Tone::Success, said);
    }
}

/// Takes over that the worker broke down; what came stays.
pub fn broke_down(model: &mut Model) {
    if let Some(loading) = &mut model.table.loading {
        loading.end();
    }
}

/// Stops loading; what came stays. Returns whether anything was being loaded.
pub fn stop(model: &mut Model) -> Option<Effects> {
    model.table.loading.as_mut()?.stop().then(|| vec![Effect::StopLoading])
}
