//! What happens when the program itself has a fault: the screen is never torn down by a task's panic, and no report is
//! lost because it was printed across a live screen.

use std::panic::{self, PanicHookInfo};
use std::sync::{Mutex, PoisonError};

use super::terminal;
use crate::domain::text::sanitize;
use crate::internal_error;

static REPORTS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Keeps the reports of panics while a session has the screen; prints them at once else.
pub fn install_hook() {
    panic::set_hook(Box::new(|info| {
        let report = describe(info);
        tracing::error!(report, "panic");
        if terminal::is_live() {
            REPORTS.lock().unwrap_or_else(PoisonError::into_inner).push(report);
        } else {
            eprintln!("{report}");
        }
    }));
}

/// Takes the reports that were kept.
pub fn take_reports() -> Vec<String> {
    std::mem::take(&mut *REPORTS.lock().unwrap_or_else(PoisonError::into_inner))
}

fn describe(info: &PanicHookInfo<'_>) -> String {
    let place = info.location().map(|l| format!(" at {}:{}", l.file(), l.line())).unwrap_or_default();
    // It may quote the text that it stumbled on.
    format!("kew-tui: internal error{place}: {}", sanitize(&internal_error::message(info.payload())))
}
