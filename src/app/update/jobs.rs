//! Background jobs of the table, and their results.

use std::sync::Arc;

use crate::app::domains::Domains;
use crate::app::effect::{Effect, Effects};
use crate::app::loading::Loading;
use crate::app::model::Model;
use crate::app::task::Task;
use crate::app::toasts::Severity;
use crate::domain::LinkSet;
use crate::domain::facet::FacetCounts;
use crate::domain::view_spec::ViewResult;

use super::{facets, filter, load};

/// Starts the jobs that are due.
pub fn start_pending(model: &mut Model) -> Effects {
    let Some(table) = &mut model.table.state else { return Effects::new() };
    table.update_hidden_marks();
    let generation = model.session.next_generation();
    let compute_view = table.take_job(generation).map(|spec| Effect::ComputeView { generation, spec });
    // While links are arriving, groups would be outdated at once.
    let is_loaded = model.table.loading.as_ref().is_none_or(Loading::is_finished);
    let group = is_loaded.then(|| table.take_group_job()).flatten().map(|links| Effect::GroupDomains { links });
    compute_view.into_iter().chain(group).chain(filter::request_completions(model)).collect()
}

pub fn apply_view_result(model: &mut Model, generation: u64, result: ViewResult, scanned: Option<usize>) {
    let page = model.page();
    if let Some(table) = &mut model.table.state {
        table.apply_view_result(generation, result, scanned, page);
    }
}

/// Passes counts on to completions and to the facets dialog; each knows its own jobs.
pub fn set_counts(model: &mut Model, generation: u64, counts: FacetCounts) {
    if let Some(table) = &mut model.table.state {
        table.set_completions(generation, &counts);
    }
    facets::set_counts(model, generation, counts);
}

pub fn set_domains(model: &mut Model, links: &Arc<LinkSet>, domains: Arc<Domains>) {
    let page = model.page();
    if let Some(table) = &mut model.table.state {
        table.set_domains(links, domains, page);
    }
}

/// Ends the wait for a failed task, and reports it.
pub fn task_failed(model: &mut Model, task: Task, why: &str) {
    let page = model.page();
    match (task, &mut model.table.state) {
        (Task::ComputeView { generation }, Some(table)) => table.view_failed(generation),
        (Task::Count { generation }, _) => facets::count_failed(model, generation),
        (Task::Group, Some(table)) => table.grouping_failed(page),
        (Task::Load, _) => load::task_failed(model),
        (Task::Export, _) => model.table.exporting = None,
        (Task::Balance { reading }, _) if model.account.meter.is_newest(reading) => {
            model.account.meter.clear_balance();
        }
        _ => {}
    }
    model.toast(Severity::Error, format!("{} failed; kew-tui keeps running: {why}", task.what()));
}
