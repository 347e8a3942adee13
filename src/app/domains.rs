//! The referring domains of a table.

use std::sync::Arc;

use super::frequent::MOST;
use crate::domain::groups::{Group, Groups};
use crate::domain::{Field, LinkSet};

/// How many links come from which domain.
#[derive(Clone, Debug)]
pub struct Domains {
    groups: Arc<Groups>,
    /// The most frequent ones, folded, for filters that are being typed.
    frequent: Vec<String>,
}

impl Domains {
    /// Counts the referring domains of a set.
    pub fn of(links: &LinkSet) -> Domains {
        let groups = Groups::of(links, Field::SourceDomain, |domain| domain);
        let name = |group: &Group| links.folded(group.first, Field::SourceDomain).into_owned();
        let frequent = groups.largest(MOST).iter().map(name).collect();
        Domains { groups: Arc::new(groups), frequent }
    }

    /// The rows by their domains.
    pub fn groups(&self) -> &Arc<Groups> {
        &self.groups
    }

    /// How many links come from the domain of a row.
    pub fn links_of(&self, row: u32) -> Option<u32> {
        self.groups.of_row(row).map(|group| group.rows)
    }

    /// The most frequent ones, folded.
    pub fn frequent(&self) -> &[String] {
        &self.frequent
    }
}
