//! Filter and order of the table, and the rows that they lead to. Few rows are arranged at once; many by a worker, and
//! until it has them the table shows those from before.

use std::sync::Arc;

use crate::domain::anchor_class::AnchorRules;
use crate::domain::compare::Verdict;
use crate::domain::order::Order;
use crate::domain::query::Query;
use crate::domain::{Arrangement, LinkSet, Rows, Shown};

/// The state of the arrangement.
#[derive(Clone, Debug, Default)]
pub struct Arranging {
    /// What the user says of anchors.
    rules: Arc<AnchorRules>,
    query: Query,
    order: Order,
    shown: Shown,
    /// The filter that `shown` fulfils wholly; `None` while a worker is at it.
    shown_for: Option<Query>,
    /// All rows in an order, from when they were sorted last.
    sorted: Option<(Order, Shown)>,
    /// What a worker shall do, until it is taken from here.
    job: Option<Arrangement>,
    /// Of the job that a worker is at; what comes from any other is worthless.
    generation: Option<u64>,
    /// How many rows the worker has looked at, while it is at it.
    looked_at: Option<usize>,
    /// Whether rows came that the worker knows nothing of.
    outgrown: bool,
}

impl Arranging {
    /// So many rows as they came.
    pub fn new(rows: usize, rules: Arc<AnchorRules>) -> Arranging {
        Arranging { rules, shown: Shown::All(rows as u32), shown_for: Some(Query::default()), ..Arranging::default() }
    }

    /// What the user says of anchors.
    pub fn rules(&self) -> &Arc<AnchorRules> {
        &self.rules
    }

    /// The filter.
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// The sort keys.
    pub fn order(&self) -> &Order {
        &self.order
    }

    /// The rows shown.
    pub fn shown(&self) -> &Shown {
        &self.shown
    }

    /// How many rows a worker has looked at; `None` if none is at work.
    pub fn looked_at(&self) -> Option<usize> {
        self.looked_at
    }

    /// Takes over another filter or order. Returns whether the rows shown are others now; where a worker has to find them,
    /// they follow later.
    pub fn arrange(
        &mut self,
        (query, order): (Query, Order),
        links: &Arc<LinkSet>,
        marks: &Arc<Rows>,
        verdicts: &Arc<[Verdict]>,
    ) -> bool {
        let within = self.shown_for.as_ref().is_some_and(|before| query.narrows(before) && !query.asks_for_marks());
        let within = within.then(|| self.shown.clone());
        let sorted = self.sorted.as_ref().filter(|(of, _)| *of == order).map(|(_, rows)| rows.clone());
        (self.query, self.order) = (query.clone(), order.clone());
        self.generation = None;
        self.outgrown = false;
        let (links, marks, verdicts) = (Arc::clone(links), Arc::clone(marks), Arc::clone(verdicts));
        let rules = Arc::clone(&self.rules);
        let arrangement = Arrangement { links, query, order, marks, verdicts, rules, within, sorted };
        if arrangement.is_quick() {
            self.job = None;
            if let Some(shown) = arrangement.run(&|| true, |_, _| {}) {
                self.settle(shown);
            }
            return true;
        }
        self.job = Some(arrangement);
        self.looked_at = Some(0);
        false
    }

    fn settle(&mut self, shown: Shown) {
        // What was found says nothing of rows that came in the meantime.
        let is_of_all = !self.outgrown;
        if is_of_all && self.query.is_empty() && !self.order.keys().is_empty() {
            self.sorted = Some((self.order.clone(), shown.clone()));
        }
        self.shown = shown;
        self.shown_for = is_of_all.then(|| self.query.clone());
        self.looked_at = None;
    }

    /// What a worker shall do now. Its results have to name `generation`, which no other job of the session has.
    pub fn take_job(&mut self, generation: u64) -> Option<Arrangement> {
        let job = self.job.take()?;
        self.generation = Some(generation);
        Some(job)
    }

    /// Takes over what a worker found. Returns whether it was for the newest arrangement.
    pub fn arranged(&mut self, generation: u64, shown: Shown, looked_at: Option<usize>) -> bool {
        if self.generation != Some(generation) {
            return false;
        }
        match looked_at {
            None => self.settle(shown),
            Some(_) => {
                self.shown = shown;
                self.shown_for = None;
                self.looked_at = looked_at;
            }
        }
        true
    }

    /// Whether rows came while a worker arranged those before, and it is done: then they have to be arranged anew.
    pub fn is_outgrown(&self) -> bool {
        self.outgrown && self.looked_at.is_none()
    }

    /// Goes on with more rows behind those that there were. Returns whether they have to be arranged anew now.
    pub fn grow(&mut self, rows: usize) -> bool {
        self.sorted = None;
        if self.query.is_empty() && self.order.keys().is_empty() {
            self.shown = Shown::All(rows as u32);
            return false;
        }
        // What was found among the rows before says nothing of the new ones.
        self.shown_for = None;
        self.outgrown = true;
        self.looked_at.is_none()
    }
}
