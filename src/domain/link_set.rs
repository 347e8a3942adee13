//! A columnar list of backlinks, split into segments that can be searched in parallel.
//!
//! A segment is immutable. A set is a list of shared segments, so that it is cheap to clone, and a set that grows
//! while a file is loaded shares its segments with the previous version. Folded texts are not stored: case is folded
//! while reading.

use std::borrow::Cow;
use std::sync::Arc;

use super::columns::{ExtraId, ExtraSpec, ExtraValues, Schema, StoredText, Value};
use super::link::{Field, Link};
use super::row::Row;
use super::row_set::RowSet;
use super::string_column::DictColumn;
use super::text::fold;

pub use super::segment::{Segment, SegmentBuilder};
pub use super::string_column::TooMuchText;

/// A list of backlinks in their original order. A row number is the rank minus one.
#[derive(Clone, Debug, Default)]
pub struct LinkSet {
    segments: Vec<Arc<Segment>>,
    /// The first row of each segment.
    starts: Vec<Row>,
    /// The index of the file that each segment comes from.
    files: Vec<u16>,
    len: u32,
    schema: Arc<Schema>,
}

impl LinkSet {
    /// # Errors
    /// A column would exceed 4 GiB of text.
    pub fn from_links<'a>(links: impl IntoIterator<Item = Link<'a>>) -> Result<LinkSet, TooMuchText> {
        let mut builder = LinkSetBuilder::default();
        for link in links {
            builder.push(&link)?;
        }
        Ok(builder.finish())
    }

    pub fn of_segment(segment: &Arc<Segment>) -> LinkSet {
        let mut set = LinkSet::default();
        set.append(Arc::clone(segment), 0);
        set
    }

    /// Appends a segment and returns its number of rows; 0 if it was left out because the set would exceed
    /// 4,294,967,295 rows.
    /// `file` is the index of the file that the rows come from, 0 if there is only one.
    pub fn append(&mut self, segment: Arc<Segment>, file: u16) -> usize {
        let rows = segment.len();
        match u32::try_from(rows).ok().and_then(|rows| self.len.checked_add(rows)) {
            Some(len) if rows > 0 => {
                self.starts.push(Row(self.len));
                self.files.push(file);
                if !self.schema.includes(segment.extras()) {
                    Arc::make_mut(&mut self.schema).merge(segment.extras());
                }
                self.segments.push(segment);
                self.len = len;
                rows
            }
            _ => 0,
        }
    }

    /// The links of one file. Shares the segments.
    pub fn of_file(&self, file: u16) -> LinkSet {
        let mut set = LinkSet::default();
        for (segment, _) in self.segments.iter().zip(&self.files).filter(|(_, of)| **of == file) {
            set.append(Arc::clone(segment), 0);
        }
        set
    }

    pub fn len(&self) -> usize {
        self.len as usize
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All rows, in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Row> + DoubleEndedIterator + Clone + use<> {
        Row::range(0..self.len)
    }

    /// The segments, each with its first row.
    pub fn segments(&self) -> impl ExactSizeIterator<Item = (Row, &Arc<Segment>)> {
        self.starts.iter().copied().zip(&self.segments)
    }

    /// The segment of a row, and the row's index in it.
    pub(super) fn locate(&self, row: Row) -> Option<(&Segment, usize)> {
        let at = self.starts.partition_point(|&start| start <= row).checked_sub(1)?;
        let segment = self.segments.get(at)?;
        Some((segment, row.index() - self.starts.get(at)?.index()))
    }

    /// A field of a link as it is shown, unsanitized; empty if there is no such row.
    pub fn text(&self, row: Row, field: Field) -> &str {
        self.locate(row).map_or("", |(segment, index)| segment.column(field).get(index))
    }

    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    pub fn extra(&self, row: Row, id: ExtraId) -> Value<'_> {
        let value = || {
            let (segment, index) = self.locate(row)?;
            Some(segment.extra_near(self.schema.name(id)?, id.index())?.get(index))
        };
        value().unwrap_or(Value::Absent)
    }

    /// `None` if the segment has no such column, so that all its texts are empty.
    pub(super) fn stored<'a>(&self, segment: &'a Segment, texts: StoredText) -> Option<&'a DictColumn> {
        match texts {
            StoredText::Field(field) => Some(segment.column(field)),
            StoredText::Extra(id) => match segment.extra(self.schema.name(id)?)? {
                ExtraValues::Text(column) => Some(column),
                _ => None,
            },
        }
    }

    /// Empty if there is no such row or column.
    pub(super) fn stored_text(&self, row: Row, texts: StoredText) -> &str {
        let Some((segment, index)) = self.locate(row) else { return "" };
        self.stored(segment, texts).map_or("", |column| column.get(index))
    }

    /// The index of the file that a row comes from.
    pub fn file_of(&self, row: Row) -> u16 {
        let segment = self.starts.partition_point(|&start| start <= row).checked_sub(1);
        segment.and_then(|at| self.files.get(at)).copied().unwrap_or(0)
    }

    /// The first `limit` rows of each file. The segments of a file are adjacent.
    pub fn first_of_each_file(&self, limit: usize) -> RowSet {
        let mut rows = RowSet::new(self.len());
        let mut current = None;
        let mut left = limit;
        for ((start, segment), &file) in self.segments().zip(&self.files) {
            if current != Some(file) {
                (current, left) = (Some(file), limit);
            }
            let taken = segment.len().min(left);
            left -= taken;
            (0..taken).for_each(|index| rows.set(start.plus(index), true));
        }
        rows
    }

    /// The field with case folded, for sorting and counting.
    pub fn folded(&self, row: Row, field: Field) -> Cow<'_, str> {
        fold(self.text(row, field))
    }

    /// A link as it came, for exports. All fields are empty if there is no such row.
    pub fn link(&self, row: Row) -> Link<'_> {
        self.locate(row).map_or_else(Link::default, |(segment, index)| segment.link(index))
    }

    /// A link with decoded HTML entities, as it is shown, filtered, sorted and counted.
    pub fn shown_link(&self, row: Row) -> Link<'_> {
        self.locate(row).map_or_else(Link::default, |(segment, index)| segment.shown_link(index))
    }
}

