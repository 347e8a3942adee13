//! Waits for a condition with a deadline, never for a fixed time.

use std::fmt::Display;
use std::time::{Duration, Instant};

/// Longer than anything takes, even on a busy machine: only a failing test waits this long.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// Between two checks.
const POLL: Duration = Duration::from_millis(5);

/// Waits until a condition holds.
#[track_caller]
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    wait_for(what, || holds().then_some(()).ok_or("it never was"));
}

/// Waits until `look` returns `Ok`; the deadline's message shows the last `Err`.
#[track_caller]
pub fn wait_for<T, E: Display>(what: &str, look: impl FnMut() -> Result<T, E>) -> T {
    wait_at_most(PATIENCE, what, look)
}

/// [`wait_for`] with another deadline.
#[track_caller]
pub fn wait_at_most<T, E: Display>(patience: Duration, what: &str, mut look: impl FnMut() -> Result<T, E>) -> T {
    let begun = Instant::now();
    loop {
        match look() {
            Ok(found) => return found,
            Err(instead) => assert!(begun.elapsed() < patience, "timed out waiting for {what}: {instead}"),
        }
        std::thread::sleep(POLL);
    }
}

/// [`wait_until`] for a test that must not block its thread.
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let waiting = async {
        while !holds().await {
            tokio::time::sleep(POLL).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, waiting).await.is_ok(), "timed out waiting for {what}");
}

#[test]
fn waiting_ends_with_a_result_or_at_the_deadline() {
    let mut looks = 0;
    let found = wait_for("the third look", || {
        looks += 1;
        if looks == 3 { Ok(looks) } else { Err(looks) }
    });
    assert_eq!(found, 3);
    let vain = || wait_at_most(Duration::from_millis(20), "nothing", || Err::<(), _>("a wall"));
    let panic = std::panic::catch_unwind(vain).unwrap_err();
    assert_eq!(panic.downcast_ref::<String>().unwrap(), "timed out waiting for nothing: a wall");
}
