//! What workers do for the table, and what comes of it.

use std::sync::Arc;

use crate::app::domains::Domains;
use crate::app::effect::{Effect, Effects};
use crate::app::loading::Loading;
use crate::app::model::Model;
use crate::app::task::Task;
use crate::app::toasts::Tone;
use crate::domain::LinkSet;
use crate::domain::arrange::Found;
use crate::domain::facet::FacetCounts;

use super::{facets, filter, load};

/// What workers shall do now.
pub fn next(model: &mut Model) -> Effects {
    let Some(browser) = &mut model.table.browser else { return Effects::new() };
    browser.settle_hidden();
    let generation = model.session.next_generation();
    let arrange = browser.take_job(generation).map(|arrangement| Effect::Arrange { generation, arrangement });
    // While links still come, the groups would be of yesterday.
    let is_whole = model.table.loading.as_ref().is_none_or(Loading::is_over);
    let group = is_whole.then(|| browser.take_group_job()).flatten().map(|links| Effect::GroupDomains { links });
    arrange.into_iter().chain(group).chain(filter::ask_frequent(model)).collect()
}

/// Takes over rows to show.
pub fn arranged(model: &mut Model, generation: u64, found: Found, looked_at: Option<usize>) {
    let page = model.page();
    if let Some(browser) = &mut model.table.browser {
        browser.arranged(generation, found, looked_at, page);
    }
}

/// Takes over what links have in common.
pub fn counted(model: &mut Model, generation: u64, counts: FacetCounts) {
    if let Some(browser) = &mut model.table.browser {
        browser.counted(generation, &counts);
    }
    facets::counted(model, generation, counts);
}

/// Takes over the domains of the links.
pub fn grouped(model: &mut Model, links: &Arc<LinkSet>, domains: Arc<Domains>) {
    let page = model.page();
    if let Some(browser) = &mut model.table.browser {
        browser.set_domains(links, domains, page);
    }
}

/// Lets nothing wait any more for work that broke down, and says so.
pub fn broke_down(model: &mut Model, task: Task, why: &str) {
    let page = model.page();
    match (task, &mut model.table.browser) {
        (Task::Arrange { generation }, Some(browser)) => browser.arranging_failed(generation),
        (Task::Count { generation }, _) => facets::broke_down(model, generation),
        (Task::Group, Some(browser)) => browser.grouping_failed(page),
        (Task::Load, _) => load::broke_down(model),
        (Task::Export, _) => model.table.exporting = None,
        (Task::Balance { reading }, _) if model.account.counter.is_newest(reading) => {
            model.account.counter.forget_balance();
        }
        _ => {}
    }
    model.toast(Tone::Error, format!("{} failed; kew-tui keeps running: {why}", task.what()));
}
