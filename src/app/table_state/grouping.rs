//! Grouping by referring domain: one line for each.

use std::sync::Arc;

use super::TableState;
use crate::app::domains::{Domains, DomainsState};
use crate::domain::LinkSet;
use crate::domain::grouping::{GroupLine, Grouping};
use crate::domain::order::ColumnId;

impl TableState {
    /// Turns grouping on or off.
    pub fn toggle_groups(&mut self, page: usize) {
        self.is_grouped = !self.is_grouped;
        if self.is_grouped {
            self.columns.insert_after_rank(ColumnId::Links, &self.links);
            self.domains.retry();
        } else {
            self.columns.remove(ColumnId::Links);
        }
        // Without groups there is no group size to sort by.
        self.view.remove_sort_key(ColumnId::Links);
        self.group(page);
    }

    /// Folds or unfolds the group at the cursor. Returns whether there is one with more than one row.
    pub fn toggle_fold(&mut self, page: usize) -> bool {
        let line = self.grouped().and_then(|grouped| grouped.line(self.cursor()));
        let (Some(grouped), Some(row)) = (self.grouped(), self.current_row()) else { return false };
        if matches!(line, Some(GroupLine::Head { rows: 0..=1, .. })) {
            return false;
        }
        let grouping = grouped.grouping().toggled(row);
        self.regroup(Some(grouping), page);
        true
    }

    fn group(&mut self, page: usize) {
        let domains = self.domains.get().filter(|_| self.is_grouped);
        let grouping = domains.map(|domains| Grouping::new(Arc::clone(domains.groups())));
        self.regroup(grouping, page);
    }

    fn regroup(&mut self, grouping: Option<Grouping>, page: usize) {
        let input = self.view_input();
        if self.view.set_grouping(grouping, input) {
            self.restore_cursor(page);
        }
    }

    /// The links that a worker should group by referring domain.
    pub fn take_group_job(&mut self) -> Option<Arc<LinkSet>> {
        self.domains.take_job().then(|| Arc::clone(&self.links))
    }

    /// Turns grouping off after the worker failed. Turning it on again retries.
    pub fn grouping_failed(&mut self, page: usize) {
        if self.is_grouped && self.domains.get().is_none() {
            self.toggle_groups(page);
        }
        self.domains.job_failed();
    }

    /// Ignores the domains of a link set that has been replaced since.
    pub fn set_domains(&mut self, links: &Arc<LinkSet>, domains: Arc<Domains>, page: usize) {
        if Arc::ptr_eq(links, &self.links) {
            self.domains = DomainsState::Counted(domains);
            if self.is_grouped {
                self.group(page);
            }
        }
    }
}
