//! The columns of a link list. Each built-in column is one entry of [`table::COLUMNS`]: its names, and how its value
//! is read, sorted, displayed, filtered, counted and exported. Any other column of an imported file is an extra
//! column, whose [`ColumnDef`] is made from its name and kind ([`Schema`]).
//!
//! No other place in the program lists columns: sorting, the table, menus, settings, `--sort`, the filter language,
//! facets and the headers of exports are derived from these definitions.

mod builder;
mod cell;
mod def;
mod derived;
mod id;
mod infer;
mod name;
mod packed;
mod schema;
mod stored;
mod table;
mod value;

pub(in crate::domain) use builder::ExtraBuilder;
pub use builder::ExtraSpec;
pub use cell::{filter_value, shown_text, value};
pub use def::{Align, ColumnDef, ColumnStyle, FacetDef, FilterRule, Match, Measure, NaturalWidth, Part, Source, Width};
pub use id::{ColumnId, ExtraId, StoredText};
pub use name::ExtraName;
pub use schema::Schema;
pub use stored::{ExtraColumn, ExtraValues};
pub use table::{COLUMNS, by_name, choosable_names};
pub use value::{Day, Kind, Value};
