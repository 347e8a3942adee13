//! Comparing a snapshot with an earlier one of the same target, and open files with each other or with a snapshot.

use std::sync::Arc;

use crate::app::compared::{CompareMenu, ComparedList};
use crate::app::effect::{Effect, Effects};
use crate::app::loading::{LoadStage, Loading};
use crate::app::message::ComparedLists;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::table_state::TableState;
use crate::app::toasts::Severity;
use crate::domain::common_target::common_target;
use crate::domain::purchase::admission::is_same_query;
use crate::domain::snapshot::ago;
use crate::domain::{Scope, Snapshot, Target};
use crate::input::Action;

use super::step::step_selection;

/// Compares the open links with an earlier list, or ends the comparison.
pub fn begin(model: &mut Model) -> Effects {
    let Some(table) = &model.table.state else { return Effects::new() };
    if table.compared().is_some() {
        return end(model);
    }
    let loading = model.table.loading.as_ref().filter(|_| !table.source().files().is_empty());
    let chosen = match loading {
        Some(loading) => files(model, table, loading),
        None => open_snapshot(model, table).and_then(|later| earlier_snapshots(model, later)),
    };
    show_choice(model, chosen)
}

/// Compares a snapshot with an earlier one like it.
pub fn choose(model: &mut Model, later: &Snapshot) -> Effects {
    let chosen = earlier_snapshots(model, later);
    show_choice(model, chosen)
}

fn end(model: &mut Model) -> Effects {
    if let Some(before) = model.table.before_comparison.take() {
        model.show_links(*before);
        return Effects::new();
    }
    let later = model.table.state.as_ref().and_then(|table| table.source().snapshot());
    later.map(|id| Effect::OpenSnapshot { id }).into_iter().collect()
}

/// Why there is nothing to compare.
#[derive(Clone, Copy, Debug, thiserror::Error)]
enum NothingToCompare {
    #[error("nothing to compare: these links are not in the archive")]
    NotArchived,
    #[error("nothing to compare: no earlier snapshot of this target")]
    NoEarlier,
    #[error("still loading: compare when everything is loaded")]
    Loading,
    #[error("nothing to compare: loading was stopped, so links are missing")]
    Stopped,
    #[error("nothing to compare: the file can't be read")]
    Unreadable,
    #[error("nothing to compare: open two files, or save a snapshot first")]
    NoSnapshots,
}

/// What to compare, as far as it is decided.
enum Choice {
    Both(ComparedList, ComparedList),
    Menu(CompareMenu),
}

fn show_choice(model: &mut Model, choice: Result<Choice, NothingToCompare>) -> Effects {
    match choice {
        Ok(Choice::Both(later, earlier)) => return vec![Effect::Compare { later, earlier }],
        Ok(Choice::Menu(menu)) => model.overlay = Some(Overlay::CompareMenu(menu)),
        Err(why) => model.toast(Severity::Info, why.to_string()),
    }
    Effects::new()
}

/// The snapshot that holds the open links.
fn open_snapshot<'a>(model: &'a Model, table: &TableState) -> Result<&'a Snapshot, NothingToCompare> {
    let (open_id, request) = (table.source().snapshot(), table.source().request());
    let is_open = |s: &&Snapshot| match (open_id, request) {
        (Some(id), _) => s.can_open() && s.id == id,
        (None, Some(request)) => s.can_open() && s.tool.is_none() && is_same_query(&s.request, request),
        (None, None) => false,
    };
    let later = model.archive.list.snapshots().iter().find(is_open);
    later.ok_or(NothingToCompare::NotArchived)
}

fn earlier_snapshots(model: &Model, later: &Snapshot) -> Result<Choice, NothingToCompare> {
    let earlier: Vec<ComparedList> = model.archive.list.earlier_than(later).map(of_snapshot).collect();
    match earlier.as_slice() {
        [] => Err(NothingToCompare::NoEarlier),
        [only] => Ok(Choice::Both(of_snapshot(later), only.clone())),
        _ => Ok(Choice::Menu(CompareMenu::with(of_snapshot(later), earlier))),
    }
}

fn of_snapshot(snapshot: &Snapshot) -> ComparedList {
    ComparedList::Snapshot(Box::new(snapshot.clone()))
}

