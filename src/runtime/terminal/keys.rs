//! Reads terminal events on a thread of its own (Unix), so that all pending input is read no matter how much arrives at once.
//!
//! crossterm's own event source is edge-triggered and reads 1,024 bytes at a time: the rest would wait for the next key.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::thread::JoinHandle;

use crossterm::event::Event;
use futures_util::Stream;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pipe::{PipeFlags, pipe_with};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::wait::{retry_interrupted, timespec};
use crate::input::terminal::Decoder;

/// Bytes per read: the size of a terminal's input queue.
const READ_SIZE: usize = 4096;
/// Number of reads buffered for the loop; after that, input stays in the terminal.
const MAX_BUFFERED_READS: usize = 8;

/// Events that are decoded but not handled. They outlive the stream, which is dropped while the program is suspended.
pub type UnhandledEvents = Arc<Mutex<VecDeque<Event>>>;

/// The stream of terminal events. Dropping it stops the thread.
#[derive(Debug)]
pub struct Keys {
    reads: Receiver<io::Result<Vec<Event>>>,
    ready: VecDeque<Event>,
    unhandled: UnhandledEvents,
    mouse_seen: Arc<AtomicBool>,
    /// Write end of a pipe. Closing it stops the thread.
    stop: Option<OwnedFd>,
    thread: Option<JoinHandle<()>>,
}

impl Keys {
    /// # Errors
    /// The thread or the pipe can't be created.
    pub fn read(input: Arc<File>, unhandled: UnhandledEvents, mouse_seen: Arc<AtomicBool>) -> io::Result<Keys> {
        let (stopped, stop) = pipe_with(PipeFlags::CLOEXEC)?;
        let (sender, reads) = channel(MAX_BUFFERED_READS);
        let thread = std::thread::Builder::new().name("keys".to_owned()).spawn(move || {
            let mut reader = Reader { input, stopped, decoder: Decoder::default() };
            reader.run(&sender);
        })?;
        let ready = std::mem::take(&mut *unhandled.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(Keys { reads, ready, unhandled, mouse_seen, stop: Some(stop), thread: Some(thread) })
    }
}

impl Stream for Keys {
    type Item = io::Result<Event>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Event>>> {
        let this = self.get_mut();
        loop {
            if let Some(event) = this.ready.pop_front() {
                if matches!(event, Event::Mouse(_)) {
                    this.mouse_seen.store(true, Ordering::Relaxed);
                }
                return Poll::Ready(Some(Ok(event)));
            }
            match ready!(this.reads.poll_recv(context)) {
                Some(Ok(events)) => this.ready.extend(events),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        // The thread may be blocked on the channel or in `poll`; this ends both.
        self.reads.close();
        self.stop = None;
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that reads the terminal panicked");
        }
        let mut ahead = self.unhandled.lock().unwrap_or_else(PoisonError::into_inner);
        ahead.append(&mut self.ready);
        while let Ok(Ok(events)) = self.reads.try_recv() {
            ahead.extend(events);
        }
    }
}

/// Why a wait ended.
enum ReadEvent {
    Bytes,
    Silence,
    Stop,
}

struct Reader {
    input: Arc<File>,
    stopped: OwnedFd,
    decoder: Decoder,
}

impl Reader {
    fn run(&mut self, sender: &Sender<io::Result<Vec<Event>>>) {
        let mut bytes = [0; READ_SIZE];
        loop {
            let events = match self.next(&mut bytes) {
                Ok(Some(events)) => Ok(events),
                Ok(None) => return,
                Err(error) => Err(error),
            };
            let is_last = events.is_err();
            let is_empty = events.as_ref().is_ok_and(Vec::is_empty);
            if !is_empty && sender.blocking_send(events).is_err() || is_last {
                return;
            }
        }
    }

    /// The next events; `None` when the stream is dropped.
    fn next(&mut self, bytes: &mut [u8]) -> io::Result<Option<Vec<Event>>> {
        match self.wait()? {
            ReadEvent::Stop => Ok(None),
            ReadEvent::Silence => Ok(Some(self.decoder.give_up().into_iter().collect())),
            ReadEvent::Bytes => match (&*self.input).read(bytes) {
                Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => Ok(Some(self.decoder.take(bytes.get(..read).unwrap_or_default()))),
                Err(error) if matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock) => {
                    Ok(Some(Vec::new()))
                }
                Err(error) => Err(error),
            },
        }
    }

    fn wait(&self) -> io::Result<ReadEvent> {
        let timeout: Option<Timespec> = self.decoder.patience().map(timespec);
        let (ready, stop) = retry_interrupted(|| {
            let mut files = [
                PollFd::from_borrowed_fd(self.input.as_fd(), PollFlags::IN),
                PollFd::from_borrowed_fd(self.stopped.as_fd(), PollFlags::IN),
            ];
            poll(&mut files, timeout.as_ref())?;
            let [input, stopped] = files.map(|file| !file.revents().is_empty());
            Ok((input, stopped))
        })?;
        Ok(match (ready, stop) {
            (_, true) => ReadEvent::Stop,
            (true, false) => ReadEvent::Bytes,
            (false, false) => ReadEvent::Silence,
        })
    }
}
