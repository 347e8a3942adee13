//! Many backlinks, kept by column in segments ([`super::column`]), which can be searched side by side.
//!
//! A segment never changes once it is built. A set is a list of segments: cheap to clone, and a set that grows while a
//! file is loaded shares all that it had before. Nothing is kept twice: what folds case does so while it reads.

use std::borrow::Cow;
use std::sync::Arc;

use super::columns::{
    ExtraBuilder, ExtraColumn, ExtraId, ExtraName, ExtraSpec, ExtraValues, Schema, StoredText, Value,
};
use super::link::{Field, Link};
use super::row_set::RowSet;
use super::string_column::{DictColumn, StringColumn};
use super::text::fold;

pub use super::string_column::TooMuchText;

/// Some rows of a set, all from one source.
#[derive(Clone, Debug, Default)]
pub struct Segment {
    columns: [DictColumn; 5],
    /// Empty for most.
    extras: Box<[ExtraColumn]>,
}

impl Segment {
    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.columns[0].len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One of its columns.
    pub fn column(&self, field: Field) -> &DictColumn {
        &self.columns[field.index()]
    }

    /// Its extra columns.
    pub fn extras(&self) -> &[ExtraColumn] {
        &self.extras
    }

    /// The values of an extra column, if it has that.
    pub(super) fn extra(&self, name: &Arc<ExtraName>) -> Option<&ExtraValues> {
        self.extras.iter().find(|extra| extra.is_called(name)).map(ExtraColumn::values)
    }

    /// One of its links; all fields are empty where there is no such row.
    pub fn link(&self, row: usize) -> Link<'_> {
        let text = |field| self.column(field).get(row);
        Link {
            anchor: text(Field::Anchor),
            source_domain: text(Field::SourceDomain),
            target_domain: text(Field::TargetDomain),
            source_url: text(Field::SourceUrl),
            target_url: text(Field::TargetUrl),
        }
    }
}

/// Collects links into segments, one after the other: memory that was used before is faster than fresh memory.
#[derive(Debug, Default)]
pub struct SegmentBuilder {
    columns: [StringColumn; 5],
    extras: Vec<ExtraBuilder>,
}

impl SegmentBuilder {
    /// Collects links with these extra columns. Of two with one name, the first is found.
    pub fn with_extras(specs: &[ExtraSpec]) -> SegmentBuilder {
        SegmentBuilder { columns: Default::default(), extras: specs.iter().map(ExtraBuilder::new).collect() }
    }

    /// Gives the last link its value in an extra column. It has none in those that it is given none for.
    ///
    /// # Errors
    /// A text of more than 4 GiB.
    pub fn set_extra(&mut self, column: usize, value: Value<'_>) -> Result<(), TooMuchText> {
        match (self.extras.get_mut(column), self.columns[0].len().checked_sub(1)) {
            (Some(extra), Some(last)) => extra.set(last, value),
            _ => Ok(()),
        }
    }

    /// Adds one link behind the others.
    ///
    /// # Errors
    /// A text of more than 4 GiB.
    pub fn push(&mut self, link: &Link<'_>) -> Result<(), TooMuchText> {
        for field in Field::ALL {
            self.columns[field.index()].push(link.get(field))?;
        }
        Ok(())
    }

