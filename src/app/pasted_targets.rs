//! Several lines pasted into the target box: a list of targets, one a line.

use crate::domain::encoding::lines;
use crate::domain::target_list::{RefusedLine, UniqueTargets, parse_lines};
use crate::domain::{Scope, Target};

use super::pasted::Pasted;
use super::target_plan::TargetPlan;

#[derive(Clone, Debug)]
pub struct PastedTargets {
    text: Pasted,
    /// In the order of the lines, without duplicates.
    pub targets: Vec<Target>,
    pub refused: Vec<RefusedLine>,
    /// What fetching them would do; `None` if the number of links is invalid.
    pub plan: Option<TargetPlan>,
    /// The first line shown.
    pub scroll: usize,
}

impl PastedTargets {
    /// `None` if there are not several lines.
    pub fn new(text: &Pasted, scope: Scope) -> Option<PastedTargets> {
        if lines(text).filter(|line| !line.trim().is_empty()).count() < 2 {
            return None;
        }
        let mut list =
            PastedTargets { text: text.clone(), targets: Vec::new(), refused: Vec::new(), plan: None, scroll: 0 };
        list.set_scope(scope);
        Some(list)
    }

    /// Reads the lines again: an address may be valid as a page but not as a domain.
    pub fn set_scope(&mut self, scope: Scope) {
        let mut targets = UniqueTargets::default();
        self.refused.clear();
        for line in parse_lines(&self.text, scope) {
            match line {
                Ok(target) => targets.add(target),
                Err(refused) => self.refused.push(refused),
            }
        }
        self.targets = targets.into_vec();
        self.plan = None;
    }
}
