//! Panic reports. While a session has the screen they are collected and printed at its end, since anything printed on a live
//! screen is lost.

use std::panic::{self, PanicHookInfo};
use std::sync::{Mutex, PoisonError};

use super::terminal;
use crate::domain::text::sanitize;
use crate::internal_error;

static REPORTS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Collects panic reports while a session has the screen; otherwise prints them at once.
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

pub fn take_reports() -> Vec<String> {
    std::mem::take(&mut *REPORTS.lock().unwrap_or_else(PoisonError::into_inner))
}

fn describe(info: &PanicHookInfo<'_>) -> String {
    let place = info.location().map(|l| format!(" at {}:{}", l.file(), l.line())).unwrap_or_default();
    // The message may quote untrusted text.
    format!("kew-tui: internal error{place}: {}", sanitize(&internal_error::message(info.payload())))
}
