//! Prints messages to stdout, with control characters made visible: the text may come from a file, a database or a server.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use crate::domain::text::sanitize;

pub(super) fn print(text: impl Display) -> io::Result<()> {
    let lines: Vec<String> = text.to_string().lines().map(|line| format!("{}\n", sanitize(line))).collect();
    io::stdout().write_all(lines.concat().as_bytes())
}

/// Sanitized in a terminal; byte for byte elsewhere, so that a script opens the same file.
pub(super) fn print_path(path: &Path) -> io::Result<()> {
    let mut out = io::stdout();
    if out.is_terminal() {
        return print(path.display());
    }
    out.write_all(path.as_os_str().as_encoded_bytes())?;
    out.write_all(b"\n")
}
