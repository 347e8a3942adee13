//! The columns of a link list. Each column the program knows is one row of [`table::COLUMNS`]: its names, how its value is
//! read, ordered, shown, filtered, counted and exported. What a file brings beyond that is an extra column, which gets a
//! [`ColumnDef`] of the same form from its name and kind ([`Schema`]).
//!
//! Nothing else in the program lists columns: sorting, the table, menus, settings, `--sort`, the filter language, facets and
//! the headers of exports are derived from the definitions here.

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
pub use cell::{filter_value, value};
pub use def::{Align, ColumnDef, ColumnStyle, FacetDef, FilterRule, Match, Measure, Natural, Part, Source, Width};
pub use id::{ColumnId, ExtraId, StoredText};
pub use name::ExtraName;
pub use schema::Schema;
pub use stored::{ExtraColumn, ExtraValues};
pub use table::{COLUMNS, by_name, choosable_names};
pub use value::{Day, Kind, Value};
