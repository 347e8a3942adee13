//! The pure core: backlinks, targets, requests, credits, and everything that is computed from them.
//!
//! Nothing here reads the clock, files, the environment or the network, or depends on a terminal. `domain` uses no
//! other module of this crate.

pub mod anchor_type;
mod by_key;
pub mod columns;
pub mod common_target;
pub mod credits;
pub mod diff;
pub mod direction;
pub mod disavow;
pub mod domain_name;
pub mod encoding;
pub mod entities;
pub mod facet;
pub mod fetch_error;
mod flag_tags;
pub mod gap;
pub mod grouping;
pub mod groups;
pub mod json_keys;
pub mod json_repair;
pub mod ledger;
pub mod limits;
pub mod link;
pub mod link_entry;
pub mod link_set;
pub mod list_line;
pub mod nearest;
pub mod note;
pub mod number;
pub mod order;
mod packed_key;
pub mod paste;
pub mod price;
pub mod public_suffix;
pub mod purchase;
pub mod query;
pub mod request;
pub mod request_status;
pub mod response;
pub mod row;
pub mod row_order;
pub mod row_set;
pub mod signs;
pub mod snapshot;
pub mod string_column;
pub mod target;
pub mod target_list;
pub mod text;
mod text_sorter;
pub mod url_parts;
pub mod view_spec;

pub use credits::Credits;
pub use fetch_error::FetchError;
pub use limits::Limits;
pub use link::{Field, Link};
pub use link_set::LinkSet;
pub use request::{LinkCount, Mode, Request};
pub use response::Response;
pub use row::{Line, Row};
pub use row_order::RowOrder;
pub use row_set::RowSet;
pub use snapshot::{Snapshot, SnapshotId, UnixTime};
pub use target::{Scope, Target};
pub use view_spec::ViewSpec;