    /// How many links there are.
    pub fn len(&self) -> usize {
        self.columns[0].len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The segment of what was pushed since the one before.
    pub fn build(&mut self) -> Segment {
        let segment =
            Segment { extras: self.build_extras(), columns: self.columns.each_ref().map(DictColumn::copy_of) };
        self.columns.iter_mut().for_each(StringColumn::clear);
        segment
    }

    /// The last segment: a large text is never there twice.
    pub fn finish(mut self) -> Segment {
        Segment { extras: self.build_extras(), columns: self.columns.map(DictColumn::of) }
    }

    fn build_extras(&mut self) -> Box<[ExtraColumn]> {
        let rows = self.len();
        self.extras.iter_mut().filter_map(|extra| extra.build(rows)).collect()
    }
}

/// A list of backlinks. A row's number is its rank, less one, in the order in which the links came.
#[derive(Clone, Debug, Default)]
pub struct LinkSet {
    segments: Vec<Arc<Segment>>,
    /// The first row of each segment.
    starts: Vec<u32>,
    /// The number of the file that each segment comes from.
    files: Vec<u16>,
    len: u32,
    /// The extra columns of all segments.
    schema: Arc<Schema>,
}

impl LinkSet {
    /// A set of these links, in this order.
    ///
    /// # Errors
    /// A text of more than 4 GiB.
    pub fn from_links<'a>(links: impl IntoIterator<Item = Link<'a>>) -> Result<LinkSet, TooMuchText> {
        let mut builder = LinkSetBuilder::default();
        for link in links {
            builder.push(&link)?;
        }
        Ok(builder.finish())
    }

    /// A set of this segment alone.
    pub fn of_segment(segment: &Arc<Segment>) -> LinkSet {
        let mut set = LinkSet::default();
        set.append(Arc::clone(segment), 0);
        set
    }

    /// Adds rows behind the others. Rows beyond 4,294,967,295 are left out; returns how many were taken.
    ///
    /// `file` is the number of the file that they come from, 0 if there is only one.
    pub fn append(&mut self, segment: Arc<Segment>, file: u16) -> usize {
        let rows = segment.len();
        match u32::try_from(rows).ok().and_then(|rows| self.len.checked_add(rows)) {
            Some(len) if rows > 0 => {
                self.starts.push(self.len);
                self.files.push(file);
                if !self.schema.has(&segment.extras) {
                    Arc::make_mut(&mut self.schema).merge(&segment.extras);
                }
                self.segments.push(segment);
                self.len = len;
                rows
            }
            _ => 0,
        }
    }

    /// How many links there are.
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Its segments, each with its first row.
    pub fn segments(&self) -> impl ExactSizeIterator<Item = (u32, &Arc<Segment>)> {
        self.starts.iter().copied().zip(&self.segments)
    }

    /// The segment of a row, and the row's number in it.
    pub(super) fn locate(&self, row: u32) -> Option<(&Segment, usize)> {
        let at = self.starts.partition_point(|&start| start <= row).checked_sub(1)?;
        let segment = self.segments.get(at)?;
        Some((segment, (row - self.starts.get(at)?) as usize))
    }

    /// One field of one link, as it came; empty where there is no such row.
    pub fn text(&self, row: u32, field: Field) -> &str {
        self.locate(row).map_or("", |(segment, row)| segment.column(field).get(row))
    }

    /// The extra columns.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// The value of one link in an extra column.
    pub fn extra(&self, row: u32, id: ExtraId) -> Value<'_> {
        let value = || {
            let (segment, row) = self.locate(row)?;
            Some(segment.extra(self.schema.name(id)?)?.get(row))
        };
        value().unwrap_or(Value::Absent)
    }

    /// A segment's column of texts; `None` where it has no such column, so that all are empty.
    pub(super) fn stored<'a>(&self, segment: &'a Segment, texts: StoredText) -> Option<&'a DictColumn> {
        match texts {
            StoredText::Field(field) => Some(segment.column(field)),
            StoredText::Extra(id) => match segment.extra(self.schema.name(id)?)? {
                ExtraValues::Text(column) => Some(column),
                _ => None,
            },
        }
    }

    /// One stored text of one link; empty where there is no such row or column.
    pub(super) fn stored_text(&self, row: u32, texts: StoredText) -> &str {
        let Some((segment, row)) = self.locate(row) else { return "" };
        self.stored(segment, texts).map_or("", |column| column.get(row))
    }

    /// The number of the file that a row comes from.
    pub fn file_of(&self, row: u32) -> u16 {
        let segment = self.starts.partition_point(|&start| start <= row).checked_sub(1);
        segment.and_then(|at| self.files.get(at)).copied().unwrap_or(0)
    }

    /// The first `most` rows of each file, whose segments follow one another.
    pub fn first_of_each_file(&self, most: usize) -> RowSet {
        let mut rows = RowSet::new(self.len());
        let mut last = None;
        let mut left = most;
        for ((start, segment), &file) in self.segments().zip(&self.files) {
            if last != Some(file) {
                (last, left) = (Some(file), most);
            }
            let taken = segment.len().min(left);
            left -= taken;
            (start..start + taken as u32).for_each(|row| rows.set(row, true));
        }
        rows
    }

    /// The same with case folded ([`fold`]): what sorts and counts read.
    pub fn folded(&self, row: u32, field: Field) -> Cow<'_, str> {
        fold(self.text(row, field))
    }

    /// The whole link; all fields are empty where there is no such row.
    pub fn link(&self, row: u32) -> Link<'_> {
        self.locate(row).map_or_else(Link::default, |(segment, row)| segment.link(row))
    }
}

