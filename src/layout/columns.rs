//! The positions of the table's columns, and what a click in the table hits.

use ratatui::layout::Rect;

use crate::domain::LinkSet;
use crate::domain::anchor_type::AnchorRules;
use crate::domain::columns::{ColumnDef, NaturalWidth, shown_text};
use crate::domain::order::ColumnId;

use super::cells;

/// For the cursor and the mark.
const GUTTER: u16 = 3;
/// Between two columns.
const GAP: u16 = 2;
/// The scrollbar and a cell before it.
const SCROLLBAR: u16 = 2;
/// How many rows are measured to find the width of a column. They are the first ones, which are also seen first.
const MEASURED_ROWS: usize = 500;

/// The widths that a column needs, in cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnSpec {
    pub column: ColumnId,
    /// The width where there is room.
    pub width: u16,
    pub min_width: u16,
    /// The width of the header.
    pub header: u16,
    /// How many cells its texts are scrolled to the left.
    pub skip: u16,
}

/// The position of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnRect {
    pub column: ColumnId,
    /// The index among all columns, including those that did not fit.
    pub index: usize,
    /// The first cell.
    pub x: u16,
    /// In cells.
    pub width: u16,
    /// How many cells its texts are scrolled to the left.
    pub skip: u16,
}

/// The layout of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableLayout {
    area: Rect,
    rows: usize,
    /// The columns that fit, from left to right.
    pub columns: Vec<ColumnRect>,
}

/// What is at a cell of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Hit {
    /// The header of the column with this index.
    Header(usize),
    /// A line of the table.
    Line {
        /// Counted from the first line below the header.
        line: usize,
        /// The index of the column, if there is one.
        column: Option<usize>,
    },
    /// The scrollbar, at a relative height from 0 (top) to 1 (bottom).
    Scrollbar(f64),
}

impl TableLayout {
    /// Distributes the width of `area` by what the columns need. If not all fit, shows the ones around the chosen
    /// column.
    pub fn new(area: Rect, columns: &[ColumnSpec], chosen: usize, rows: usize) -> TableLayout {
        let room = area.width.saturating_sub(GUTTER + SCROLLBAR);
        let bounds = |spec: &ColumnSpec| {
            let width = spec.width.max(spec.header);
            (spec.min_width.min(width), width)
        };
        let bounds: Vec<(u16, u16)> = columns.iter().map(bounds).collect();
        let visible = visible(&bounds, chosen, room);
        let first = visible.start;
        let widths = distribute(bounds.get(visible).unwrap_or_default(), room);
        let mut x = area.x + GUTTER;
        let rects = columns.iter().enumerate().skip(first).zip(widths).map(|((index, spec), width)| {
            let rect = ColumnRect { column: spec.column, index, x, width, skip: spec.skip };
            x += width + GAP;
            rect
        });
        TableLayout { area, rows, columns: rects.collect() }
    }

    /// What is at a cell of the screen; `None` outside of the table.
    pub fn hit(&self, x: u16, y: u16) -> Option<Hit> {
        if !self.area.contains((x, y).into()) {
            return None;
        }
        // The gap after a column belongs to it, which makes it easier to hit.
        let is_hit = |rect: &&ColumnRect| (rect.x..rect.x + rect.width + GAP).contains(&x);
        let column = self.columns.iter().find(is_hit).map(|rect| rect.index);
        let Some(line) = (y - self.area.y).checked_sub(1) else { return column.map(Hit::Header) };
        let page = self.area.height.saturating_sub(1);
        if x + 1 == self.area.right() && self.rows > usize::from(page) {
            return Some(Hit::Scrollbar(f64::from(line) / f64::from(page.saturating_sub(1).max(1))));
        }
        Some(Hit::Line { line: usize::from(line), column })
    }

    /// The relative height of the screen row `y` in the table, from 0 (top) to 1 (bottom), clamped for rows outside
    /// of it.
    pub fn height_above(&self, y: u16) -> f64 {
        let page = self.area.height.saturating_sub(2).max(1);
        f64::from(y.saturating_sub(self.area.y + 1).min(page)) / f64::from(page)
    }
}

impl ColumnSpec {
    /// Measures a column. One that the set does not have gets the smallest width.
    pub fn of(links: &LinkSet, column: ColumnId) -> ColumnSpec {
        let Some(def) = links.schema().def(column) else {
            return ColumnSpec { column, width: 1, min_width: 1, header: 1, skip: 0 };
        };
        let width = natural_width(links, &def);
        ColumnSpec { column, width, min_width: def.width.min, header: def.header_width(), skip: 0 }
    }
}

