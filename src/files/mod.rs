//! Files on this machine: opened without blocking, with checks of their owners, and written completely or not
//! at all. `files` uses no other module.

mod atomic_file;
mod backup;
mod directory;
mod owners;
mod regular;

pub use atomic_file::{AtomicFile, write_private};
pub use directory::create_private_directory;
pub use owners::{refuse_foreign_links, refuse_if_others_can_change, refuse_if_others_can_read, reject_other_owner};
pub use regular::{create_private, open, open_any, open_or_create, open_unless_pipe, read, read_unless_pipe};
