//! What there is to know of a column.

use super::id::{ColumnId, ExtraId};
use crate::domain::link::Field;

/// A column: everything that differs from one to the other.
#[derive(Clone, Copy, Debug)]
pub struct ColumnDef<'a> {
    pub column: ColumnId,
    /// In the settings, after `--sort`, and in what is remembered of the user.
    pub name: &'a str,
    /// In menus and sentences.
    pub title: &'a str,
    /// Above the table, where there is less room.
    pub header: &'a str,
    pub source: Source,
    pub width: Width,
    pub align: Align,
    pub style: ColumnStyle,
    pub filter: FilterRule<'a>,
    /// How its values are counted, if they are.
    pub facet: Option<FacetDef>,
    /// The header in an exported file, if it is exported.
    pub export: Option<&'a str>,
    /// Whether a user can show and hide it. The others come and go with what is shown.
    pub can_be_chosen: bool,
}

/// From a text to the part of it that is the value.
pub type Part = fn(&str) -> &str;

/// From a text to a number that is worked out from it.
pub type Measure = fn(&str) -> u32;

/// Where the value of a row comes from. It decides how rows are ordered too.
#[derive(Clone, Copy, Debug)]
pub enum Source {
    /// The number of the row.
    Rank,
    DiffStatus,
    File,
    GroupSize,
    /// A field, or a part of it; ordered by its folded text.
    Text {
        field: Field,
        part: Option<Part>,
    },
    /// A number worked out from a field.
    Number {
        field: Field,
        of: Measure,
    },
    /// The kind of anchor, which depends on the whole link and on the user's words.
    AnchorType,
    /// A value that is stored; ordered by its kind, absent ones last in both directions.
    Extra(ExtraId),
}

/// How wide a column is, in cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Width {
    /// As wide as this where there is room.
    pub natural: Natural,
    /// Narrower than this it is of no use.
    pub least: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Natural {
    /// As wide as the first values.
    Measured,
    /// As wide as the number of the last row.
    LastRow,
    Fixed(u16),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// What a column holds, for its color and for warnings about look-alikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnStyle {
    Dim,
    Text,
    Anchor,
    /// A host name.
    Domain,
    /// An address.
    Url,
}

/// What `=` and `!` on a cell do, and the name of the column in the filter language.
#[derive(Clone, Copy, Debug)]
pub enum FilterRule<'a> {
    None,
    /// The cell of another column is meant.
    Of(ColumnId),
    /// `is:` with what a comparison says.
    DiffStatus,
    Named {
        name: &'a str,
        /// An older name, which is read but never written.
        alias: Option<&'a str>,
        how: Match,
    },
}

/// How a value is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// A domain with all that is below it.
    Domain,
    /// A text in one of these fields.
    Text(&'static [Field]),
    /// The end of a domain.
    Suffix,
    /// The value and nothing else.
    Exactly,
    /// A comparison of numbers.
    Number,
    /// As the kind of the extra column asks for.
    Extra,
}

/// How the values of a column are counted.
#[derive(Clone, Copy, Debug)]
pub struct FacetDef {
    pub title: &'static str,
    /// For numbers: the group that a value is counted in, as a text.
    pub bucket: Option<Part>,
}

impl ColumnDef<'_> {
    /// With room for the header, for what marks it as chosen, and for the arrow of a sorted column.
    pub fn header_width(&self) -> u16 {
        let signs = match self.align {
            Align::Left => 3,
            Align::Right => 1 + self.arrow_gap().len(),
        };
        (self.header.chars().count().min(LONGEST_HEADER) + signs) as u16
    }

    /// What separates the header from its arrow. A single sign needs nothing, so that the numbers below stay narrow.
    pub fn arrow_gap(&self) -> &'static str {
        if self.header.len() == 1 { "" } else { " " }
    }

    /// The field whose texts it shows as they are, so that what a filter finds can be pointed at.
    pub fn whole_field(&self) -> Option<Field> {
        match self.source {
            Source::Text { field, part: None } => Some(field),
            _ => None,
        }
    }

    /// The field and the part of it that values are counted by; `None` where it takes more than one field.
    pub fn counted_part(&self) -> Option<(Field, Part)> {
        match (self.source, self.facet?.bucket) {
            (Source::Text { field, part }, _) => Some((field, part.unwrap_or(|text| text))),
            (Source::Number { field, .. }, Some(bucket)) => Some((field, bucket)),
            _ => None,
        }
    }

    /// Whether a name of the filter language means this column.
    pub fn is_filtered_as(&self, written: &str) -> bool {
        matches!(self.filter, FilterRule::Named { name, alias, .. } if name == written || alias == Some(written))
    }

    /// Its name in the filter language.
    pub fn filter_name(&self) -> Option<&str> {
        match self.filter {
            FilterRule::Named { name, .. } => Some(name),
            _ => None,
        }
    }
}

/// A longer header, which only a file can bring, is cut.
const LONGEST_HEADER: usize = 24;
