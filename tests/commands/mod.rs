//! The commands as scripts use them: the real program, its exit codes, what it writes where.

mod config;
mod conventions;
mod disavow;
mod doctor;
mod gap;
mod manual;
mod shelf;

use crate::support::program::{Place, Ran, Shop, read};
