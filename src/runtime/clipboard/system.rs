//! The system's clipboard, on a thread of its own: a display may accept a connection and never answer.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::error::CopyError;

/// How long the display may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Something to do with the clipboard, opened where it was not.
type Job = Box<dyn FnOnce(&mut Option<arboard::Clipboard>) + Send>;

/// The system's clipboard.
#[derive(Default)]
pub(super) struct System(Mutex<State>);

#[derive(Default)]
struct State {
    /// Where jobs go. The thread keeps the clipboard open: on X11 the text goes with whoever offers it.
    jobs: Option<Sender<Job>>,
    /// It was waited for in vain once, and is not asked again.
    is_silent: bool,
    /// What was offered last.
    #[cfg(all(unix, not(target_os = "macos")))]
    offered: Option<String>,
}

impl System {
    /// Whether there is a clipboard that answers.
    pub(super) fn responses(&self) -> Result<(), CopyError> {
        Ok(self.state().within(PATIENCE, |slot| open(slot).map(|_| ()))??)
    }

    /// Puts `text` on it.
    pub(super) fn offer(&self, text: &str) -> Result<(), CopyError> {
        let mut state = self.state();
        let copy = text.to_owned();
        state.within(PATIENCE, |slot| open(slot).and_then(|clipboard| clipboard.set_text(copy)))??;
        #[cfg(all(unix, not(target_os = "macos")))]
        {
            state.offered = Some(text.to_owned());
        }
        Ok(())
    }

    /// The text that was offered last, unless something else is there now. With it, whether it is known to be still there: what is
    /// not must not take the place of what somebody copied since.
    #[cfg(all(unix, not(target_os = "macos")))]
    pub(super) fn left(&self) -> Option<(String, bool)> {
        /// Of what is there from this program, it takes a few thousandths of a second to hear.
        const PATIENCE: Duration = Duration::from_millis(200);
        // A copy that is still under way is not waited for.
        let mut state = self.0.try_lock().ok()?;
        let text = state.offered.take()?;
        match state.within(PATIENCE, move |slot| open(slot).and_then(arboard::Clipboard::get_text)) {
            Ok(Ok(held)) => (held == text).then_some((text, true)),
            // Something that is no text.
            Ok(Err(arboard::Error::ContentNotAvailable | arboard::Error::ConversionFailure)) => None,
            Ok(Err(_)) | Err(_) => Some((text, false)),
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn within<T: Send + 'static>(
        &mut self,
        patience: Duration,
        work: impl FnOnce(&mut Option<arboard::Clipboard>) -> T + Send + 'static,
    ) -> Result<T, CopyError> {
        if self.is_silent {
            return Err(CopyError::SilentDisplay);
        }
        let (tell, told) = channel();
        let jobs = self.jobs.get_or_insert_with(start);
        // Who waits no longer needs no answer; and without the thread there is none.
        drop(jobs.send(Box::new(move |slot| drop(tell.send(work(slot))))));
        told.recv_timeout(patience).map_err(|error| {
            self.is_silent = error == RecvTimeoutError::Timeout;
            self.jobs = None;
            CopyError::SilentDisplay
        })
    }
}

/// The thread ends with the last job, or with the program if the display holds it.
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
