//! Frequent values that complete a filter being typed. A worker counts them when they are first needed.

use std::sync::Arc;

use crate::domain::anchor_type::AnchorRules;
use crate::domain::facet::{Facet, FacetCounts, FacetJob};
use crate::domain::{LinkSet, RowOrder};

/// Values kept per facet.
pub(super) const MAX_VALUES: usize = 1_000;

#[derive(Clone, Debug, Default)]
pub struct Completions {
    facets: Vec<FacetValues>,
}

#[derive(Clone, Debug)]
struct FacetValues {
    facet: Facet,
    generation: u64,
    /// Most frequent first; empty until counted.
    values: Vec<String>,
}

impl Completions {
    /// Most frequent first; empty until counted.
    pub fn values(&self, facet: Facet) -> &[String] {
        self.facets.iter().find(|known| known.facet == facet).map(|known| known.values.as_slice()).unwrap_or_default()
    }

    /// The job that counts the values of a facet; `None` if it was requested before.
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

    /// Ignores counts of other jobs.
    pub fn set_values(&mut self, generation: u64, counts: &FacetCounts, links: &LinkSet, rules: &AnchorRules) {
        if let Some(known) = self.facets.iter_mut().find(|known| known.generation == generation) {
            let def = known.facet.def(links);
            let text = |row| {
                let value = known.facet.filter_value(links, row, rules);
                def.map_or_else(|| value.clone().into_owned(), |def| def.readable(&value).into_owned())
            };
            known.values = counts.all.iter().take(MAX_VALUES).map(|entry| text(entry.row)).collect();
        }
    }
}
