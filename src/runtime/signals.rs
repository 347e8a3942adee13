//! What the system says: to end (SIGTERM, SIGHUP and SIGINT, or Ctrl-C from outside on Windows), that the terminal has another
//! size, and that the program goes on after it was stopped.

use std::time::Duration;

use crate::app::{Message, Task};

use super::event_loop::GRACE;
use super::tasks::{MessageSender, spawn};
use super::terminal;

/// The exit code of a program that was asked to end, as shells count it: 128 and the number of SIGINT.
pub const INTERRUPTED: u8 = 130;

/// Turns the first request to end into [`Message::Terminate`], after which the program ends whatever happens, each new size into
/// a [`Message::Wake`], and each continuation of a stopped program into [`Continued`](super::event_loop::Incoming::Continued).
pub fn listen(sender: &MessageSender) {
    let channel = sender.clone();
    spawn(sender, Task::Signals, async move {
        if let Err(error) = tell_changes(&channel).await {
            tracing::warn!(%error, "a new size shows with the next key, a continuation with Ctrl-l");
        }
    });
    let channel = sender.clone();
    spawn(sender, Task::Signals, async move {
        asked_to_end().await;
        channel.send(Message::Terminate);
        // A loop that is alive has ended before this. One that isn't waits for a terminal that takes nothing.
        tokio::time::sleep(GRACE + Duration::from_secs(1)).await;
        tracing::warn!("the loop did not end when it was asked to");
        terminal::give_back_at_once();
        std::process::exit(INTERRUPTED.into());
    });
}

async fn asked_to_end() {
    match Interrupts::listen() {
        Ok(mut interrupts) => interrupts.next().await,
        Err(error) => {
            tracing::warn!(%error, "signals can't be listened to");
            std::future::pending::<()>().await;
        }
    }
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

/// Tells of new sizes and of continuations.
#[cfg(unix)]
async fn tell_changes(sender: &MessageSender) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut sizes = signal(SignalKind::window_change())?;
    let mut continuations = signal(SignalKind::from_raw(signal_hook::consts::SIGCONT))?;
    loop {
        tokio::select! {
            _ = sizes.recv() => sender.send(Message::Wake),
            _ = continuations.recv() => sender.send_incoming(super::event_loop::LoopEvent::Continued),
        }
    }
}

#[cfg(not(unix))]
async fn tell_changes(_: &MessageSender) -> std::io::Result<()> {
    Ok(())
}
