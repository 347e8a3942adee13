//! The only place in the command line that reads environment variables.

use std::ffi::OsString;

pub(super) fn environment(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}
