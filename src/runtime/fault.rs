//! Faults on demand, so that a test can see the real program survive them. Builds for users hold none of it.

/// Panics if a debug build runs with `KEW_FAULT` set to this place; ends the process at once if `KEW_FAULT_IS` is `abort`.
pub fn here(place: &str) {
    #[cfg(debug_assertions)]
    if std::env::var("KEW_FAULT").is_ok_and(|wanted| wanted == place) {
        if std::env::var("KEW_FAULT_IS").is_ok_and(|kind| kind == "abort") {
            std::process::abort();
        }
        #[expect(clippy::panic, reason = "a fault that a test asked for")]
        {
            panic!("the fault that KEW_FAULT={place} asks for");
        }
    }
    #[cfg(not(debug_assertions))]
    let _ = place; // Nothing to do, by design.
}
