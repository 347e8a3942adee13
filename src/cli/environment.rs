//! The environment of the process.

use std::ffi::OsString;

pub(super) fn environment(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}
