//! The `kew-tui` binary; everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    kew_tui::cli::run()
}
