//! The columns of the table: order, widths, horizontal scroll, and which one is chosen.

use crate::domain::LinkSet;
use crate::domain::order::ColumnId;
use crate::layout::columns::ColumnSpec;

/// The user's columns from left to right: name, and width in cells if the user changed it. Extra columns are included
/// even if the open link set lacks them.
pub type ChosenColumns = Vec<(String, Option<u16>)>;

#[derive(Clone, Debug)]
pub struct Columns {
    list: Vec<ColumnSpec>,
    chosen: usize,
    /// Widths that the user changed.
    widths: Vec<(ColumnId, u16)>,
    /// Chosen columns that the link set lacks, with their positions.
    missing: Vec<(usize, (String, Option<u16>))>,
}

/// Cells by which a column grows, shrinks or scrolls.
const STEP: u16 = 4;
/// In cells.
const MIN_WIDTH: u16 = 4;
/// In cells; also the limit of horizontal scrolling.
const MAX_WIDTH: u16 = 400;

impl Columns {
    /// Shows `columns` with the user's widths, or as wide as their content.
    pub fn new(columns: &ChosenColumns, links: &LinkSet) -> Columns {
        let missing = columns.iter().cloned().enumerate().collect();
        let mut all = Columns { list: Vec::new(), chosen: 0, widths: Vec::new(), missing };
        all.add_available(links);
        if all.list.is_empty() {
            all.list.push(all.spec(ColumnId::Rank, links));
        }
        all
    }

    /// Shows the missing columns that the link set has gained.
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

    fn width_of(&self, column: ColumnId) -> Option<u16> {
        self.widths.iter().find(|(other, _)| *other == column).map(|(_, width)| *width)
    }

    /// From left to right.
    pub fn list(&self) -> &[ColumnSpec] {
        &self.list
    }

    /// The columns to save for the next session: those that the user can choose.
    pub fn saved(&self, links: &LinkSet) -> ChosenColumns {
        let columns = self.list.iter().map(|spec| spec.column).filter(|column| column.can_be_chosen());
        let name = |column: ColumnId| Some((links.schema().def(column)?.name.to_owned(), self.width_of(column)));
        let mut saved: ChosenColumns = columns.filter_map(name).collect();
        for (at, column) in &self.missing {
            saved.insert((*at).min(saved.len()), column.clone());
        }
        saved
    }

    pub fn chosen(&self) -> usize {
        self.chosen
    }

    pub fn chosen_column(&self) -> Option<ColumnId> {
        self.list.get(self.chosen).map(|spec| spec.column)
    }

    fn position(&self, column: ColumnId) -> Option<usize> {
        self.list.iter().position(|spec| spec.column == column)
    }

    pub fn has(&self, column: ColumnId) -> bool {
        self.position(column).is_some()
    }

    /// Makes columns as wide as their content, except those that the user has resized.
    pub fn fit_widths(&mut self, links: &LinkSet) {
        self.list =
            self.list.iter().map(|spec| ColumnSpec { skip: spec.skip, ..self.spec(spec.column, links) }).collect();
    }

    pub fn insert_after_rank(&mut self, column: ColumnId, links: &LinkSet) {
        if !self.has(column) {
            let at = self.position(ColumnId::Rank).map_or(0, |at| at + 1);
            self.list.insert(at, self.spec(column, links));
            self.chosen += usize::from(self.chosen >= at);
        }
    }

    /// Returns whether the column was removed: the last one stays.
    pub fn remove(&mut self, column: ColumnId) -> bool {
        let Some(at) = self.position(column).filter(|_| self.list.len() > 1) else { return false };
        self.list.remove(at);
        self.choose(self.chosen - usize::from(self.chosen > at));
        true
    }

    /// Hides a column, or appends it. Returns whether anything changed: the last column stays.
    pub fn toggle(&mut self, column: ColumnId, links: &LinkSet) -> bool {
        if self.has(column) {
            return self.remove(column);
        }
        self.list.push(self.spec(column, links));
        true
    }

    pub fn choose_adjacent(&mut self, right: bool) {
        self.choose(self.chosen.saturating_add_signed(if right { 1 } else { -1 }));
    }

    /// Chooses a column by index, or the last one if there are fewer.
    pub fn choose(&mut self, column: usize) {
        self.chosen = column.min(self.list.len().saturating_sub(1));
    }

    pub fn move_chosen(&mut self, right: bool) {
        let from = self.chosen;
        self.choose_adjacent(right);
        if from != self.chosen {
            self.list.swap(from, self.chosen);
        }
    }

    pub fn resize_chosen(&mut self, wider: bool) {
        if let Some(spec) = self.list.get_mut(self.chosen) {
            spec.width = stepped(spec.width, wider).clamp(MIN_WIDTH, MAX_WIDTH);
            let chosen = (spec.column, spec.width);
            self.widths.retain(|(column, _)| *column != chosen.0);
            self.widths.push(chosen);
        }
    }

    /// Scrolls the text of the chosen column by `STEP` cells.
    pub fn scroll_chosen(&mut self, right: bool) {
        if let Some(spec) = self.list.get_mut(self.chosen) {
            spec.skip = stepped(spec.skip, right).min(MAX_WIDTH);
        }
    }

    /// Restores `columns`. Columns that can't be chosen, such as the group size, stay.
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
