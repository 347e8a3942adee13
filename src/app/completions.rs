//! The values that many links have in common, for a filter that is being typed: counted by a worker when they are first
//! needed.

use std::sync::Arc;

use crate::domain::anchor_class::AnchorRules;
use crate::domain::facet::{Facet, FacetCounts, FacetJob};
use crate::domain::{LinkSet, RowOrder};

/// So many values of a facet are worth a try.
pub(super) const MOST: usize = 1_000;

/// The values that are known or asked for.
#[derive(Clone, Debug, Default)]
pub struct Completions {
    lists: Vec<List>,
}

#[derive(Clone, Debug)]
struct List {
    facet: Facet,
    /// Of the job that counts them.
    generation: u64,
    /// The most frequent first; empty while they are counted.
    values: Vec<String>,
}

impl Completions {
    /// The values of a facet, the most frequent first, as far as they are known.
    pub fn values(&self, facet: Facet) -> &[String] {
        self.lists.iter().find(|list| list.facet == facet).map(|list| list.values.as_slice()).unwrap_or_default()
    }

    /// What a worker shall count for the values of a facet, under this generation; `None` where it was asked before.
    pub fn ask(
        &mut self,
        facet: Facet,
        generation: u64,
        links: &Arc<LinkSet>,
        rules: &Arc<AnchorRules>,
    ) -> Option<FacetJob> {
        if self.lists.iter().any(|list| list.facet == facet) {
            return None;
        }
        self.lists.push(List { facet, generation, values: Vec::new() });
        Some(FacetJob {
            links: Arc::clone(links),
            facet,
            rules: Arc::clone(rules),
            among: RowOrder::All(links.len() as u32),
            counted: None,
            search: String::new(),
            by_value: false,
        })
    }

    /// Takes over what was counted; what other jobs counted is not for this.
    pub fn counted(&mut self, generation: u64, counts: &FacetCounts, links: &LinkSet, rules: &AnchorRules) {
        if let Some(list) = self.lists.iter_mut().find(|list| list.generation == generation) {
            let value = |row| list.facet.value(&links.link(row), rules).to_owned();
            list.values = counts.all.iter().take(MOST).map(|entry| value(entry.row)).collect();
        }
    }
}