/// The two open files, the first of them as the earlier one; a choice if there are more. A single file is compared with a
/// snapshot.
fn files(model: &Model, table: &TableState, loading: &Loading) -> Result<Choice, NothingToCompare> {
    match loading.stage {
        LoadStage::Done => {}
        LoadStage::Reading | LoadStage::Stopping => return Err(NothingToCompare::Loading),
        LoadStage::Stopped => return Err(NothingToCompare::Stopped),
    }
    let complete = loading.files.iter().enumerate().filter(|(_, name)| !loading.failed.contains(name));
    let list = |(file, name): (usize, &String)| ComparedList::File {
        name: name.clone(),
        links: Arc::new(table.links().of_file(file as u16)),
    };
    let files: Vec<ComparedList> = complete.map(list).collect();
    match files.as_slice() {
        [] => Err(NothingToCompare::Unreadable),
        [only] => with_snapshot(model, only.clone()),
        [first, second] => Ok(Choice::Both(second.clone(), first.clone())),
        _ => Ok(Choice::Menu(CompareMenu::of(files))),
    }
}

/// Snapshots of the site that the file is about come first.
fn with_snapshot(model: &Model, file: ComparedList) -> Result<Choice, NothingToCompare> {
    let target = target_of(&file);
    let is_same_site = |s: &&Snapshot| target.as_ref().is_some_and(|target| target.site() == s.request.target.site());
    let openable = model.archive.list.snapshots().iter().filter(|s| s.can_open());
    let (same, others): (Vec<_>, Vec<_>) = openable.partition(is_same_site);
    let candidates: Vec<ComparedList> = same.into_iter().chain(others).map(of_snapshot).collect();
    if candidates.is_empty() {
        return Err(NothingToCompare::NoSnapshots);
    }
    Ok(Choice::Menu(CompareMenu::with(file, candidates)))
}

/// How many rows of a file are looked at for its target, so that a large file causes no delay.
const SAMPLE: usize = 1_000;

fn target_of(list: &ComparedList) -> Option<Target> {
    match list {
        ComparedList::Snapshot(snapshot) => Some(snapshot.request.target.clone()),
        ComparedList::File { links, .. } => common_target(links, links.rows().take(SAMPLE), Scope::Domain),
    }
}

/// Actions in the menu.
pub fn handle_menu_action(model: &mut Model, action: Action) -> Option<Effects> {
    let Some(Overlay::CompareMenu(menu)) = &mut model.overlay else { return None };
    match action {
        Action::Accept => {
            let menu = menu.clone();
            model.overlay = None;
            let earlier = menu.candidates.get(menu.selected).cloned();
            match (menu.later.clone(), earlier) {
                (Some(later), Some(earlier)) => return Some(vec![Effect::Compare { later, earlier }]),
                _ => model.overlay = menu.choose_later().map(Overlay::CompareMenu),
            }
        }
        Action::Cancel => model.overlay = None,
        other => {
            let count = menu.candidates.len();
            menu.selected = step_selection(menu.selected, count, count, other)?;
        }
    }
    Some(Effects::new())
}

/// Shows the links of both lists in one table.
pub fn show(model: &mut Model, lists: ComparedLists) -> Effects {
    let ComparedLists { later, earlier, links, compared } = lists;
    let with = match &earlier {
        ComparedList::Snapshot(snapshot) => ago(model.session.unix_now().since(snapshot.at)),
        ComparedList::File { name, .. } => name.clone(),
    };
    let (by_link, by_domain) = (compared.by_link, compared.by_domain);
    model.toast(Severity::Success, format!("compared with {with}: {by_link}; referring domains: {by_domain}"));
    let open = model.table.state.take();
    let before = match (&later, open) {
        // The archive still has it.
        (ComparedList::Snapshot(_), _) => None,
        (ComparedList::File { .. }, Some(open)) if open.compared().is_some() => model.table.before_comparison.take(),
        (ComparedList::File { .. }, open) => open.map(Box::new),
    };
    let table = model.new_table(later.source(), &links).compared_with(compared);
    model.show_links(table);
    model.table.before_comparison = before;
    Effects::new()
}
