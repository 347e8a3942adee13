//! Comparing two lists of links: snapshots, or files that are open.

use std::sync::Arc;

use crate::domain::diff::{DiffCounts, RowDiff};
use crate::domain::{LinkSet, Snapshot};

use super::source::Source;

/// One of the two lists.
#[derive(Clone, Debug)]
pub enum ComparedList {
    Snapshot(Box<Snapshot>),
    File { name: String, links: Arc<LinkSet> },
}

impl ComparedList {
    pub fn source(&self) -> Source {
        match self {
            ComparedList::Snapshot(snapshot) => Source::of_snapshot(snapshot),
            ComparedList::File { name, .. } => Source::Files(vec![name.clone()]),
        }
    }

    /// The number of links at which it was cut off. Files are complete.
    pub fn limit(&self) -> usize {
        match self {
            ComparedList::Snapshot(snapshot) => snapshot.limit(),
            ComparedList::File { .. } => usize::MAX,
        }
    }
}

/// What the comparison found, while it is on the screen.
#[derive(Clone, Debug)]
pub struct Compared {
    pub row_diffs: Arc<[RowDiff]>,
    /// Number of links by status.
    pub by_link: DiffCounts,
    /// Number of referring domains by status.
    pub by_domain: DiffCounts,
}

/// The menu that chooses what to compare.
#[derive(Clone, Debug)]
pub struct CompareMenu {
    /// What the chosen list is compared with; `None` while this list is being chosen.
    pub later: Option<ComparedList>,
    pub candidates: Vec<ComparedList>,
    /// Index in `candidates`.
    pub selected: usize,
}

impl CompareMenu {
    /// Chooses the later of several lists first. The last one is selected.
    pub fn of(candidates: Vec<ComparedList>) -> CompareMenu {
        CompareMenu { later: None, selected: candidates.len().saturating_sub(1), candidates }
    }

    /// Chooses what to compare `later` with.
    pub fn with(later: ComparedList, candidates: Vec<ComparedList>) -> CompareMenu {
        CompareMenu { later: Some(later), candidates, selected: 0 }
    }

    /// Takes the selected list as the later one. The list before it is selected; `None` if nothing is left to compare.
    pub fn choose_later(mut self) -> Option<CompareMenu> {
        let later = (self.selected < self.candidates.len()).then(|| self.candidates.remove(self.selected))?;
        let selected = self.selected.saturating_sub(1);
        (!self.candidates.is_empty()).then_some(CompareMenu { later: Some(later), selected, ..self })
    }
}
