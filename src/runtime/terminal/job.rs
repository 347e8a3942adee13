//! Stopping as a job of the shell (Ctrl-Z), and being continued.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::super::terminal_screen::Suspended;

/// Whether the program was stopped and continued since this was last asked. Whoever stopped it, the terminal may have been
/// somebody else's meanwhile.
#[derive(Clone, Debug, Default)]
pub struct Continued(Arc<AtomicBool>);

impl Continued {
    /// Starts to watch.
    ///
    /// # Errors
    /// The system does not let it.
    pub fn watch() -> io::Result<Continued> {
        let continued = Continued::default();
        #[cfg(unix)]
        signal_hook::flag::register(signal_hook::consts::SIGCONT, Arc::clone(&continued.0))?;
        Ok(continued)
    }

    /// Whether it was continued, once for each time.
    pub fn take(&self) -> bool {
        self.0.swap(false, Ordering::SeqCst)
    }
}

/// Stops the whole process group, as the terminal's own Ctrl-Z would: with only this process stopped, a shell that
/// waits for its parent (`cargo run`) would never get the terminal back.
///
/// # Errors
/// The system does not let it.
#[cfg(unix)]
pub fn stop(continued: &Continued) -> io::Result<Suspended> {
    use std::time::Duration;

    use rustix::process::{Signal, kill_current_process_group};

    /// A stop takes effect at once, or never. This is time that the program runs, not that it is stopped.
    const CHECKS: usize = 100;
    continued.take();
    // Not SIGSTOP: without a shell that could continue it (`xterm -e kew-tui`), the program would be stopped for good. The kernel
    // drops SIGTSTP there.
    kill_current_process_group(Signal::TSTP)?;
    for _ in 0..CHECKS {
        if continued.take() {
            return Ok(Suspended::Continued);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(Suspended::Refused)
}

/// There are no jobs here.
#[cfg(not(unix))]
pub fn stop(_: &Continued) -> io::Result<Suspended> {
    Ok(Suspended::Refused)
}
