//! The referring domains of a table.

use std::sync::Arc;

use super::completions::MAX_VALUES;
use crate::domain::groups::{Group, Groups};
use crate::domain::{Field, LinkSet};

/// How many links come from which domain.
#[derive(Clone, Debug)]
pub struct Domains {
    groups: Arc<Groups>,
    /// The most frequent ones, folded, for filters that are being typed.
    completions: Vec<String>,
}

impl Domains {
    /// Counts the referring domains of a set.
    pub fn of(links: &LinkSet) -> Domains {
        let groups = Groups::of(links, Field::SourceDomain, |domain| domain);
        let name = |group: &Group| links.folded(group.first, Field::SourceDomain).into_owned();
        let completions = groups.largest(MAX_VALUES).iter().map(name).collect();
        Domains { groups: Arc::new(groups), completions }
    }

    /// The rows by their domains.
    pub fn groups(&self) -> &Arc<Groups> {
        &self.groups
    }

    /// How many links come from the domain of a row.
    pub fn links_from_domain(&self, row: u32) -> Option<u32> {
        self.groups.of_row(row).map(|group| group.rows)
    }

    /// The most frequent ones, folded.
    pub fn completions(&self) -> &[String] {
        &self.completions
    }
}

/// What is known of the domains of the links that there are now.
#[derive(Clone, Debug)]
pub enum DomainsState {
    /// A worker has to count them.
    Queued,
    /// A worker is at it.
    Counting,
    Counted(Arc<Domains>),
    /// The worker broke down. It is tried again where they are needed again.
    Failed,
}

/// Sets of more links than this are counted by a worker.
const MAX_COUNTED_INLINE: usize = 10_000;

impl DomainsState {
    /// Those of a set that is new.
    pub fn of(links: &LinkSet) -> DomainsState {
        if links.len() > MAX_COUNTED_INLINE {
            return DomainsState::Queued;
        }
        DomainsState::Counted(Arc::new(Domains::of(links)))
    }

    /// The domains, once they are known.
    pub fn get(&self) -> Option<&Arc<Domains>> {
        match self {
            DomainsState::Counted(domains) => Some(domains),
            DomainsState::Queued | DomainsState::Counting | DomainsState::Failed => None,
        }
    }

    /// Whether a worker shall count them now; it is at it from then on.
    pub fn take_job(&mut self) -> bool {
        let is_queued = matches!(self, DomainsState::Queued);
        if is_queued {
            *self = DomainsState::Counting;
        }
        is_queued
    }

    /// The worker broke down.
    pub fn job_failed(&mut self) {
        if matches!(self, DomainsState::Counting) {
            *self = DomainsState::Failed;
        }
    }

    /// They are needed, though a worker broke down over them before.
    pub fn retry(&mut self) {
        if matches!(self, DomainsState::Failed) {
            *self = DomainsState::Queued;
        }
    }
}
