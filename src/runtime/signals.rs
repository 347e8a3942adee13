//! What the system says by signals: to end (SIGTERM, SIGHUP and SIGINT, or Ctrl-C from outside on Windows), and that the
//! terminal has another size.

use crate::app::Message;

use super::tasks::{Outbox, spawn};

/// Turns the first request to end into [`Message::Terminate`], and each new size into a [`Message::Wake`].
pub fn listen(outbox: &Outbox) {
    let sender = outbox.clone();
    spawn(outbox, Message::TaskFailed, async move {
        if let Err(error) = tell_new_sizes(&sender).await {
            tracing::warn!(%error, "new sizes are heard of from the terminal alone");
        }
    });
    let sender = outbox.clone();
    spawn(outbox, Message::TaskFailed, async move {
        match any_signal().await {
            Ok(()) => sender.send(Message::Terminate),
            Err(error) => tracing::warn!(%error, "signals can't be listened to"),
        }
    });
}

#[cfg(unix)]
async fn any_signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// The event stream loses a new size that comes at the same moment as a key; this one does not.
#[cfg(unix)]
async fn tell_new_sizes(outbox: &Outbox) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut sizes = signal(SignalKind::window_change())?;
    while sizes.recv().await.is_some() {
        outbox.send(Message::Wake);
    }
    Ok(())
}

#[cfg(not(unix))]
async fn tell_new_sizes(_: &Outbox) -> std::io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
async fn any_signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
