//! The question of what the columns of a file hold.

use crate::domain::Field;
use crate::domain::signs::DOT;
use crate::formats::read::{ColumnMap, UnknownColumns};

/// What a column may hold; `None` for anything else. In the order of the keys that go through them.
const MEANINGS: [Option<Field>; 6] = [
    Some(Field::SourceUrl),
    Some(Field::SourceDomain),
    Some(Field::TargetUrl),
    Some(Field::TargetDomain),
    Some(Field::Anchor),
    None,
];

/// Longer cells are cut off, since they don't fit on a screen.
const MAX_CHARACTERS: usize = 200;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnQuestion {
    /// The index of the file.
    pub file: usize,
    /// The columns in their order. Not sanitized.
    pub columns: Vec<Column>,
    pub selected: usize,
    /// Whether the user accepted columns without a referring page or domain.
    pub lacks_source: bool,
    header: Vec<String>,
    /// What each column holds. The selected one may hold what another one holds too, which then holds something else.
    meanings: Vec<Option<Field>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    /// Its first values.
    pub values: String,
}

impl ColumnQuestion {
    /// With the proposal chosen.
    pub fn new(file: usize, table: UnknownColumns) -> ColumnQuestion {
        let columns = (0..table.width()).map(|column| Column::of(&table, column)).collect();
        let mut meanings = vec![None; table.width()];
        for (field, column) in table.proposed() {
            if let Some(meaning) = meanings.get_mut(column) {
                *meaning = Some(field);
            }
        }
        ColumnQuestion { file, columns, selected: 0, lacks_source: false, header: table.header, meanings }
    }

    /// What a column holds, by its index; `None` for anything but the fields of a link.
    pub fn meaning(&self, column: usize) -> Option<Field> {
        let stored = |column| self.meanings.get(column).copied().flatten();
        stored(column).filter(|field| column == self.selected || stored(self.selected) != Some(*field))
    }

    /// Gives the selected column the next or previous meaning. A column that held this holds it again as soon as the selected
    /// one has another meaning, so that going through the meanings changes nothing else.
    pub fn cycle(&mut self, forward: bool) {
        let current = self.meaning(self.selected);
        let at = MEANINGS.iter().position(|meaning| *meaning == current).unwrap_or(0);
        let step = if forward { 1 } else { MEANINGS.len() - 1 };
        let next = MEANINGS.get((at + step) % MEANINGS.len()).copied().flatten();
        if let Some(meaning) = self.meanings.get_mut(self.selected) {
            *meaning = next;
        }
        self.lacks_source = false;
    }

    pub fn select(&mut self, column: usize) {
        self.meanings = (0..self.meanings.len()).map(|column| self.meaning(column)).collect();
        self.selected = column;
    }

    /// The chosen columns; `None` without a referring page or domain.
    pub fn map(&self) -> Option<ColumnMap> {
        let column = |field: Field| (0..self.meanings.len()).find(|column| self.meaning(*column) == Some(field));
        let chosen = MEANINGS.into_iter().flatten().filter_map(|field| Some((field, column(field)?)));
        let chosen: Vec<(Field, usize)> = chosen.collect();
        let has_source = chosen.iter().any(|(field, _)| matches!(field, Field::SourceUrl | Field::SourceDomain));
        has_source.then(|| ColumnMap::to_columns(&chosen, &self.header).complete())
    }
}

impl Column {
    fn of(table: &UnknownColumns, column: usize) -> Column {
        let mut values: Vec<String> = Vec::new();
        for value in table.rows.iter().filter_map(|row| row.get(column)).map(|cell| start(cell)) {
            if !value.is_empty() && !values.contains(&value) {
                values.push(value);
            }
        }
        let name = table.header.get(column).map(|name| start(name)).unwrap_or_default();
        Column { name, values: values.join(&format!(" {DOT} ")) }
    }
}

fn start(cell: &str) -> String {
    cell.trim().chars().take(MAX_CHARACTERS).collect()
}
