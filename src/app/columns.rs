//! The columns of the table: which, in which order, how wide, which one is chosen.

use crate::domain::LinkSet;
use crate::domain::order::SortColumn;
use crate::geometry::columns::natural_widths;

/// The state of the columns.
#[derive(Clone, Debug)]
pub struct Columns {
    list: Vec<SortColumn>,
    /// How wide each would like to be, in cells.
    widths: Vec<u16>,
    /// The number of the chosen one.
    chosen: usize,
    /// As they were before the user changed them.
    first: Vec<SortColumn>,
}

/// Cells by which a column grows or shrinks at once.
const STEP: u16 = 4;
/// Narrower than this no column gets.
const LEAST: u16 = 4;
/// Wider than this no column gets.
const MOST: u16 = 400;

impl Columns {
    /// These columns, as wide as what is in them.
    pub fn new(list: Vec<SortColumn>, links: &LinkSet) -> Columns {
        Columns { widths: natural_widths(links, &list), first: list.clone(), list, chosen: 0 }
    }

    /// All of them, from the left.
    pub fn list(&self) -> &[SortColumn] {
        &self.list
    }

    /// How wide each would like to be, in cells.
    pub fn widths(&self) -> &[u16] {
        &self.widths
    }

    /// The number of the chosen one.
    pub fn chosen(&self) -> usize {
        self.chosen
    }

    /// The chosen one.
    pub fn chosen_column(&self) -> Option<SortColumn> {
        self.list.get(self.chosen).copied()
    }

    /// Makes them as wide as what is in them now.
    pub fn measure(&mut self, links: &LinkSet) {
        self.widths = natural_widths(links, &self.list);
    }

    /// Adds a column behind the rank.
    pub fn insert_behind_rank(&mut self, column: SortColumn, links: &LinkSet) {
        let at = self.list.iter().position(|other| *other == SortColumn::Rank).map_or(0, |at| at + 1);
        self.list.insert(at, column);
        self.first.clone_from(&self.list);
        self.chosen += usize::from(self.chosen >= at);
        self.measure(links);
    }

    /// Takes a column out, if it is there.
    pub fn remove(&mut self, column: SortColumn) {
        let Some(at) = self.list.iter().position(|other| *other == column) else { return };
        self.list.remove(at);
        self.widths.remove(at);
        self.first.retain(|other| *other != column);
        self.choose(self.chosen - usize::from(self.chosen > at));
    }

    /// Chooses the one on the right or on the left.
    pub fn step(&mut self, right: bool) {
        self.choose(self.chosen.saturating_add_signed(if right { 1 } else { -1 }));
    }

    /// Chooses one, the last one if there are fewer.
    pub fn choose(&mut self, column: usize) {
        self.chosen = column.min(self.list.len().saturating_sub(1));
    }

    /// Takes the chosen one to the right or to the left.
    pub fn carry(&mut self, right: bool) {
        let from = self.chosen;
        self.step(right);
        if from != self.chosen {
            self.list.swap(from, self.chosen);
            self.widths.swap(from, self.chosen);
        }
    }

    /// Makes the chosen one wider or narrower.
    pub fn resize(&mut self, wider: bool) {
        if let Some(width) = self.widths.get_mut(self.chosen) {
            *width = if wider { *width + STEP } else { width.saturating_sub(STEP) }.clamp(LEAST, MOST);
        }
    }

    /// Hides the chosen one. Returns whether it did: the last one stays.
    pub fn hide(&mut self) -> bool {
        if self.list.len() < 2 || self.chosen >= self.list.len() {
            return false;
        }
        self.list.remove(self.chosen);
        self.widths.remove(self.chosen);
        self.choose(self.chosen);
        true
    }

    /// Has them as they were before the user changed them.
    pub fn reset(&mut self, links: &LinkSet) {
        let chosen = self.chosen_column();
        self.list.clone_from(&self.first);
        self.measure(links);
        self.chosen = self.list.iter().position(|column| Some(*column) == chosen).unwrap_or(0);
    }
}
