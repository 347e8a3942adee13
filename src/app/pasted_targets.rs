//! Several lines pasted into the target box: a list of targets, one a line.

use crate::domain::encoding::lines;
use crate::domain::target::TargetError;
use crate::domain::target_list::{RefusedLine, UniqueTargets, parse_lines};
use crate::domain::{Scope, Target};

use super::key_prompt::looks_like_key;
use super::pasted::Pasted;
use super::target_plan::TargetPlan;

/// The maximum number of lines in a list on the screen. More would slow down every key; a command takes any number.
pub const MAX_LINES: usize = 10_000;

/// A refused line is shown, and a key never is.
fn without_key(number: usize) -> RefusedLine {
    let error = TargetError::NotUrl("it looks like an API key, so it is not shown".to_owned());
    RefusedLine { number, text: "(hidden)".to_owned(), error }
}

#[derive(Clone, Debug)]
pub struct PastedTargets {
    text: Pasted,
    /// In the order of the lines, without duplicates.
    pub targets: Vec<Target>,
    pub refused: Vec<RefusedLine>,
    /// Whether there are more lines than [`MAX_LINES`], which are ignored.
    pub is_cut: bool,
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
        let mut list = PastedTargets {
            text: text.clone(),
            targets: Vec::new(),
            refused: Vec::new(),
            is_cut: false,
            plan: None,
            scroll: 0,
        };
        list.set_scope(scope);
        Some(list)
    }

    /// Reads the lines again: an address may be valid as a page but not as a domain.
    pub fn set_scope(&mut self, scope: Scope) {
        let mut targets = UniqueTargets::default();
        self.refused.clear();
        let mut lines = parse_lines(&self.text, scope);
        for line in lines.by_ref().take(MAX_LINES) {
            match line {
                Ok(target) => targets.add(target),
                Err(refused) if looks_like_key(&refused.text) => self.refused.push(without_key(refused.number)),
                Err(refused) => self.refused.push(refused),
            }
        }
        self.is_cut = lines.next().is_some();
        self.targets = targets.into_vec();
        self.plan = None;
    }
}
