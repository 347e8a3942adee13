//! The commands as scripts use them: exit codes, stdout and stderr of the real program.

mod adding;
mod archive_list;
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
#[cfg(unix)]
mod waiting;

use crate::support::program::{CommandOutput, DemoHome, Running, TestHome, read};
