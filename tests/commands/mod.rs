//! The commands as scripts use them: the real program, its exit codes, what it writes where.

mod charging;
mod comparing;
mod config;
mod conventions;
mod disavow;
mod doctor;
mod exporting;
mod fetching;
mod gap;
pub mod hostile_archive;
#[cfg(unix)]
mod interrupting;
mod manual;
mod opening;
#[cfg(unix)]
mod owners;
mod archive_list;
#[cfg(unix)]
mod waiting;

use crate::support::program::{ArchiveLocation, Ran, Running, Shop, read};
