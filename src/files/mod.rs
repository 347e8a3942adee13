//! Files of the machine, opened so that none of them can hold the program up or is another user's: `files` uses nobody.

mod owners;
mod regular;

pub use owners::{refuse_foreign_links, refuse_if_anothers, refuse_if_others_can_change, refuse_if_others_can_read};
pub use regular::{open, open_any, open_or_create, open_unless_pipe, read, read_text};
