//! Faults of the program itself: as the user is told of them, and on demand, so that a test can see the real program survive
//! them. Builds for users hold none of the latter.

use std::any::Any;

use tokio::task::JoinError;

/// What the program itself did wrong.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("internal error in kew-tui: {0}")]
    Panic(String),
    /// A task was ended before it was done.
    #[error(transparent)]
    Ended(JoinError),
}

impl Fault {
    pub fn of_panic(payload: &(dyn Any + Send)) -> Fault {
        Fault::Panic(message(payload))
    }
}

impl From<JoinError> for Fault {
    fn from(error: JoinError) -> Fault {
        error.try_into_panic().map_or_else(Fault::Ended, |payload| Fault::of_panic(payload.as_ref()))
    }
}

/// The text of a panic.
pub fn message(payload: &(dyn Any + Send)) -> String {
    payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}

/// Panics if a debug build runs with `KEW_FAULT` set to this place: a task's name, or another one. `KEW_FAULT_IS` says how:
/// `worker` lets the panic come from a thread that helps; `abort`, `memory` and `stack` end the process at once.
pub fn here(place: &str) {
    #[cfg(debug_assertions)]
    if std::env::var("KEW_FAULT").is_ok_and(|wanted| wanted == place) {
        match std::env::var("KEW_FAULT_IS").as_deref() {
            Ok("abort") => std::process::abort(),
            Ok("memory") => drop(std::hint::black_box(Vec::<u8>::with_capacity(isize::MAX as usize))),
            Ok("stack") => assert!(overflow(0) > 0),
            Ok("worker") => rayon::scope(|scope| scope.spawn(|_| break_down(place))),
            _ => break_down(place),
        }
    }
    #[cfg(not(debug_assertions))]
    let _ = place; // Nothing to do, by design.
}

#[cfg(debug_assertions)]
#[expect(clippy::panic, reason = "a fault that a test asked for")]
fn break_down(place: &str) {
    panic!("the fault that KEW_FAULT={place} asks for");
}

#[cfg(debug_assertions)]
#[allow(unconditional_recursion, reason = "a fault that a test asked for")]
fn overflow(depth: u64) -> u64 {
    let room = std::hint::black_box([depth; 64]);
    overflow(depth + 1) + room[0]
}
