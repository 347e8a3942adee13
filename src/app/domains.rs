//! The referring domains of a link set.

use std::sync::Arc;

use super::completions::MAX_VALUES;
use crate::domain::domain_name::{readable, site};
use crate::domain::groups::{Group, Groups};
use crate::domain::{Field, LinkSet, Row};

#[derive(Clone, Debug)]
pub struct Domains {
    groups: Arc<Groups>,
    /// Most frequent first, as people read them.
    completions: Vec<String>,
}

impl Domains {
    pub fn of(links: &LinkSet) -> Domains {
        let groups = Groups::of(links, Field::SourceDomain, site);
        let name = |group: &Group| readable(site(links.text(group.first, Field::SourceDomain))).into_owned();
        let completions = groups.largest(MAX_VALUES).iter().map(name).collect();
        Domains { groups: Arc::new(groups), completions }
    }

    pub fn groups(&self) -> &Arc<Groups> {
        &self.groups
    }

    /// The number of links from the same domain as `row`.
    pub fn links_from_domain(&self, row: Row) -> Option<u32> {
        self.groups.of_row(row).map(|group| group.rows)
    }

    /// Most frequent first, as people read them.
    pub fn completions(&self) -> &[String] {
        &self.completions
    }
}

/// The referring domains of the open links, or the state of counting them.
#[derive(Clone, Debug)]
pub enum DomainsState {
    /// Waits for a worker.
    Queued,
    Counting,
    Counted(Arc<Domains>),
    /// The worker failed. Retried when the domains are needed again.
    Failed,
}

/// Larger sets are counted by a worker.
const MAX_COUNTED_INLINE: usize = 10_000;

impl DomainsState {
    /// Counts small sets right away.
    pub fn of(links: &LinkSet) -> DomainsState {
        if links.len() > MAX_COUNTED_INLINE {
            return DomainsState::Queued;
        }
        DomainsState::Counted(Arc::new(Domains::of(links)))
    }

    /// `None` until they are counted.
    pub fn get(&self) -> Option<&Arc<Domains>> {
        match self {
            DomainsState::Counted(domains) => Some(domains),
            DomainsState::Queued | DomainsState::Counting | DomainsState::Failed => None,
        }
    }

    /// Whether a worker should start counting now. The state then changes to `Counting`.
    pub fn take_job(&mut self) -> bool {
        let is_queued = matches!(self, DomainsState::Queued);
        if is_queued {
            *self = DomainsState::Counting;
        }
        is_queued
    }

    pub fn job_failed(&mut self) {
        if matches!(self, DomainsState::Counting) {
            *self = DomainsState::Failed;
        }
    }

    /// Queues the count again if it failed.
    pub fn retry(&mut self) {
        if matches!(self, DomainsState::Failed) {
            *self = DomainsState::Queued;
        }
    }
}
