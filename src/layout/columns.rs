//! Where the columns of the table stand, and what a click in it hits: pure arithmetic.

use ratatui::layout::Rect;

use crate::domain::LinkSet;
use crate::domain::anchor_class::AnchorRules;
use crate::domain::columns::{ColumnDef, Natural, value};
use crate::domain::order::ColumnId;

use super::cells;

/// The cursor's glyph and the mark's.
const GUTTER: u16 = 3;
/// Between two columns.
const GAP: u16 = 2;
/// The scrollbar, with a cell before it.
const SCROLLBAR: u16 = 2;
/// The rows that are measured to find out how wide a column's texts are: the first ones, which are seen first.
const MEASURED: u32 = 500;

/// What a column of the table would like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnSpec {
    pub column: ColumnId,
    /// How wide it would like to be, in cells.
    pub width: u16,
    /// Narrower than this it is of no use.
    pub least: u16,
    /// What its header needs.
    pub header: u16,
    /// Cells at the start of its texts that are scrolled out of sight.
    pub skip: u16,
}

/// A column and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnRect {
    pub column: ColumnId,
    /// Its number among all columns, also those that have no room.
    pub index: usize,
    /// Its first cell.
    pub x: u16,
    /// How many cells it has.
    pub width: u16,
    /// Cells at the start of its texts that are scrolled out of sight.
    pub skip: u16,
}

/// The columns of a table and its other parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableLayout {
    area: Rect,
    rows: usize,
    /// The columns that have room, from the left.
    pub columns: Vec<ColumnRect>,
}

/// What stands at a cell of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Hit {
    /// The header of a column, by its number.
    Header(usize),
    /// A line of the screen, counted from the top, and the column there.
    Line {
        /// Counted from the first line below the header.
        line: usize,
        /// The number of the column, if one is there.
        column: Option<usize>,
    },
    /// The scrollbar: the part of the table's height above the cell, from 0 to 1.
    Scrollbar(f64),
}

impl TableLayout {
    /// Shares `area` among the columns by what their texts need. Where there is no room for all, those around the chosen
    /// one are kept.
    pub fn new(area: Rect, columns: &[ColumnSpec], chosen: usize, rows: usize) -> TableLayout {
        let room = area.width.saturating_sub(GUTTER + SCROLLBAR);
        let spec = |spec: &ColumnSpec| {
            let width = spec.width.max(spec.header);
            (spec.least.min(width), width)
        };
        let wishes: Vec<(u16, u16)> = columns.iter().map(spec).collect();
        let visible = visible(&wishes, chosen, room);
        let first = visible.start;
        let widths = share(wishes.get(visible).unwrap_or_default(), room);
        let mut x = area.x + GUTTER;
        let places = columns.iter().enumerate().skip(first).zip(widths).map(|((index, spec), width)| {
            let place = ColumnRect { column: spec.column, index, x, width, skip: spec.skip };
            x += width + GAP;
            place
        });
        TableLayout { area, rows, columns: places.collect() }
    }

    /// What stands at a cell of the screen; `None` outside of the table.
    pub fn hit(&self, x: u16, y: u16) -> Option<Hit> {
        if !self.area.contains((x, y).into()) {
            return None;
        }
        // The gap behind a column belongs to it: nobody aims that well.
        let within = |place: &&ColumnRect| (place.x..place.x + place.width + GAP).contains(&x);
        let column = self.columns.iter().find(within).map(|place| place.index);
        let Some(line) = (y - self.area.y).checked_sub(1) else { return column.map(Hit::Header) };
        let page = self.area.height.saturating_sub(1);
        if x + 1 == self.area.right() && self.rows > usize::from(page) {
            return Some(Hit::Scrollbar(f64::from(line) / f64::from(page.saturating_sub(1).max(1))));
        }
        Some(Hit::Line { line: usize::from(line), column })
    }

    /// The part of the table's height above row `y` of the screen, from 0 to 1, also from outside of the table.
    pub fn height_above(&self, y: u16) -> f64 {
        let page = self.area.height.saturating_sub(2).max(1);
        f64::from(y.saturating_sub(self.area.y + 1).min(page)) / f64::from(page)
    }
}

