//! Signals: termination (SIGTERM, SIGHUP and SIGINT; Ctrl-C on Windows), a changed terminal size (SIGWINCH) and continuing
//! after a stop (SIGCONT).

use std::time::Duration;

use crate::app::{Message, Task};

use super::event_loop::GRACE;
use super::tasks::{MessageSender, spawn};
use super::terminal;

/// Exit code after an interrupt: 128 plus the number of SIGINT, as in shells.
pub const INTERRUPTED: u8 = 130;

/// Sends the first termination signal as [`Message::Terminate`], size changes as [`Message::Wake`] and SIGCONT as
/// [`Continued`](super::event_loop::LoopEvent::Continued). After a termination signal the process always ends, even if the
/// loop hangs.
pub fn listen(sender: &MessageSender) {
    let channel = sender.clone();
    spawn(sender, Task::Signals, async move {
        if let Err(error) = forward_changes(&channel).await {
            tracing::warn!(%error, "can't watch for a new terminal size or a continuation; Ctrl-l redraws the screen");
        }
    });
    let channel = sender.clone();
    spawn(sender, Task::Signals, async move {
        wait_for_interrupt().await;
        channel.send(Message::Terminate);
        // A healthy loop has ended by now. Otherwise it is blocked on a terminal that accepts no output.
        tokio::time::sleep(GRACE + Duration::from_secs(1)).await;
        tracing::warn!("the loop did not end in time");
        terminal::restore_now();
        std::process::exit(INTERRUPTED.into());
    });
}

async fn wait_for_interrupt() {
    match Interrupts::listen() {
        Ok(mut interrupts) => interrupts.next().await,
        Err(error) => {
            tracing::warn!(%error, "signals can't be listened to");
            std::future::pending::<()>().await;
        }
    }
}

/// Termination signals: SIGTERM, SIGHUP and SIGINT. From `listen` on, they no longer end the process by default.
#[cfg(unix)]
#[derive(Debug)]
pub struct Interrupts([tokio::signal::unix::Signal; 3]);

#[cfg(unix)]
impl Interrupts {
    /// # Errors
    /// The signal handlers can't be installed.
    pub fn listen() -> std::io::Result<Interrupts> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Interrupts([
            signal(SignalKind::terminate())?,
            signal(SignalKind::hangup())?,
            signal(SignalKind::interrupt())?,
        ]))
    }

    /// Waits for the next signal.
    pub async fn next(&mut self) {
        let [terminate, hangup, interrupt] = &mut self.0;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
}

/// Ctrl-C. From `listen` on, it no longer ends the process by default.
#[cfg(windows)]
#[derive(Debug)]
pub struct Interrupts(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Interrupts {
    /// # Errors
    /// The handler can't be installed.
    pub fn listen() -> std::io::Result<Interrupts> {
        tokio::signal::windows::ctrl_c().map(Interrupts)
    }

    /// Waits for the next Ctrl-C.
    pub async fn next(&mut self) {
        if self.0.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

/// Forwards size changes and continuations.
#[cfg(unix)]
async fn forward_changes(sender: &MessageSender) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut sizes = signal(SignalKind::window_change())?;
    let mut continuations = signal(SignalKind::from_raw(signal_hook::consts::SIGCONT))?;
    loop {
        tokio::select! {
            _ = sizes.recv() => sender.send(Message::Wake),
            _ = continuations.recv() => sender.send_event(super::event_loop::LoopEvent::Continued),
        }
    }
}

#[cfg(not(unix))]
async fn forward_changes(_: &MessageSender) -> std::io::Result<()> {
    Ok(())
}
