//! The columns of the table: which, in which order, how wide, how far their texts are scrolled, which one is chosen.

use crate::domain::LinkSet;
use crate::domain::order::ColumnId;
use crate::layout::columns::ColumnSpec;

/// Columns as a user has them, from the left, by their names, each with its width in cells where the user chose one. Not every
/// set has all of them: some come with a file.
pub type ChosenColumns = Vec<(String, Option<u16>)>;

/// The state of the columns.
#[derive(Clone, Debug)]
pub struct Columns {
    list: Vec<ColumnSpec>,
    /// The number of the chosen one.
    chosen: usize,
    /// The widths that the user chose.
    widths: Vec<(ColumnId, u16)>,
    /// Columns that the user chose and these links have not, each with its place.
    missing: Vec<(usize, (String, Option<u16>))>,
}

/// Cells by which a column grows, shrinks or scrolls at once.
const STEP: u16 = 4;
/// Narrower than this no column gets.
const MIN_WIDTH: u16 = 4;
/// Wider than this no column gets, and further its texts do not scroll.
const MAX_WIDTH: u16 = 400;

impl Columns {
    /// These columns, as wide as the user wants them or as what is in them.
    pub fn new(columns: &ChosenColumns, links: &LinkSet) -> Columns {
        let missing = columns.iter().cloned().enumerate().collect();
        let mut all = Columns { list: Vec::new(), chosen: 0, widths: Vec::new(), missing };
        all.add_available(links);
        if all.list.is_empty() {
            all.list.push(all.spec(ColumnId::Rank, links));
        }
        all
    }

    /// Shows the columns that the user chose and that the links have only now.
    pub fn add_available(&mut self, links: &LinkSet) {
        for (at, (name, width)) in std::mem::take(&mut self.missing) {
            let Some(column) = links.schema().by_name(&name) else {
                self.missing.push((at, (name, width)));
                continue;
            };
            if !self.has(column) {
                self.widths.extend(width.map(|width| (column, width.clamp(MIN_WIDTH, MAX_WIDTH))));
                self.list.insert(at.min(self.list.len()), self.spec(column, links));
            }
        }
    }

    fn spec(&self, column: ColumnId, links: &LinkSet) -> ColumnSpec {
        let spec = ColumnSpec::of(links, column);
        ColumnSpec { width: self.width_of(column).unwrap_or(spec.width), ..spec }
    }

    /// The width that the user chose for a column.
    fn width_of(&self, column: ColumnId) -> Option<u16> {
        self.widths.iter().find(|(other, _)| *other == column).map(|(_, width)| *width)
    }

    /// All of them, from the left.
    pub fn list(&self) -> &[ColumnSpec] {
        &self.list
    }

    /// What of them is worth keeping for the next session: those that can be chosen.
    pub fn saved(&self, links: &LinkSet) -> ChosenColumns {
        let columns = self.list.iter().map(|spec| spec.column).filter(|column| column.can_be_chosen());
        let name = |column: ColumnId| Some((links.schema().def(column)?.name.to_owned(), self.width_of(column)));
        let mut saved: ChosenColumns = columns.filter_map(name).collect();
        for (at, column) in &self.missing {
            saved.insert((*at).min(saved.len()), column.clone());
        }
        saved
    }

    /// The number of the chosen one.
    pub fn chosen(&self) -> usize {
        self.chosen
    }

    /// The chosen one.
    pub fn chosen_column(&self) -> Option<ColumnId> {
        self.list.get(self.chosen).map(|spec| spec.column)
    }

    fn position(&self, column: ColumnId) -> Option<usize> {
        self.list.iter().position(|spec| spec.column == column)
    }

    /// Whether a column is shown.
    pub fn has(&self, column: ColumnId) -> bool {
        self.position(column).is_some()
    }

    /// Makes those of which the user chose no width as wide as what is in them now.
    pub fn fit_widths(&mut self, links: &LinkSet) {
        self.list =
            self.list.iter().map(|spec| ColumnSpec { skip: spec.skip, ..self.spec(spec.column, links) }).collect();
    }

    /// Adds a column behind the rank, if it is not there yet.
    pub fn insert_after_rank(&mut self, column: ColumnId, links: &LinkSet) {
        if !self.has(column) {
            let at = self.position(ColumnId::Rank).map_or(0, |at| at + 1);
            self.list.insert(at, self.spec(column, links));
            self.chosen += usize::from(self.chosen >= at);
        }
    }

    /// Takes a column out. Returns whether it did: the last one stays.
    pub fn remove(&mut self, column: ColumnId) -> bool {
        let Some(at) = self.position(column).filter(|_| self.list.len() > 1) else { return false };
        self.list.remove(at);
        self.choose(self.chosen - usize::from(self.chosen > at));
        true
    }

    /// Hides a column, or shows it behind the others. Returns whether it did: the last one stays.
    pub fn toggle(&mut self, column: ColumnId, links: &LinkSet) -> bool {
        if self.has(column) {
            return self.remove(column);
        }
        self.list.push(self.spec(column, links));
        true
    }

    /// Chooses the one on the right or on the left.
    pub fn choose_adjacent(&mut self, right: bool) {
        self.choose(self.chosen.saturating_add_signed(if right { 1 } else { -1 }));
    }

    /// Chooses one, the last one if there are fewer.
    pub fn choose(&mut self, column: usize) {
        self.chosen = column.min(self.list.len().saturating_sub(1));
    }

    /// Takes the chosen one to the right or to the left.
    pub fn move_chosen(&mut self, right: bool) {
        let from = self.chosen;
        self.choose_adjacent(right);
        if from != self.chosen {
            self.list.swap(from, self.chosen);
        }
    }

    /// Makes the chosen one wider or narrower.
    pub fn resize_chosen(&mut self, wider: bool) {
        if let Some(spec) = self.list.get_mut(self.chosen) {
            spec.width = stepped(spec.width, wider).clamp(MIN_WIDTH, MAX_WIDTH);
            let chosen = (spec.column, spec.width);
            self.widths.retain(|(column, _)| *column != chosen.0);
            self.widths.push(chosen);
        }
    }

    /// Scrolls the texts of the chosen one, so that what stands further right is seen, or back.
    pub fn scroll_chosen(&mut self, right: bool) {
        if let Some(spec) = self.list.get_mut(self.chosen) {
            spec.skip = stepped(spec.skip, right).min(MAX_WIDTH);
        }
    }

    /// Has them as `columns` says; those that can't be chosen stay.
    pub fn reset(&mut self, columns: &ChosenColumns, links: &LinkSet) {
        let chosen = self.chosen_column();
        let fixed: Vec<ColumnId> = self.list.iter().map(|spec| spec.column).filter(|c| !c.can_be_chosen()).collect();
        *self = Columns::new(columns, links);
        fixed.into_iter().rev().for_each(|column| self.insert_after_rank(column, links));
        self.chosen = chosen.and_then(|column| self.position(column)).unwrap_or(0);
    }
}

fn stepped(cells: u16, more: bool) -> u16 {
    if more { cells.saturating_add(STEP) } else { cells.saturating_sub(STEP) }
}