/// The width of the values of a column.
fn natural_width(links: &LinkSet, def: &ColumnDef<'_>) -> u16 {
    let width = match def.width.natural {
        NaturalWidth::Fixed(width) => return width,
        NaturalWidth::LastRow => crate::domain::number::Thousands(links.len() as u64).to_string().len(),
        NaturalWidth::Measured => {
            let rules = AnchorRules::default();
            let of_row = |row| cells::width(&shown_text(links, row, def, &rules));
            links.rows().take(MEASURED_ROWS).map(of_row).max().unwrap_or(0)
        }
    };
    width.min(200) as u16
}

/// The range of columns that fit at their minimum widths, including the chosen one. `bounds` has the minimum and the
/// natural width of each column.
fn visible(bounds: &[(u16, u16)], chosen: usize, room: u16) -> std::ops::Range<usize> {
    let fits = |range: &std::ops::Range<usize>| {
        let columns = bounds.get(range.clone()).unwrap_or_default();
        let gaps = GAP * columns.len().saturating_sub(1) as u16;
        columns.iter().map(|(min, _)| min).sum::<u16>() + gaps <= room
    };
    let count = bounds.len();
    // As many as possible from the left, if that includes the chosen one. Otherwise the range that ends with the
    // chosen one, extended to the right if there is room.
    let from_left = (1..=count).rev().map(|end| 0..end).find(|range| range.end > chosen && fits(range));
    let around = || {
        let start = (0..=chosen).find(|start| fits(&(*start..chosen + 1))).unwrap_or(chosen);
        let end = (chosen + 1..=count).rev().find(|end| fits(&(start..*end))).unwrap_or(chosen + 1);
        start..end.min(count)
    };
    from_left.unwrap_or_else(around)
}

/// Starts with the minimum widths, then widens all columns equally up to their natural widths.
fn distribute(bounds: &[(u16, u16)], room: u16) -> Vec<u16> {
    let mut widths: Vec<u16> = bounds.iter().map(|(min, _)| *min).collect();
    let gaps = GAP * widths.len().saturating_sub(1) as u16;
    let mut left = room.saturating_sub(gaps + widths.iter().sum::<u16>());
    loop {
        let mut grown = false;
        for (width, (_, natural)) in widths.iter_mut().zip(bounds) {
            if left > 0 && *width < *natural {
                *width += 1;
                left -= 1;
                grown = true;
            }
        }
        if !grown {
            break;
        }
    }
    // A single column that is too wide is cut off at the edge.
    if let [only] = widths.as_mut_slice() {
        *only = (*only).min(room);
    }
    widths
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::Field;

    const ALL: [ColumnId; 5] = [
        ColumnId::Rank,
        ColumnId::Field(Field::SourceDomain),
        ColumnId::Field(Field::Anchor),
        ColumnId::Field(Field::SourceUrl),
        ColumnId::Field(Field::TargetUrl),
    ];

    fn specs(widths: &[u16]) -> Vec<ColumnSpec> {
        let links = LinkSet::default();
        ALL.into_iter()
            .zip(widths)
            .map(|(column, &width)| ColumnSpec { width, ..ColumnSpec::of(&links, column) })
            .collect()
    }

    fn layout(width: u16, chosen: usize) -> TableLayout {
        TableLayout::new(Rect::new(0, 3, width, 20), &specs(&[6, 20, 40, 90, 25]), chosen, 1_000)
    }

    #[test]
    fn all_columns_fit_at_80_cells_and_some_at_40() {
        assert_eq!(layout(80, 0).columns.len(), 5);
        let narrow = layout(40, 4);
        assert!(narrow.columns.iter().any(|rect| rect.index == 4), "{narrow:?}");
        assert!(narrow.columns.len() < 5);
    }

    #[test]
    fn a_click_hits_what_is_drawn_there() {
        let layout = layout(80, 1);
        let domain = layout.columns[1];
        assert_eq!(layout.hit(domain.x, 3), Some(Hit::Header(1)));
        assert_eq!(layout.hit(domain.x + 2, 5), Some(Hit::Line { line: 1, column: Some(1) }));
        assert_eq!(layout.hit(0, 5), Some(Hit::Line { line: 1, column: None }));
        assert_eq!(layout.hit(79, 4), Some(Hit::Scrollbar(0.0)));
        assert_eq!(layout.hit(79, 22), Some(Hit::Scrollbar(1.0)));
        assert_eq!(layout.hit(5, 40), None);
    }

    proptest! {
        #[test]
        fn columns_stay_inside_and_the_chosen_one_is_visible(width in 40_u16..250, chosen in 0_usize..5, natural in prop::collection::vec(0_u16..200, 5)) {
            let layout = TableLayout::new(Rect::new(0, 0, width, 10), &specs(&natural), chosen, 5);
            prop_assert!(layout.columns.iter().any(|rect| rect.index == chosen));
            let mut edge = 0;
            for rect in &layout.columns {
                prop_assert!(rect.x >= edge && rect.x + rect.width <= width, "{layout:?}");
                edge = rect.x + rect.width;
            }
        }
    }
}
