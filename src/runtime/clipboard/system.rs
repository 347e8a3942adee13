//! The system clipboard, used on a thread of its own: a display may accept a connection and never respond.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::error::CopyError;

/// How long the display may take.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Work on the clipboard, which is `None` until the first job opens it.
type Job = Box<dyn FnOnce(&mut Option<arboard::Clipboard>) + Send>;

#[derive(Default)]
pub(super) struct System(Mutex<State>);

#[derive(Default)]
struct State {
    /// Sends jobs to the thread, which keeps the clipboard open: on X11 the text goes away with its owner.
    jobs: Option<Sender<Job>>,
    /// Whether the display has timed out once; it is then not tried again.
    is_unresponsive: bool,
    /// The last text that was copied.
    #[cfg(all(unix, not(target_os = "macos")))]
    offered: Option<String>,
}

impl System {
    pub(super) fn check(&self) -> Result<(), CopyError> {
        Ok(self.state().run(TIMEOUT, |slot| open(slot).map(|_| ()))??)
    }

    pub(super) fn set_text(&self, text: &str) -> Result<(), CopyError> {
        let mut state = self.state();
        let copy = text.to_owned();
        state.run(TIMEOUT, |slot| open(slot).and_then(|clipboard| clipboard.set_text(copy)))??;
        #[cfg(all(unix, not(target_os = "macos")))]
        {
            state.offered = Some(text.to_owned());
        }
        Ok(())
    }

    /// The text that was copied last, unless another program has copied since. The flag tells whether it is known to be on the
    /// clipboard still; if not, offering it again could replace another program's copy.
    #[cfg(all(unix, not(target_os = "macos")))]
    pub(super) fn take_offered(&self) -> Option<(String, bool)> {
        /// Reading back this program's own text takes a few milliseconds.
        const TIMEOUT: Duration = Duration::from_millis(200);
        // Does not wait for a copy that is still running.
        let mut state = self.0.try_lock().ok()?;
        let text = state.offered.take()?;
        match state.run(TIMEOUT, move |slot| open(slot).and_then(arboard::Clipboard::get_text)) {
            Ok(Ok(current)) => (current == text).then_some((text, true)),
            // The clipboard has content that is not text, from another program.
            Ok(Err(arboard::Error::ContentNotAvailable | arboard::Error::ConversionFailure)) => None,
            Ok(Err(_)) | Err(_) => Some((text, false)),
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn run<T: Send + 'static>(
        &mut self,
        timeout: Duration,
        work: impl FnOnce(&mut Option<arboard::Clipboard>) -> T + Send + 'static,
    ) -> Result<T, CopyError> {
        if self.is_unresponsive {
            return Err(CopyError::DisplayTimeout);
        }
        let (done, result) = channel();
        let jobs = self.jobs.get_or_insert_with(start);
        // The result can't be sent after the time-out, and no job if the thread has died: `recv_timeout` fails in both cases.
        drop(jobs.send(Box::new(move |slot| drop(done.send(work(slot))))));
        result.recv_timeout(timeout).map_err(|error| {
            self.is_unresponsive = error == RecvTimeoutError::Timeout;
            self.jobs = None;
            CopyError::DisplayTimeout
        })
    }
}

/// Starts the thread. It ends when the sender is dropped, or with the process if a job hangs.
fn start() -> Sender<Job> {
    let (jobs, todo) = channel::<Job>();
    thread::spawn(move || {
        let mut slot = None;
        while let Ok(job) = todo.recv() {
            job(&mut slot);
        }
    });
    jobs
}

fn open(slot: &mut Option<arboard::Clipboard>) -> Result<&mut arboard::Clipboard, arboard::Error> {
    match slot {
        Some(clipboard) => Ok(clipboard),
        None => Ok(slot.insert(arboard::Clipboard::new()?)),
    }
}
