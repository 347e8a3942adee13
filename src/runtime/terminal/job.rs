//! Job control: stopping the program (Ctrl-Z) and noticing that it was continued.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::super::terminal_screen::Suspended;

/// Whether the program was stopped and continued since the last check. Another program may have used the terminal meanwhile.
#[derive(Clone, Debug, Default)]
pub struct Continued(Arc<AtomicBool>);

impl Continued {
    /// # Errors
    /// The SIGCONT handler can't be installed.
    pub fn watch() -> io::Result<Continued> {
        let continued = Continued::default();
        #[cfg(unix)]
        signal_hook::flag::register(signal_hook::consts::SIGCONT, Arc::clone(&continued.0))?;
        Ok(continued)
    }

    /// Returns true once after the program was continued.
    pub fn take(&self) -> bool {
        self.0.swap(false, Ordering::SeqCst)
    }
}

/// Stops the whole process group, as the terminal does on Ctrl-Z. If only this process stopped, a parent such as `cargo run` would
/// keep waiting and the shell would never get the terminal back.
///
/// # Errors
/// The signal can't be sent.
#[cfg(unix)]
pub fn stop(continued: &Continued) -> io::Result<Suspended> {
    use std::time::Duration;

    use rustix::process::{Signal, kill_current_process_group};

    /// Milliseconds to wait for the stop, which takes effect at once or never. Time spent stopped does not count.
    const CHECKS: usize = 100;
    continued.take();
    // Not SIGSTOP: without a shell that can continue it (`xterm -e kew-tui`), the program would be stopped for good. The kernel
    // drops SIGTSTP in that case (orphaned process group).
    kill_current_process_group(Signal::TSTP)?;
    for _ in 0..CHECKS {
        if continued.take() {
            return Ok(Suspended::Continued);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(Suspended::Refused)
}

/// There is no job control.
#[cfg(not(unix))]
pub fn stop(_: &Continued) -> io::Result<Suspended> {
    Ok(Suspended::Refused)
}
