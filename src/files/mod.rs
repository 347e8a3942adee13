//! Files of the machine, opened so that none of them can hold the program up: `files` uses nobody.

mod regular;

pub use regular::{open, open_any, open_or_create, open_unless_pipe, read, read_text};
