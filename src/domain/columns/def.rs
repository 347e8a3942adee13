//! The definition of a column.

use std::borrow::Cow;

use super::id::{ColumnId, ExtraId};
use crate::domain::domain_name::readable;
use crate::domain::link::Field;

#[derive(Clone, Copy, Debug)]
pub struct ColumnDef<'a> {
    pub column: ColumnId,
    pub name: &'a str,
    /// In menus and messages.
    pub title: &'a str,
    /// In the table's header, where there is less room.
    pub header: &'a str,
    pub source: Source,
    pub width: Width,
    pub align: Align,
    pub style: ColumnStyle,
    pub filter: FilterRule<'a>,
    /// `None` if its values are not counted. See [`crate::domain::facet::Facet::of`] for extra columns.
    pub facet: Option<FacetDef<'a>>,
    /// The header in exported files; `None` if it is not exported.
    pub export: Option<&'a str>,
    /// Whether the user can show and hide it. The other columns appear only when they apply, such as in a comparison.
    pub can_be_chosen: bool,
}

/// Takes the value out of a field's text.
pub type Part = fn(&str) -> &str;

/// Computes a number from a field's text.
pub type Measure = fn(&str) -> u32;

/// Where the value of a cell comes from, which also decides how rows are sorted.
#[derive(Clone, Copy, Debug)]
pub enum Source {
    /// The row number, from 1.
    Rank,
    DiffStatus,
    File,
    GroupSize,
    /// A field, or a part of it; sorted by its folded text.
    Text {
        field: Field,
        part: Option<Part>,
    },
    /// A number computed from a field.
    Number {
        field: Field,
        of: Measure,
    },
    /// The anchor type, which depends on the whole link and on the user's brand words and keywords.
    AnchorType,
    /// A stored value; sorted by its kind, absent values last in both directions.
    Extra(ExtraId),
}

/// In cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Width {
    pub natural: NaturalWidth,
    pub min: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NaturalWidth {
    /// As wide as the values of the first rows.
    Measured,
    /// As wide as the last row number.
    LastRow,
    Fixed(u16),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// Decides the color, and whether there are warnings about look-alike domains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnStyle {
    Dim,
    Text,
    Anchor,
    Domain,
    Url,
}

/// How the column appears in the filter language: its name there, and what `=` and `!` on a cell do.
#[derive(Clone, Copy, Debug)]
pub enum FilterRule<'a> {
    None,
    /// `=` and `!` use the cell of another column.
    Of(ColumnId),
    /// `is:` with the diff status.
    DiffStatus,
    Named {
        name: &'a str,
        /// An older name, still accepted but never written.
        alias: Option<&'a str>,
        how: Match,
    },
}

/// How a value in a filter is matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// A domain and its subdomains.
    Domain,
    /// A text in one of these fields.
    Text(&'static [Field]),
    /// A public suffix or the last label.
    Suffix,
    /// The exact value.
    Exactly,
    /// A comparison of numbers.
    Number,
    /// By the kind of the extra column.
    Extra,
}

#[derive(Clone, Copy, Debug)]
pub struct FacetDef<'a> {
    pub title: &'a str,
    /// Computes the bucket that a value is counted in, such as a range of numbers.
    pub bucket: Option<Part>,
}

impl ColumnDef<'_> {
    /// Room for the header, the marker of the chosen column, and the sort arrow.
    pub fn header_width(&self) -> u16 {
        let markers = match self.align {
            Align::Left => 3,
            Align::Right => 1 + self.arrow_gap().len(),
        };
        (self.header.chars().count().min(MAX_HEADER_LEN) + markers) as u16
    }

    /// Separates the header from its sort arrow. A one-character header such as `#` has none, to keep its numbers
    /// narrow.
    pub fn arrow_gap(&self) -> &'static str {
        if self.header.len() == 1 { "" } else { " " }
    }

    /// The field that the column shows unchanged, so that the matches of a filter can be highlighted in it.
    pub fn whole_field(&self) -> Option<Field> {
        match self.source {
            Source::Text { field, part: None } => Some(field),
            _ => None,
        }
    }

    /// A value as it is shown: domain names in Unicode, unless that is misleading.
    pub fn readable<'a>(&self, value: &'a str) -> Cow<'a, str> {
        if self.style == ColumnStyle::Domain { readable(value) } else { Cow::Borrowed(value) }
    }

    /// The field and the part of it that is counted; `None` if the value depends on more than one field.
    pub fn counted_part(&self) -> Option<(Field, Part)> {
        match (self.source, self.facet?.bucket) {
            (Source::Text { field, part }, bucket) => Some((field, bucket.or(part).unwrap_or(|text| text))),
            (Source::Number { field, .. }, Some(bucket)) => Some((field, bucket)),
            _ => None,
        }
    }

    /// Whether `filter_name` means this column in the filter language.
    pub fn is_filtered_as(&self, filter_name: &str) -> bool {
        matches!(self.filter, FilterRule::Named { name, alias, .. } if name == filter_name || alias == Some(filter_name))
    }

    /// The column's name in the filter language.
    pub fn filter_name(&self) -> Option<&str> {
        match self.filter {
            FilterRule::Named { name, .. } => Some(name),
            _ => None,
        }
    }
}

/// Longer headers, which can only come from a file, are cut off.
const MAX_HEADER_LEN: usize = 24;