impl ColumnSpec {
    /// A column as wide as what is in it. One that the set does not have is as narrow as can be.
    pub fn of(links: &LinkSet, column: ColumnId) -> ColumnSpec {
        let Some(def) = links.schema().def(column) else {
            return ColumnSpec { column, width: 1, least: 1, header: 1, skip: 0 };
        };
        let width = natural_width(links, &def);
        ColumnSpec { column, width, least: def.width.least, header: def.header_width(), skip: 0 }
    }
}

/// How wide the values of a column are.
fn natural_width(links: &LinkSet, def: &ColumnDef<'_>) -> u16 {
    let width = match def.width.natural {
        Natural::Fixed(width) => return width,
        Natural::LastRow => crate::domain::number::Thousands(links.len() as u64).to_string().len(),
        Natural::Measured => {
            let rules = AnchorRules::default();
            let of_row = |row| cells::width(&value(links, row, def, &rules).shown());
            (0..MEASURED.min(links.len() as u32)).map(of_row).max().unwrap_or(0)
        }
    };
    width.min(200) as u16
}

/// The columns that fit with their least width, the chosen one among them.
fn visible(wishes: &[(u16, u16)], chosen: usize, room: u16) -> std::ops::Range<usize> {
    let fits = |range: &std::ops::Range<usize>| {
        let columns = wishes.get(range.clone()).unwrap_or_default();
        let gaps = GAP * columns.len().saturating_sub(1) as u16;
        columns.iter().map(|(least, _)| least).sum::<u16>() + gaps <= room
    };
    let last = wishes.len();
    // All from the left as far as the chosen one allows; else what ends with the chosen one.
    let from_left = (1..=last).rev().map(|end| 0..end).find(|range| range.end > chosen && fits(range));
    let around = || {
        let start = (0..=chosen).find(|start| fits(&(*start..chosen + 1))).unwrap_or(chosen);
        let end = (chosen + 1..=last).rev().find(|end| fits(&(start..*end))).unwrap_or(chosen + 1);
        start..end.min(last)
    };
    from_left.unwrap_or_else(around)
}

/// Gives each column its least width, then lets all grow alike until they have what they need.
fn share(wishes: &[(u16, u16)], room: u16) -> Vec<u16> {
    let mut widths: Vec<u16> = wishes.iter().map(|(least, _)| *least).collect();
    let gaps = GAP * widths.len().saturating_sub(1) as u16;
    let mut left = room.saturating_sub(gaps + widths.iter().sum::<u16>());
    loop {
        let mut grown = false;
        for (width, (_, natural)) in widths.iter_mut().zip(wishes) {
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
    // A single column that is too wide for the screen is cut at its edge.
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

    fn wishes(widths: &[u16]) -> Vec<ColumnSpec> {
        let links = LinkSet::default();
        ALL.into_iter()
            .zip(widths)
            .map(|(column, &width)| ColumnSpec { width, ..ColumnSpec::of(&links, column) })
            .collect()
    }

    fn layout(width: u16, chosen: usize) -> TableLayout {
        TableLayout::new(Rect::new(0, 3, width, 20), &wishes(&[6, 20, 40, 90, 25]), chosen, 1_000)
    }

    #[test]
    fn all_columns_at_80_and_some_at_40() {
        assert_eq!(layout(80, 0).columns.len(), 5);
        let narrow = layout(40, 4);
        assert!(narrow.columns.iter().any(|place| place.index == 4), "{narrow:?}");
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
        fn columns_stay_inside_and_the_chosen_one_is_seen(width in 40_u16..250, chosen in 0_usize..5, natural in prop::collection::vec(0_u16..200, 5)) {
            let layout = TableLayout::new(Rect::new(0, 0, width, 10), &wishes(&natural), chosen, 5);
            prop_assert!(layout.columns.iter().any(|place| place.index == chosen));
            let mut edge = 0;
            for place in &layout.columns {
                prop_assert!(place.x >= edge && place.x + place.width <= width, "{layout:?}");
                edge = place.x + place.width;
            }
        }
    }
}
