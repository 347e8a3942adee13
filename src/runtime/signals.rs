//! The system's requests to end: SIGTERM, SIGHUP and SIGINT, or Ctrl-C from outside on Windows.

use crate::app::Message;

use super::tasks::{Outbox, spawn};

/// Turns the first of these signals into [`Message::Terminate`].
pub fn listen(outbox: &Outbox) {
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

#[cfg(not(unix))]
async fn any_signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
