//! The only place that writes to stderr, with control characters made visible.

use std::io::{self, Write};

use crate::domain::text::sanitize;

pub(super) fn write_sanitized(text: &str) {
    for line in text.lines() {
        write_line(&sanitize(line));
    }
}

/// The line must be sanitized already.
pub(super) fn write_line(line: &str) {
    // If stderr is closed, the failure can't be reported either.
    drop(writeln!(io::stderr(), "{line}"));
}
