//! Tasks that run concurrently with the event loop. A panic in one becomes a message, and the session continues.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::FutureExt;
use tokio::sync::mpsc::UnboundedSender;

use crate::app::{Message, Task};
use crate::failpoint;
use crate::internal_error::InternalError;

use super::event_loop::LoopEvent;
use super::priority;

/// Sends the results of tasks to the event loop.
#[derive(Clone, Debug)]
pub struct MessageSender(UnboundedSender<LoopEvent>);

impl MessageSender {
    pub fn new(channel: UnboundedSender<LoopEvent>) -> MessageSender {
        MessageSender(channel)
    }

    /// Sends a message to the core. After the session has ended it is dropped, which is harmless.
    pub fn send(&self, message: Message) {
        self.send_event(LoopEvent::Message(message));
    }

    /// Sends an event to the loop itself.
    pub fn send_event(&self, event: LoopEvent) {
        if self.0.send(event).is_err() {
            tracing::debug!("a task ended after the session");
        }
    }
}

/// Spawns a task. If it panics, the core gets a message about it.
pub fn spawn<F>(sender: &MessageSender, task: Task, work: F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let sender = sender.clone();
    let work = async move {
        failpoint::hit(task.name());
        work.await;
    };
    // The join handle is not needed: a panic is caught inside the task and sent as a message.
    drop(tokio::spawn(async move {
        if let Err(payload) = AssertUnwindSafe(work).catch_unwind().await {
            report_panic(&sender, task, payload.as_ref());
        }
    }));
}

/// Runs blocking I/O (clipboard, browser) on tokio's blocking pool and sends its result.
pub fn spawn_blocking(sender: &MessageSender, task: Task, work: impl FnOnce() -> LoopEvent + Send + 'static) {
    let channel = sender.clone();
    let work = catch_panics(sender, task, move || channel.send_event(work()));
    drop(tokio::task::spawn_blocking(work));
}

/// Runs a long computation, which sends its own results, on a low-priority thread.
///
/// Each one gets a new thread. A thread can't raise its priority again, so one from a pool would later slow down the browser
/// or a paid response. When it ends, its allocator arena, as large as the biggest sort, is reused by the next thread.
pub fn spawn_work(sender: &MessageSender, task: Task, work: impl FnOnce() + Send + 'static) {
    let work = catch_panics(sender, task, work);
    let low_priority_work = move || {
        priority::lower_priority();
        work();
    };
    let started = std::thread::Builder::new().name(task.name().into()).spawn(low_priority_work);
    if let Err(error) = started {
        tracing::error!(task = task.name(), %error, "a task did not start");
        sender.send(Message::from_failed_task(task, error.to_string()));
    }
}

/// Wraps `work` so that a panic in it is sent to the core.
fn catch_panics(
    sender: &MessageSender,
    task: Task,
    work: impl FnOnce() + Send + 'static,
) -> impl FnOnce() + Send + 'static {
    let sender = sender.clone();
    move || {
        let work = || {
            failpoint::hit(task.name());
            work();
        };
        if let Err(payload) = catch_unwind(AssertUnwindSafe(work)) {
            report_panic(&sender, task, payload.as_ref());
        }
    }
}

fn report_panic(sender: &MessageSender, task: Task, payload: &(dyn Any + Send)) {
    let why = InternalError::of_panic(payload).to_string();
    tracing::error!(task = task.name(), why, "a task panicked");
    sender.send(Message::from_failed_task(task, why));
}
