//! The facets dialog: the facet, its counts, the search and the selection.

use std::sync::Arc;

use crate::domain::facet::{Facet, FacetCount, FacetCounts, FacetJob};
use crate::domain::text::fold;
use crate::domain::{LinkSet, RowOrder};
use crate::input::LineEdit;

use super::table_state::TableState;

#[derive(Clone, Debug, Default)]
pub struct FacetView {
    pub facet: Facet,
    /// The facets to choose from.
    facets: Vec<Facet>,
    /// Count all links, not only those shown.
    pub all_links: bool,
    /// Sort by value instead of count.
    pub by_value: bool,
    /// Only values that contain this text are listed.
    pub search: LineEdit,
    pub searching: bool,
    /// Index in [`FacetView::entries`].
    pub selected: usize,
    counts: Option<FacetCounts>,
    /// Whether the newest job failed.
    pub failed: bool,
    /// The newest job. Results of older ones are ignored.
    generation: u64,
}

impl FacetView {
    /// With the facet of the column of this name, or referring domains if it is not counted.
    pub fn new(links: &LinkSet, name: &str) -> FacetView {
        let facets = Facet::all(links);
        let is_named = |facet: &Facet| facet.def(links).is_some_and(|def| def.name == name);
        let facet = facets.iter().copied().find(is_named).unwrap_or_default();
        FacetView { facet, facets, ..FacetView::default() }
    }

    pub fn facets(&self) -> &[Facet] {
        &self.facets
    }

    /// Chooses the next or the previous facet, wrapping around.
    pub fn step(&mut self, forward: bool, links: &LinkSet) {
        // While a file is loaded, columns are added, and others turn out to have many values.
        self.facets = Facet::all(links);
        let count = self.facets.len().max(1);
        let at = self.facets.iter().position(|facet| *facet == self.facet).unwrap_or(0);
        let to = if forward { at + 1 } else { at + count - 1 };
        self.facet = self.facets.get(to % count).copied().unwrap_or_default();
    }

    /// The values that match the search, in list order; `None` until counted, or if counting failed.
    pub fn entries(&self) -> Option<&[FacetCount]> {
        self.counts.as_ref().map(|counts| counts.found.as_ref())
    }

    /// The number of distinct values, and of links that have one; the search does not matter.
    pub fn totals(&self) -> (usize, u64) {
        self.counts.as_ref().map(|counts| (counts.all.len(), counts.rows)).unwrap_or_default()
    }

    /// The highest count among the listed values.
    pub fn largest_count(&self) -> u32 {
        self.counts.as_ref().map_or(0, |counts| counts.most)
    }

    /// Set if the distribution looks unnatural.
    pub fn warning(&self) -> Option<&str> {
        self.counts.as_ref()?.warning.as_deref()
    }

    pub fn selected_entry(&self) -> Option<FacetCount> {
        self.entries()?.get(self.selected).copied()
    }

    /// The next job for a worker. `recount` if the links or the facet changed; otherwise only the search or the order
    /// did.
    pub fn new_job(&mut self, table: &TableState, recount: bool, generation: u64) -> FacetJob {
        if recount {
            self.counts = None;
        }
        self.generation = generation;
        self.failed = false;
        self.selected = 0;
        let all = RowOrder::All(table.links().len() as u32);
        FacetJob {
            links: Arc::clone(table.links()),
            facet: self.facet,
            rules: Arc::clone(table.rules()),
            among: if self.all_links { all } else { table.shown().clone() },
            counted: self.counts.as_ref().map(|counts| Arc::clone(&counts.all)),
            search: fold(self.search.text().trim()).into_owned(),
            by_value: self.by_value,
        }
    }

    pub fn job_failed(&mut self, generation: u64) {
        self.failed |= generation == self.generation;
    }

    /// Ignores counts of older jobs.
    pub fn set_counts(&mut self, generation: u64, counts: FacetCounts) {
        if generation == self.generation {
            self.counts = Some(counts);
        }
    }
}
