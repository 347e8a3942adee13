//! What the system says by signals: to end (SIGTERM, SIGHUP and SIGINT, or Ctrl-C from outside on Windows), and that the
//! terminal has another size.

use std::time::Duration;

use crate::app::{Message, Task};

use super::event_loop::GRACE;
use super::tasks::{Outbox, spawn};

/// The exit code of a program that was asked to end, as shells count it: 128 and the number of SIGINT.
pub const INTERRUPTED: u8 = 130;

/// Turns the first request to end into [`Message::Terminate`], after which the program ends whatever happens, and each new size into a [`Message::Wake`].
pub fn listen(outbox: &Outbox) {
    let sender = outbox.clone();
    spawn(outbox, Task::Signals, async move {
        if let Err(error) = tell_new_sizes(&sender).await {
            tracing::warn!(%error, "new sizes are heard of from the terminal alone");
        }
    });
    let sender = outbox.clone();
    spawn(outbox, Task::Signals, async move {
        match Interrupts::listen() {
            Ok(mut interrupts) => {
                interrupts.next().await;
                sender.send(Message::Terminate);
                // A loop that is alive has ended before this. crossterm reads a terminal that is gone over and over, on the
                // loop's own thread, and nothing takes the message then.
                tokio::time::sleep(GRACE + Duration::from_secs(1)).await;
                tracing::warn!("the loop did not end when it was asked to");
                std::process::exit(INTERRUPTED.into());
            }
            Err(error) => tracing::warn!(%error, "signals can't be listened to"),
        }
    });
}

/// Requests to end, one after the other: SIGTERM, SIGHUP, SIGINT; Ctrl-C on Windows. From the first moment of it, none of
/// them ends the program by itself any more.
#[cfg(unix)]
#[derive(Debug)]
pub struct Interrupts([tokio::signal::unix::Signal; 3]);

#[cfg(unix)]
impl Interrupts {
    /// Begins to listen.
    ///
    /// # Errors
    /// The system does not allow it.
    pub fn listen() -> std::io::Result<Interrupts> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Interrupts([
            signal(SignalKind::terminate())?,
            signal(SignalKind::hangup())?,
            signal(SignalKind::interrupt())?,
        ]))
    }

    /// Waits for the next one.
    pub async fn next(&mut self) {
        let [terminate, hangup, interrupt] = &mut self.0;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
}

/// Requests to end, one after the other: Ctrl-C. From the first moment of it, it does not end the program by itself.
#[cfg(windows)]
#[derive(Debug)]
pub struct Interrupts(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Interrupts {
    /// Begins to listen.
    ///
    /// # Errors
    /// The system does not allow it.
    pub fn listen() -> std::io::Result<Interrupts> {
        tokio::signal::windows::ctrl_c().map(Interrupts)
    }

    /// Waits for the next one.
    pub async fn next(&mut self) {
        if self.0.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
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
