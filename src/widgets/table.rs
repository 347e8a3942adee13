//! The table of backlinks. Only reads the rows on the screen.

use crate::domain::signs::{
    ASCENDING, CURSOR, DESCENDING, FOLDED, MARK, MEMBER, MORE_LEFT, MORE_RIGHT, PROMPT, THUMB, TRACK, UNFOLDED,
};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::text::{put, put_highlighted, put_right};
use crate::domain::anchor_type::AnchorRules;
use crate::domain::columns::{Align, ColumnDef, ColumnStyle, Source, shown_text};
use crate::domain::diff::{DiffStatus, RowDiff};
use crate::domain::grouping::{GroupLine, GroupedRows};
use crate::domain::note::RowNotes;
use crate::domain::number::Thousands;
use crate::domain::order::{ColumnId, Direction, Order};
use crate::domain::query::Query;
use crate::domain::url_parts::{is_confusable, is_misleading_url};
use crate::domain::{Line, LinkSet, Row, RowOrder, RowSet};
use crate::layout::columns::ColumnRect;

#[derive(Clone, Copy, Debug, Default)]
pub struct TableStyles {
    pub header: Style,
    pub chosen_header: Style,
    pub text: Style,
    pub rank: Style,
    pub domain: Style,
    pub anchor: Style,
    pub url: Style,
    pub cursor: Style,
    pub chosen_cell: Style,
    pub marked: Style,
    pub found: Style,
    pub warning: Style,
    pub scrollbar: Style,
    pub scrollbar_thumb: Style,
}

#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    pub links: &'a LinkSet,
    /// The row of each line.
    pub shown: &'a RowOrder,
    /// Set if the rows are grouped.
    pub grouped: Option<&'a GroupedRows>,
    pub offset: Line,
    pub cursor: Line,
    /// Its matches are highlighted.
    pub query: &'a Query,
    pub marks: &'a RowSet,
    /// Empty if nothing is compared.
    pub row_diffs: &'a [RowDiff],
    /// Notes and tags of rows.
    pub notes: &'a RowNotes,
    /// The user's rules for anchor types.
    pub rules: &'a AnchorRules,
    /// Names of the files that the links come from.
    pub files: &'a [String],
    /// First and last line of the open range.
    pub range: Option<(Line, Line)>,
    pub columns: &'a [ColumnRect],
    /// Index of the chosen column.
    pub chosen: usize,
    /// The number of columns, including those that don't fit.
    pub all_columns: usize,
    pub order: &'a Order,
    /// Whether the table has the focus.
    pub focused: bool,
    pub styles: &'a TableStyles,
}

/// Marks a line with a note or tag, unless a comparison sign takes its place.
const NOTE: &str = "*";
/// Marks a host or URL that may not be what it seems.
const WARNING: &str = "!";

