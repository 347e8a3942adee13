//! Work beside the event loop. A panic in it becomes a message; the session goes on.

use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use tokio::sync::mpsc::UnboundedSender;

use crate::app::Message;

use super::event_loop::Incoming;
use super::panics;

/// Where tasks send what comes of them.
#[derive(Clone, Debug)]
pub struct Outbox(UnboundedSender<Incoming>);

impl Outbox {
    /// An outbox that leads to the loop with the other end of `sender`.
    pub fn new(sender: UnboundedSender<Incoming>) -> Outbox {
        Outbox(sender)
    }

    /// Sends a message to the core. After the end of the loop there is nobody to read it, and nothing is lost by it.
    pub fn send(&self, message: Message) {
        self.send_incoming(Incoming::Message(message));
    }

    /// Sends something to the loop itself.
    pub fn send_incoming(&self, incoming: Incoming) {
        if self.0.send(incoming).is_err() {
            tracing::debug!("a task ended after the session");
        }
    }
}

/// Starts a task. If it panics, `failed` says what the core shall be told.
pub fn spawn<F>(outbox: &Outbox, failed: impl FnOnce(String) -> Message + Send + 'static, task: F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let outbox = outbox.clone();
    // The handle is not needed: a panic is caught within the task and comes back as a message.
    drop(tokio::spawn(async move {
        if let Err(payload) = AssertUnwindSafe(task).catch_unwind().await {
            outbox.send(failed(panics::message(payload.as_ref())));
        }
    }));
}

/// Runs something that blocks (a clipboard, a browser) on a thread of its own kind, and sends what comes of it.
pub fn spawn_blocking(outbox: &Outbox, work: impl FnOnce() -> Incoming + Send + 'static) {
    let sender = outbox.clone();
    spawn_work(outbox, move || sender.send_incoming(work()));
}

/// Runs something that blocks and tells of itself what comes of it.
pub fn spawn_work(outbox: &Outbox, work: impl FnOnce() + Send + 'static) {
    let sender = outbox.clone();
    spawn(outbox, Message::TaskFailed, async move {
        if let Err(error) = tokio::task::spawn_blocking(work).await {
            sender.send(Message::TaskFailed(error.to_string()));
        }
    });
}
