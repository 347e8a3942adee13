//! What the system says: to end (SIGTERM, SIGHUP and SIGINT, or Ctrl-C from outside on Windows), that the terminal is gone, and
//! that it has another size.

use std::time::Duration;

use crate::app::{Message, Task};

use super::event_loop::GRACE;
use super::tasks::{Outbox, spawn};

/// The exit code of a program that was asked to end, as shells count it: 128 and the number of SIGINT.
pub const INTERRUPTED: u8 = 130;

/// Turns the first request to end, or the loss of the terminal, into [`Message::Terminate`], after which the program ends whatever happens, and each new size into a [`Message::Wake`].
pub fn listen(outbox: &Outbox) {
    let sender = outbox.clone();
    spawn(outbox, Task::Signals, async move {
        if let Err(error) = tell_new_sizes(&sender).await {
            tracing::warn!(%error, "new sizes are heard of from the terminal alone");
        }
    });
    let sender = outbox.clone();
    spawn(outbox, Task::Signals, async move {
        tokio::select! {
            () = asked_to_end() => {}
            () = terminal_gone() => {}
        }
        sender.send(Message::Terminate);
        // A loop that is alive has ended before this. crossterm reads a terminal that is gone over and over, on the
        // loop's own thread, and nothing takes the message then.
        tokio::time::sleep(GRACE + Duration::from_secs(1)).await;
        tracing::warn!("the loop did not end when it was asked to");
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

/// Waits until the terminal is gone. The system says so by SIGHUP too, but only to programs whose own terminal it is: not to one
/// that was started in a session of its own.
#[cfg(unix)]
async fn terminal_gone() {
    let (tell, gone) = tokio::sync::oneshot::channel();
    // A thread of its own, which ends with the program: no runtime has to wait for it.
    std::thread::spawn(move || match hung_up() {
        Ok(()) => drop(tell.send(())),
        Err(error) => tracing::warn!(%error, "a terminal that goes away is noticed by its signal alone"),
    });
    if gone.await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Blocks until the terminal is gone.
#[cfg(unix)]
fn hung_up() -> std::io::Result<()> {
    use rustix::event::{PollFd, PollFlags, poll};
    use std::io::IsTerminal;

    let (stdin, stdout) = (std::io::stdin(), std::io::stdout());
    // Nothing is asked for but what is always told: that the other end has hung up.
    let terminal = if stdin.is_terminal() {
        PollFd::new(&stdin, PollFlags::empty())
    } else {
        PollFd::new(&stdout, PollFlags::empty())
    };
    let mut terminal = [terminal];
    loop {
        match poll(&mut terminal, None) {
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
            Ok(_) if terminal.iter().any(|fd| fd.revents().intersects(PollFlags::HUP | PollFlags::ERR)) => {
                return Ok(());
            }
            // macOS does not poll every kind of terminal.
            Ok(_) => return Err(std::io::ErrorKind::Unsupported.into()),
        }
    }
}

#[cfg(not(unix))]
async fn terminal_gone() {
    std::future::pending().await
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
