//! The counts of what links have in common: by what is counted, what was found, what is chosen.

use std::sync::Arc;

use crate::domain::facet::{Facet, FacetCount, FacetCounts, FacetJob};
use crate::domain::text::fold;
use crate::input::LineEdit;

use super::table_state::TableState;

/// The state of the list.
#[derive(Clone, Debug, Default)]
pub struct FacetView {
    /// By what is counted.
    pub facet: Facet,
    /// Whether all links are counted, not only those shown.
    pub all_links: bool,
    /// Whether it is sorted by the values instead of the counts.
    pub by_value: bool,
    /// What values have to hold.
    pub search: LineEdit,
    /// Whether that is being typed.
    pub searching: bool,
    /// The chosen line of what was found.
    pub selected: usize,
    counts: Option<FacetCounts>,
    /// Whether the newest job broke down.
    pub failed: bool,
    /// Of the newest job; what comes of an older one is worthless.
    generation: u64,
}

impl FacetView {
    /// A list that is not counted yet.
    pub fn new(facet: Facet) -> FacetView {
        FacetView { facet, ..FacetView::default() }
    }

    /// What was found, in its order; `None` while it is being counted, or where that failed.
    pub fn entries(&self) -> Option<&[FacetCount]> {
        self.counts.as_ref().map(|counts| counts.found.as_ref())
    }

    /// How many values there are, found or not, and how many links have one.
    pub fn totals(&self) -> (usize, u64) {
        self.counts.as_ref().map(|counts| (counts.all.len(), counts.rows)).unwrap_or_default()
    }

    /// How many links have the most frequent value of those found.
    pub fn largest_count(&self) -> u32 {
        self.counts.as_ref().map_or(0, |counts| counts.most)
    }

    /// What looks made rather than grown.
    pub fn warning(&self) -> Option<&str> {
        self.counts.as_ref()?.warning.as_deref()
    }

    /// The chosen value.
    pub fn selected_entry(&self) -> Option<FacetCount> {
        self.entries()?.get(self.selected).copied()
    }

    /// What a worker shall count now, under this generation. `recount` where other links or another facet are to be counted.
    pub fn new_job(&mut self, table: &TableState, recount: bool, generation: u64) -> FacetJob {
        if recount {
            self.counts = None;
        }
        self.generation = generation;
        self.failed = false;
        self.selected = 0;
        let all = crate::domain::RowOrder::All(table.links().len() as u32);
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

    /// Notes that a job broke down.
    pub fn job_failed(&mut self, generation: u64) {
        self.failed |= generation == self.generation;
    }

    /// Takes over what was counted.
    pub fn set_counts(&mut self, generation: u64, counts: FacetCounts) {
        if generation == self.generation {
            self.counts = Some(counts);
        }
    }
}
