//! The commands as scripts use them: the real program, its exit codes, what it writes where.

mod conventions;
mod disavow;
mod gap;
mod shelf;

use crate::support::program::{Place, Ran, Shop, read};