impl Table<'_> {
    /// Draws header, rows and scrollbar.
    pub fn render(&self, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return;
        }
        self.render_header(Rect { height: 1, ..area }, buf);
        let body = Rect { y: area.y + 1, height: area.height - 1, ..area };
        for (y, line) in body.rows().zip(Line::range(self.offset.0..self.shown.len())) {
            self.render_row(y, line, buf);
        }
        self.render_scrollbar(body, buf);
    }

    fn render_header(&self, area: Rect, buf: &mut Buffer) {
        buf.set_style(area, self.styles.header);
        for column in self.columns {
            let chosen = column.index == self.chosen;
            let style = if chosen { self.styles.chosen_header } else { self.styles.header };
            let cell = Rect { x: column.x, width: column.width, ..area };
            let arrow = self.arrow(column.column);
            let lead = if chosen { PROMPT.get() } else { "" };
            // The arrow must not be cut off.
            let arrow_width = (arrow.chars().count() as u16).min(cell.width);
            let title_width = cell.width - arrow_width;
            let Some(def) = self.links.schema().def(column.column) else { continue };
            if def.align == Align::Right {
                // Above the numbers, which are right-aligned.
                put_right(buf, cell, &format!("{}{arrow}", def.header), style);
                continue;
            }
            let title = format!("{lead}{}", def.header);
            let taken = put(buf, Rect { width: title_width, ..cell }, &title, style);
            put(buf, Rect { x: cell.x + taken, width: cell.width - taken, ..cell }, &arrow, style);
        }
        // More columns exist; choosing one of them scrolls to it.
        if self.columns.first().is_some_and(|column| column.index > 0) {
            put(buf, Rect { width: 1, ..area }, MORE_LEFT.get(), self.styles.rank);
        }
        if self.columns.last().is_some_and(|column| column.index + 1 < self.all_columns) {
            put_right(buf, area, MORE_RIGHT.get(), self.styles.rank);
        }
    }

    /// `▲` or `▼`, numbered if there are several sort keys.
    fn arrow(&self, column: ColumnId) -> String {
        let Some(direction) = self.order.direction(column) else { return String::new() };
        let arrow = if direction == Direction::Ascending { ASCENDING } else { DESCENDING };
        let position = self.order.keys().iter().position(|(c, _)| *c == column).unwrap_or(0) + 1;
        let space = self.links.schema().def(column).map_or(" ", |def| def.arrow_gap());
        if self.order.keys().len() > 1 { format!("{space}{arrow}{position}") } else { format!("{space}{arrow}") }
    }

    fn render_row(&self, area: Rect, line: Line, buf: &mut Buffer) {
        let Some(row) = self.shown.get(line) else { return };
        let at_cursor = line == self.cursor;
        let in_range = self.range.is_some_and(|(first, last)| (first..=last).contains(&line));
        let marked = in_range || self.marks.contains(row);
        if at_cursor {
            buf.set_style(area, self.styles.cursor);
        }
        let base = if at_cursor { self.styles.cursor } else { Style::default() };
        if at_cursor {
            let style = if self.focused { base.patch(self.styles.marked) } else { base };
            put(buf, Rect { width: 1, ..area }, CURSOR.get(), style);
        }
        if marked {
            put(buf, Rect { x: area.x + 1, width: 1, ..area }, MARK.get(), base.patch(self.styles.marked));
        }
        let noted = self.notes.contains_key(&row).then_some(NOTE);
        if let Some(sign) = self.row_diffs.get(row.index()).and_then(|row_diff| sign(row_diff.link)).or(noted) {
            put(buf, Rect { x: area.x + 2, width: 1, ..area }, sign, base.patch(self.styles.marked));
        }
        for column in self.columns {
            let cell = Rect { x: column.x, width: column.width, ..area };
            let Some(def) = self.links.schema().def(column.column) else { continue };
            let mut style = base.patch(self.style_of(def.style));
            if at_cursor && column.index == self.chosen && self.focused {
                style = style.patch(self.styles.chosen_cell);
                buf.set_style(cell, self.styles.chosen_cell);
            }
            self.render_cell((cell, column.skip), &def, (row, line), (base, style), buf);
        }
    }

    fn render_cell(
        &self,
        (cell, skip): (Rect, u16),
        def: &ColumnDef<'_>,
        (row, line): (Row, Line),
        (base, style): (Style, Style),
        buf: &mut Buffer,
    ) {
        match def.source {
            Source::DiffStatus => {
                let title = self.row_diffs.get(row.index()).map_or("", |row_diff| row_diff.link.title());
                put(buf, cell, title, style);
            }
            Source::GroupSize => {
                let group_line = self.grouped.and_then(|grouped| grouped.line(line));
                put_right(buf, cell, &group_line.map_or_else(String::new, group_text), style);
            }
            Source::File => {
                let name = self.files.get(usize::from(self.links.file_of(row)));
                put(buf, cell, name.map_or("", |name| last_part(name)), style);
            }
            _ => {
                let value = shown_text(self.links, row, def, self.rules);
                if def.align == Align::Right {
                    put_right(buf, cell, &value, style);
                    return;
                }
                let find =
                    |text: &str| def.whole_field().map_or_else(Vec::new, |field| self.query.find_in(field, text));
                let cell = self.warn(cell, def.style, &value, base, buf);
                put_highlighted(buf, cell, (&value, skip), style, (self.styles.found, find));
            }
        }
    }

    /// Draws a warning sign before a host or URL that may not be what it seems. Returns the remaining area.
    fn warn(&self, cell: Rect, column_style: ColumnStyle, text: &str, base: Style, buf: &mut Buffer) -> Rect {
        let is_suspicious = match column_style {
            ColumnStyle::Domain => is_confusable(text),
            ColumnStyle::Url => is_misleading_url(text),
            ColumnStyle::Dim | ColumnStyle::Text | ColumnStyle::Anchor => false,
        };
        if cell.width < 3 || !is_suspicious {
            return cell;
        }
        put(buf, Rect { width: 1, ..cell }, WARNING, base.patch(self.styles.warning));
        Rect { x: cell.x + 2, width: cell.width - 2, ..cell }
    }

    fn style_of(&self, column_style: ColumnStyle) -> Style {
        match column_style {
            ColumnStyle::Dim => self.styles.rank,
            ColumnStyle::Text => self.styles.text,
            ColumnStyle::Domain => self.styles.domain,
            ColumnStyle::Anchor => self.styles.anchor,
            ColumnStyle::Url => self.styles.url,
        }
    }

    fn render_scrollbar(&self, body: Rect, buf: &mut Buffer) {
        let (rows, page) = (self.shown.len(), usize::from(body.height));
        if rows <= page || body.width == 0 {
            return;
        }
        let (top, height) = thumb(self.offset.0, rows, page);
        for (i, cell) in body.rows().enumerate() {
            let on = (top..top + height).contains(&i);
            let (glyph, style) = if on { (THUMB, self.styles.scrollbar_thumb) } else { (TRACK, self.styles.scrollbar) };
            put(buf, Rect { x: cell.right() - 1, width: 1, ..cell }, glyph.get(), style);
        }
    }
}

/// The group size, or a sign for the row of an unfolded group.
fn group_text(line: GroupLine) -> String {
    match line {
        GroupLine::Head { rows: 1, .. } => "1".to_owned(),
        GroupLine::Head { rows, unfolded } => {
            format!("{} {}", if unfolded { UNFOLDED } else { FOLDED }, Thousands(u64::from(rows)))
        }
        GroupLine::Member => MEMBER.to_string(),
    }
}

/// The file name without directories.
fn last_part(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// The sign of a link that is not in both snapshots.
fn sign(diff_status: DiffStatus) -> Option<&'static str> {
    match diff_status {
        DiffStatus::New => Some("+"),
        DiffStatus::Missing => Some("-"),
        DiffStatus::OutsideLimit => Some("~"),
        DiffStatus::InBoth => None,
    }
}

/// First cell and height of the scrollbar's thumb, on a track of `page` cells.
fn thumb(offset: usize, rows: usize, page: usize) -> (usize, usize) {
    let height = (page * page / rows.max(1)).clamp(1, page);
    let max_offset = rows.saturating_sub(page).max(1);
    let top = (offset.min(max_offset) * (page - height) + max_offset / 2) / max_offset;
    (top, height)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thumb_reaches_both_ends() {
        assert_eq!(thumb(0, 1_000, 20).0, 0);
        let (top, height) = thumb(980, 1_000, 20);
        assert_eq!(top + height, 20);
        assert_eq!(thumb(5, 21, 20).1, 19);
    }
}
