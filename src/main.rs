//! The program `kew-tui`; all of it is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    kew_tui::cli::run()
}
