//! The values that many links have in common, for a filter that is being typed: counted by a worker when they are first
//! needed.

use std::sync::Arc;

use crate::domain::anchor_class::AnchorRules;
use crate::domain::facet::{Facet, FacetCounts, FacetJob};
use crate::domain::{LinkSet, RowOrder};

/// So many values of a facet are worth a try.
pub(super) const MAX_VALUES: usize = 1_000;

/// The values that are known or asked for.
#[derive(Clone, Debug, Default)]
pub struct Completions {
    facets: Vec<FacetValues>,
}

#[derive(Clone, Debug)]
struct FacetValues {
    facet: Facet,
    /// Of the job that counts them.
    generation: u64,
    /// The most frequent first; empty while they are counted.
    values: Vec<String>,
}

impl Completions {
    /// The values of a facet, the most frequent first, as far as they are known.
    pub fn values(&self, facet: Facet) -> &[String] {
        self.facets.iter().find(|known| known.facet == facet).map(|known| known.values.as_slice()).unwrap_or_default()
    }

    /// What a worker shall count for the values of a facet, under this generation; `None` where it was asked before.
    pub fn request(
        &mut self,
        facet: Facet,
        generation: u64,
        links: &Arc<LinkSet>,
        rules: &Arc<AnchorRules>,
    ) -> Option<FacetJob> {
        if self.facets.iter().any(|known| known.facet == facet) {
            return None;
        }
        self.facets.push(FacetValues { facet, generation, values: Vec::new() });
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
    pub fn set_values(&mut self, generation: u64, counts: &FacetCounts, links: &LinkSet, rules: &AnchorRules) {
        if let Some(known) = self.facets.iter_mut().find(|known| known.generation == generation) {
            let text = |row| known.facet.value(&links.link(row), rules).to_owned();
            known.values = counts.all.iter().take(MAX_VALUES).map(|entry| text(entry.row)).collect();
        }
    }
}