/// Rows in a segment: enough for fast scans, few enough for a set to be searched in parallel.
pub const SEGMENT_ROWS: usize = 16 * 1024;

#[derive(Debug, Default)]
pub struct LinkSetBuilder {
    set: LinkSet,
    segment: SegmentBuilder,
    extras: Vec<ExtraSpec>,
}

impl LinkSetBuilder {
    /// With these extra columns. If two have the same name, the first one wins.
    pub fn with_extras(extras: Vec<ExtraSpec>) -> LinkSetBuilder {
        LinkSetBuilder { set: LinkSet::default(), segment: SegmentBuilder::with_extras(&extras), extras }
    }

    /// Sets the value of the last link in an extra column. Values that are not set are absent.
    ///
    /// # Errors
    /// A column would exceed 4 GiB of text.
    pub fn set_extra(&mut self, column: usize, value: Value<'_>) -> Result<(), TooMuchText> {
        self.segment.set_extra(column, value)
    }

    /// Appends a link.
    ///
    /// # Errors
    /// A column would exceed 4 GiB of text.
    pub fn push(&mut self, link: &Link<'_>) -> Result<(), TooMuchText> {
        if self.segment.len() >= SEGMENT_ROWS {
            self.close();
        }
        self.segment.push(link)
    }

    fn close(&mut self) {
        let next = SegmentBuilder::with_extras(&self.extras);
        self.set.append(Arc::new(std::mem::replace(&mut self.segment, next).finish()), 0);
    }

    pub fn finish(mut self) -> LinkSet {
        self.close();
        self.set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rows_of_a_file_may_span_segments() {
        let segment = |rows| {
            let mut builder = SegmentBuilder::default();
            (0..rows).for_each(|_| builder.push(&Link::default()).unwrap());
            Arc::new(builder.finish())
        };
        let mut set = LinkSet::default();
        for (rows, file) in [(2, 0), (3, 0), (1, 1), (4, 2)] {
            set.append(segment(rows), file);
        }
        let first = |limit| set.first_of_each_file(limit).iter().map(|row| row.0).collect::<Vec<_>>();
        assert_eq!(first(3), [0, 1, 2, 5, 6, 7, 8]);
        assert_eq!((first(0), first(9).len()), (Vec::new(), set.len()));
    }

    #[test]
    fn domain_names_are_stored_in_their_normal_form() {
        let link = |name| Link { source_domain: name, target_domain: name, source_url: name, ..Link::default() };
        let links = LinkSet::from_links(["WWW.München.example.", "a b"].map(link)).unwrap();
        let normal = "xn--mnchen-3ya.example";
        assert_eq!(links.link(Row(0)), Link { source_url: "WWW.München.example.", ..link(normal) });
        assert_eq!(links.link(Row(1)), link("a b"));
    }

    #[test]
    fn links_are_returned_unchanged_across_segments() {
        let texts: Vec<String> = (0..SEGMENT_ROWS * 2 + 5).map(|i| format!("https://a{i}.com/É")).collect();
        let link = |text| Link { anchor: "École", source_url: text, ..Link::default() };
        let set = LinkSet::from_links(texts.iter().map(|text| link(text.as_str()))).unwrap();
        assert_eq!((set.len(), set.segments().len()), (texts.len(), 3));
        for row in [0, 1, SEGMENT_ROWS - 1, SEGMENT_ROWS, SEGMENT_ROWS * 2, SEGMENT_ROWS * 2 + 4] {
            assert_eq!(set.link(Row(row as u32)), link(texts[row].as_str()));
            assert_eq!(set.text(Row(row as u32), Field::SourceUrl), texts[row]);
        }
        assert_eq!(set.folded(Row(0), Field::Anchor), "école");
        assert_eq!(set.link(Row(texts.len() as u32)), Link::default());
        assert!(LinkSet::default().is_empty() && LinkSet::default().text(Row(0), Field::Anchor).is_empty());
        assert!(set.segments().all(|(_, segment)| segment.column(Field::Anchor).texts().len() == 1), "stored once");
    }
}