/// Rows of a segment: enough for a scan to be one run, few enough for several to be searched side by side.
pub const SEGMENT_ROWS: usize = 16 * 1024;

/// Collects links into a [`LinkSet`].
#[derive(Debug, Default)]
pub struct LinkSetBuilder {
    set: LinkSet,
    segment: SegmentBuilder,
    extras: Vec<ExtraSpec>,
}

impl LinkSetBuilder {
    /// Collects links with these extra columns. Of two with one name, the first is found.
    pub fn with_extras(extras: Vec<ExtraSpec>) -> LinkSetBuilder {
        LinkSetBuilder { set: LinkSet::default(), segment: SegmentBuilder::with_extras(&extras), extras }
    }

    /// Gives the last link its value in an extra column. It has none in those that it is given none for.
    ///
    /// # Errors
    /// A text of more than 4 GiB.
    pub fn set_extra(&mut self, column: usize, value: Value<'_>) -> Result<(), TooMuchText> {
        self.segment.set_extra(column, value)
    }

    /// Adds one link behind the others.
    ///
    /// # Errors
    /// A text of more than 4 GiB.
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

    /// The set of all that was pushed.
    pub fn finish(mut self) -> LinkSet {
        self.close();
        self.set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rows_of_each_file_go_over_the_borders_of_segments() {
        let segment = |rows| {
            let mut builder = SegmentBuilder::default();
            (0..rows).for_each(|_| builder.push(&Link::default()).unwrap());
            Arc::new(builder.finish())
        };
        let mut set = LinkSet::default();
        for (rows, file) in [(2, 0), (3, 0), (1, 1), (4, 2)] {
            set.append(segment(rows), file);
        }
        let first = |most| set.first_of_each_file(most).iter().collect::<Vec<_>>();
        assert_eq!(first(3), [0, 1, 2, 5, 6, 7, 8]);
        assert_eq!((first(0), first(9).len()), (Vec::new(), set.len()));
    }

    #[test]
    fn gives_back_what_came_over_the_borders_of_segments() {
        let texts: Vec<String> = (0..SEGMENT_ROWS * 2 + 5).map(|i| format!("https://a{i}.com/É")).collect();
        let link = |text| Link { anchor: "École", source_url: text, ..Link::default() };
        let set = LinkSet::from_links(texts.iter().map(|text| link(text.as_str()))).unwrap();
        assert_eq!((set.len(), set.segments().len()), (texts.len(), 3));
        for row in [0, 1, SEGMENT_ROWS - 1, SEGMENT_ROWS, SEGMENT_ROWS * 2, SEGMENT_ROWS * 2 + 4] {
            assert_eq!(set.link(row as u32), link(texts[row].as_str()));
            assert_eq!(set.text(row as u32, Field::SourceUrl), texts[row]);
        }
        assert_eq!(set.folded(0, Field::Anchor), "école");
        assert_eq!(set.link(texts.len() as u32), Link::default());
        assert!(LinkSet::default().is_empty() && LinkSet::default().text(0, Field::Anchor).is_empty());
        assert!(set.segments().all(|(_, segment)| segment.column(Field::Anchor).texts().len() == 1), "kept once");
    }
}
