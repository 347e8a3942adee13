//! A run of links, stored by column, and its builder.

use std::borrow::Cow;
use std::sync::Arc;

use super::columns::{ExtraBuilder, ExtraColumn, ExtraName, ExtraSpec, ExtraValues, Value};
use super::domain_name::normalize;
use super::entities::decode_entities;
use super::link::{Field, Link};
use super::string_column::{DictColumn, StringColumn, TooMuchText};

/// A run of rows, all from one response or file.
#[derive(Clone, Debug, Default)]
pub struct Segment {
    columns: [DictColumn; 5],
    /// The anchor texts as they came; `None` if they are the same as in `columns`, where HTML entities are decoded.
    raw_anchors: Option<DictColumn>,
    /// Empty for links from the API.
    extras: Box<[ExtraColumn]>,
}

impl Segment {
    pub fn len(&self) -> usize {
        self.columns[0].len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn column(&self, field: Field) -> &DictColumn {
        &self.columns[field.index()]
    }

    pub fn extras(&self) -> &[ExtraColumn] {
        &self.extras
    }

    /// `None` if the segment has no such column.
    pub(super) fn extra(&self, name: &Arc<ExtraName>) -> Option<&ExtraValues> {
        self.extras.iter().find(|extra| extra.is_called(name)).map(ExtraColumn::values)
    }

    /// Like [`Segment::extra`], for a column that is the one at `index` in the set. It is there or before in most segments,
    /// since they have no columns without values.
    pub(super) fn extra_near(&self, name: &Arc<ExtraName>, index: usize) -> Option<&ExtraValues> {
        let before = self.extras.get(..=index).unwrap_or(&self.extras);
        let found = before.iter().rev().find(|extra| extra.is_called(name)).map(ExtraColumn::values);
        found.or_else(|| self.extra(name))
    }

    /// A link as it came, for exports. All fields are empty if there is no such row.
    pub fn link(&self, index: usize) -> Link<'_> {
        let shown = self.shown_link(index);
        Link { anchor: self.raw_anchors.as_ref().map_or(shown.anchor, |raw| raw.get(index)), ..shown }
    }

    /// A link with decoded HTML entities, as it is shown, filtered, sorted and counted.
    pub fn shown_link(&self, index: usize) -> Link<'_> {
        let text = |field| self.column(field).get(index);
        Link {
            anchor: text(Field::Anchor),
            source_domain: text(Field::SourceDomain),
            target_domain: text(Field::TargetDomain),
            source_url: text(Field::SourceUrl),
            target_url: text(Field::TargetUrl),
        }
    }
}

/// Builds one segment after another and reuses its buffers, which is faster than allocating fresh memory.
#[derive(Debug, Default)]
pub struct SegmentBuilder {
    columns: [StringColumn; 5],
    extras: Vec<ExtraBuilder>,
}

impl SegmentBuilder {
    /// With these extra columns. If two have the same name, the first one wins.
    pub fn with_extras(specs: &[ExtraSpec]) -> SegmentBuilder {
        SegmentBuilder { columns: Default::default(), extras: specs.iter().map(ExtraBuilder::new).collect() }
    }

    /// The index of the extra column with this name, which is added if there is none.
    pub fn extra(&mut self, spec: &ExtraSpec) -> usize {
        self.extras.iter().position(|extra| extra.is_called(&spec.name)).unwrap_or_else(|| {
            self.extras.push(ExtraBuilder::new(spec));
            self.extras.len() - 1
        })
    }

    /// Sets the value of the last link in an extra column. Values that are not set are absent.
    ///
    /// # Errors
    /// A column would exceed 4 GiB of text.
    pub fn set_extra(&mut self, column: usize, value: Value<'_>) -> Result<(), TooMuchText> {
        match (self.extras.get_mut(column), self.columns[0].len().checked_sub(1)) {
            (Some(extra), Some(last)) => extra.set(last, value),
            _ => Ok(()),
        }
    }

    /// Appends a link, with its domain names in their normal form.
    ///
    /// # Errors
    /// A column would exceed 4 GiB of text.
    pub fn push(&mut self, link: &Link<'_>) -> Result<(), TooMuchText> {
        let (source_domain, target_domain) = (normalize(link.source_domain), normalize(link.target_domain));
        self.push_normal(&Link { source_domain: &source_domain, target_domain: &target_domain, ..*link })
    }

    /// Appends a link whose domain names are in their normal form.
    ///
    /// # Errors
    /// A column would exceed 4 GiB of text.
    pub fn push_normal(&mut self, link: &Link<'_>) -> Result<(), TooMuchText> {
        for field in Field::ALL {
            self.columns[field.index()].push(link.get(field))?;
        }
        Ok(())
    }

    pub fn len(&self) -> usize {
        self.columns[0].len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Builds a segment of the links pushed since the last one, and keeps the buffers.
    pub fn build(&mut self) -> Segment {
        let raw_anchors = self.decode_anchors();
        let segment = Segment {
            extras: self.build_extras(),
            raw_anchors: raw_anchors.map(DictColumn::of),
            columns: self.columns.each_ref().map(DictColumn::copy_of),
        };
        self.columns.iter_mut().for_each(StringColumn::clear);
        segment
    }

    /// Builds the last segment out of the buffers themselves, so that a large text is not copied.
    pub fn finish(mut self) -> Segment {
        let raw_anchors = self.decode_anchors();
        Segment {
            extras: self.build_extras(),
            raw_anchors: raw_anchors.map(DictColumn::of),
            columns: self.columns.map(DictColumn::of),
        }
    }

    /// Returns the anchors as they came; `None` if decoding changes none, as in most lists. All at once, since a search for `&`
    /// in each anchor would take longer.
    fn decode_anchors(&mut self) -> Option<StringColumn> {
        let anchors = &mut self.columns[Field::Anchor.index()];
        let mut rows: Vec<usize> =
            memchr::memchr_iter(b'&', anchors.text().as_bytes()).filter_map(|at| anchors.number_at(at)).collect();
        rows.dedup();
        let decoded = rows.into_iter().filter_map(|row| match decode_entities(anchors.get(row)) {
            Cow::Borrowed(_) => None,
            Cow::Owned(anchor) => Some((row, anchor)),
        });
        let decoded: Vec<(usize, String)> = decoded.collect();
        if decoded.is_empty() {
            return None;
        }
        let shown = anchors.replaced(&decoded)?;
        Some(std::mem::replace(anchors, shown))
    }

    fn build_extras(&mut self) -> Box<[ExtraColumn]> {
        let rows = self.len();
        self.extras.iter_mut().filter_map(|extra| extra.build(rows)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_in_anchors_are_decoded_except_in_exports() {
        let mut builder = SegmentBuilder::default();
        for anchors in [["plain", "Tom &amp; Jerry", "AT&T"], ["a", "b", "c"]] {
            let links = anchors.map(|anchor| Link { anchor, source_url: "https://a.com/?a&amp;b", ..Link::default() });
            links.iter().for_each(|link| builder.push(link).unwrap());
            let segment = builder.build();
            for (row, link) in links.into_iter().enumerate() {
                let shown = link.anchor.replace("&amp;", "&");
                assert_eq!((segment.link(row), segment.column(Field::Anchor).get(row)), (link, shown.as_str()));
                assert_eq!(segment.shown_link(row), Link { anchor: &shown, ..link });
            }
            assert_eq!(segment.raw_anchors.is_some(), anchors[0] == "plain", "no second column without need");
        }
    }
}
