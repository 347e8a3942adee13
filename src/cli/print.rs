//! What commands print of themselves: the one way to the standard output that is not data in a format. Whatever a file, a
//! database or a server had said, nothing of it acts on the terminal.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use crate::domain::text::sanitize;

/// Prints lines.
pub(super) fn print(text: impl Display) -> io::Result<()> {
    let lines: Vec<String> = text.to_string().lines().map(|line| format!("{}\n", sanitize(line))).collect();
    io::stdout().write_all(lines.concat().as_bytes())
}

/// Prints a path: for a terminal as something to read, for a program byte for byte, so that it names the same file.
pub(super) fn print_path(path: &Path) -> io::Result<()> {
    let mut out = io::stdout();
    if out.is_terminal() {
        return print(path.display());
    }
    out.write_all(path.as_os_str().as_encoded_bytes())?;
    out.write_all(b"\n")
}
