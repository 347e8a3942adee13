//! Failpoints: a test makes the real program fail at a named place. Release builds have none.

/// Panics in a debug build if `KEW_FAILPOINT` names this place: a task, or a caller of this function.
/// `KEW_FAILPOINT_KIND` selects how: `worker` panics on a worker thread; `abort`, `memory` and `stack` end the process
/// at once.
pub fn hit(place: &str) {
    #[cfg(debug_assertions)]
    if std::env::var("KEW_FAILPOINT").is_ok_and(|wanted| wanted == place) {
        match std::env::var("KEW_FAILPOINT_KIND").as_deref() {
            Ok("abort") => std::process::abort(),
            Ok("memory") => drop(std::hint::black_box(Vec::<u8>::with_capacity(isize::MAX as usize))),
            Ok("stack") => assert!(overflow(0) > 0),
            Ok("worker") => rayon::scope(|scope| scope.spawn(|_| fail(place))),
            _ => fail(place),
        }
    }
    #[cfg(not(debug_assertions))]
    let _ = place; // Release builds have no failpoints.
}

#[cfg(debug_assertions)]
#[expect(clippy::panic, reason = "a test asks for it")]
fn fail(place: &str) {
    panic!("failpoint {place}");
}

#[cfg(debug_assertions)]
#[allow(unconditional_recursion, reason = "a test asks for it")]
fn overflow(depth: u64) -> u64 {
    let room = std::hint::black_box([depth; 64]);
    overflow(depth + 1) + room[0]
}
