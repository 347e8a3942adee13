//! Work beside the event loop. A panic in it becomes a message; the session goes on.

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

/// Where tasks send what comes of them.
#[derive(Clone, Debug)]
pub struct MessageSender(UnboundedSender<LoopEvent>);

impl MessageSender {
    /// An outbox that leads to the loop with the other end of `channel`.
    pub fn new(channel: UnboundedSender<LoopEvent>) -> MessageSender {
        MessageSender(channel)
    }

    /// Sends a message to the core. After the end of the loop there is nobody to read it, and nothing is lost by it.
    pub fn send(&self, message: Message) {
        self.send_incoming(LoopEvent::Message(message));
    }

    /// Sends something to the loop itself.
    pub fn send_incoming(&self, incoming: LoopEvent) {
        if self.0.send(incoming).is_err() {
            tracing::debug!("a task ended after the session");
        }
    }
}

/// Starts a task. If it panics, the core is told what the task says.
pub fn spawn<F>(sender: &MessageSender, task: Task, work: F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let sender = sender.clone();
    let work = async move {
        failpoint::hit(task.name());
        work.await;
    };
    // The handle is not needed: a panic is caught within the task and comes back as a message.
    drop(tokio::spawn(async move {
        if let Err(payload) = AssertUnwindSafe(work).catch_unwind().await {
            tell_fault(&sender, task, payload.as_ref());
        }
    }));
}

/// Runs something that blocks (a clipboard, a browser) on a thread of its own kind, and sends what comes of it.
pub fn spawn_blocking(sender: &MessageSender, task: Task, work: impl FnOnce() -> LoopEvent + Send + 'static) {
    let channel = sender.clone();
    let work = guarded(sender, task, move || channel.send_incoming(work()));
    drop(tokio::task::spawn_blocking(work));
}

/// Runs something that computes for long, and tells of itself what comes of it, on a thread that steps back for the loop. The
/// thread is for this work alone: it can't step forward again, and what a browser or a paid answer is waiting for must not run
/// on it. With it ends what the allocator holds for it, as much as the largest sort took; the next one gets that.
pub fn spawn_work(sender: &MessageSender, task: Task, work: impl FnOnce() + Send + 'static) {
    let work = guarded(sender, task, work);
    let step_back_and_work = move || {
        priority::lower_priority();
        work();
    };
    let started = std::thread::Builder::new().name(task.name().into()).spawn(step_back_and_work);
    if let Err(error) = started {
        tracing::error!(task = task.name(), %error, "a task did not start");
        sender.send(Message::of_broken_task(task, error.to_string()));
    }
}

/// The same work, of which the core is told where it panics.
fn guarded(sender: &MessageSender, task: Task, work: impl FnOnce() + Send + 'static) -> impl FnOnce() + Send + 'static {
    let sender = sender.clone();
    move || {
        let work = || {
            failpoint::hit(task.name());
            work();
        };
        if let Err(payload) = catch_unwind(AssertUnwindSafe(work)) {
            tell_fault(&sender, task, payload.as_ref());
        }
    }
}

fn tell_fault(sender: &MessageSender, task: Task, payload: &(dyn Any + Send)) {
    let why = InternalError::of_panic(payload).to_string();
    tracing::error!(task = task.name(), why, "a task broke down");
    sender.send(Message::of_broken_task(task, why));
}
