//! The one way to the standard error: nothing that goes there acts on a terminal.

use std::io::{self, Write};

use crate::domain::text::sanitize;

/// Writes lines, with nothing in them that a terminal would act on.
pub(super) fn say(text: &str) {
    for line in text.lines() {
        write_line(&sanitize(line));
    }
}

/// Writes a line that is safe already.
pub(super) fn write_line(line: &str) {
    // With the standard error closed there is nobody to tell, nor a way to tell it.
    drop(writeln!(io::stderr(), "{line}"));
}
