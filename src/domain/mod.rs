//! The pure heart: what a backlink, a target, a request and a credit are, and what can be worked out from them.
//!
//! Nothing here reads a clock, a file, the environment or a socket, and nothing here knows of a terminal.
//! `domain` uses no other module of this crate.

pub mod anchor_class;
pub mod answer;
pub mod arrange;
mod by_key;
mod by_text;
pub mod column;
pub mod columns;
pub mod compare;
pub mod credits;
pub mod direction;
pub mod disavow;
pub mod ending;
pub mod entry;
pub mod facet;
pub mod failure;
pub mod gap;
pub mod grouping;
pub mod groups;
mod keyed;
pub mod ledger;
pub mod limits;
pub mod link;
pub mod link_set;
pub mod nearest;
pub mod note;
pub mod number;
pub mod order;
pub mod paste;
pub mod price;
pub mod public_suffix;
pub mod purchase;
pub mod query;
pub mod request;
pub mod rows;
pub mod shown;
pub mod signs;
pub mod snapshot;
pub mod target;
pub mod text;
pub mod url_parts;

pub use answer::Answer;
pub use arrange::Arrangement;
pub use credits::Credits;
pub use failure::Failure;
pub use limits::Limits;
pub use link::{Field, Link};
pub use link_set::LinkSet;
pub use request::{LinkCount, Mode, Request};
pub use rows::Rows;
pub use shown::Shown;
pub use snapshot::{Snapshot, SnapshotId, UnixTime};
pub use target::{Scope, Target};
