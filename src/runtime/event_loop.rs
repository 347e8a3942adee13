//! The event loop. It alone owns the terminal and the model.
//!
//! It sleeps until something happens, handles everything that is ready, then draws once. There is no tick: an idle session
//! uses no CPU and writes nothing.

use std::future::poll_fn;
use std::io;
use std::task::Poll;
use std::time::Duration;

use crossterm::event::{Event, MouseButton, MouseEventKind};
use futures_util::{Stream, StreamExt};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, sleep_until};

use crate::app::message::{Copied, Mouse, MouseKind};
use crate::app::{Effect, Message, Model, update};
use crate::config::Theme;
use crate::input::Chord;
use crate::view;

use super::terminal_screen::{Suspended, TerminalScreen};

/// What tasks send to the loop.
#[derive(Debug)]
pub enum LoopEvent {
    Message(Message),
    /// A control sequence for the terminal, which only the loop writes to.
    Sequence {
        bytes: Vec<u8>,
        /// Sent to the core once the sequence is written.
        copied: Copied,
    },
    /// The program was stopped (SIGSTOP, SIGTSTP) and continued.
    Continued,
}

/// Runs all effects except those of the loop itself.
pub trait HandleEffect {
    /// Starts the effect and returns at once; the result is sent to the loop.
    fn handle(&mut self, effect: Effect);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Quit,
    /// A termination signal arrived, or the terminal is gone.
    Interrupted,
}

/// Limits on what is handled before a frame is drawn, so that a flood of events can't freeze the screen.
const MAX_EVENTS_PER_FRAME: usize = 512;
const MAX_TIME_PER_FRAME: Duration = Duration::from_millis(8);
/// How long running requests may take to finish after a termination signal.
pub(super) const GRACE: Duration = Duration::from_secs(5);

/// Runs a session until it ends. `initial_effects` run before the first key is read.
///
/// # Errors
/// The terminal can't be written to. Paid responses are safe: they are stored before they are drawn.
// Long: most of the loop's state is local to it.
pub async fn run<C: TerminalScreen>(
    screen: &mut C,
    model: &mut Model,
    theme: &Theme,
    runner: &mut impl HandleEffect,
    inbox: &mut UnboundedReceiver<LoopEvent>,
    initial_effects: Vec<Effect>,
) -> io::Result<Outcome> {
    let start = Instant::now();
    let mut events = None;
    let mut todo = initial_effects;
    let mut shutdown = Shutdown::default();
    loop {
        let mut drawn = Ok(());
        for effect in std::mem::take(&mut todo) {
            match effect {
                Effect::Quit => return Ok(Outcome::Quit),
                Effect::Redraw => drawn = drawn.and_then(|()| screen.clear()),
                Effect::Suspend => {
                    events = None;
                    drawn = drawn.and_then(|()| suspend(screen, model, start.elapsed(), &mut todo));
                }
                other => runner.handle(other),
            }
        }
        if !shutdown.is_terminal_gone
            && let Err(error) = drawn.and_then(|()| draw(screen, model, theme, start.elapsed(), &mut todo))
        {
            if model.account.requests.running().is_empty() {
                return Err(error);
            }
            shutdown.lose_terminal(Instant::now());
        }
        // `None` at first and after a suspension.
        let stream = match &mut events {
            Some(stream) => stream,
            none => none.insert(screen.events()?),
        };
        if shutdown.deadline.is_some() && model.account.requests.running().is_empty() {
            return Ok(Outcome::Interrupted);
        }
        let wake = model.next_wake().map(|at| start + at);
        let first = tokio::select! {
            biased;
            event = stream.next(), if !shutdown.is_terminal_gone => Received::Event(event),
            incoming = inbox.recv() => Received::LoopEvent(incoming),
            () = sleep_until(shutdown.deadline.unwrap_or(start)), if shutdown.deadline.is_some() => return Ok(Outcome::Interrupted),
            () = sleep_until(wake.unwrap_or(start)), if wake.is_some() => Received::Woken,
        };
        let drain_start = Instant::now();
        let mut next = Some(first);
        let mut taken = 0;
        while let Some(arrived) = next {
            let message = to_message(arrived, screen, &mut todo, &mut shutdown, drain_start);
            if let Some(message) = message {
                todo.extend(update(model, start.elapsed(), message));
            }
            taken += 1;
            // Effects run before the next key is handled: one may suspend, and the key is then for another program.
            let enough = shutdown.is_terminal_gone
                || !todo.is_empty()
                || taken >= MAX_EVENTS_PER_FRAME
                || drain_start.elapsed() > MAX_TIME_PER_FRAME;
            next = if enough { None } else { try_next(stream, inbox).await };
        }
    }
}

/// How a session ends without the user quitting.
#[derive(Default)]
struct Shutdown {
    is_terminal_gone: bool,
    /// When the session ends even if requests are still running.
    deadline: Option<Instant>,
}

impl Shutdown {
    /// Gives running requests time to be stored. Those that don't finish are in the ledger with an unknown charge.
    fn begin(&mut self, now: Instant) {
        self.deadline.get_or_insert(now + GRACE);
    }

    fn lose_terminal(&mut self, now: Instant) {
        self.is_terminal_gone = true;
        self.begin(now);
    }
}

/// Handles what concerns the loop itself; returns the message for the core, if any.
fn to_message<C: TerminalScreen>(
    arrived: Received,
    screen: &mut C,
    todo: &mut Vec<Effect>,
    shutdown: &mut Shutdown,
    now: Instant,
) -> Option<Message> {
    match arrived {
        Received::Woken => return Some(Message::Wake),
        Received::Event(Some(Ok(event))) => {
            crate::failpoint::hit("event");
            return translate(event);
        }
        Received::Event(None | Some(Err(_))) => shutdown.lose_terminal(now),
        Received::LoopEvent(Some(LoopEvent::Message(Message::Terminate))) => shutdown.begin(now),
        Received::LoopEvent(Some(LoopEvent::Message(message))) => return Some(message),
        Received::LoopEvent(Some(LoopEvent::Sequence { bytes, copied })) => {
            let sent = screen.send(&bytes).map(|()| copied).map_err(|e| e.to_string());
            return Some(Message::Copied(sent));
        }
        Received::LoopEvent(Some(LoopEvent::Continued)) => {
            // A terminal that closes also continues stopped programs (SIGHUP, SIGCONT); then the next frame fails.
            if screen.repair().is_ok_and(|was_due| was_due) {
                todo.push(Effect::Redraw);
            }
        }
        Received::LoopEvent(None) => {}
    }
    None
}

/// Stops the program. Returns when it is continued, or at once if it can't be stopped.
fn suspend<C: TerminalScreen>(
    screen: &mut C,
    model: &mut Model,
    now: Duration,
    todo: &mut Vec<Effect>,
) -> io::Result<()> {
    if screen.suspend()? == Suspended::Refused {
        todo.extend(update(model, now, Message::NotSuspended));
    }
    screen.clear()
}

/// Draws a frame at the terminal's current size: a resize event can arrive late or get lost.
fn draw<C: TerminalScreen>(
    screen: &mut C,
    model: &mut Model,
    theme: &Theme,
    now: Duration,
    todo: &mut Vec<Effect>,
) -> io::Result<()> {
    let (width, height) = screen.size()?;
    if (width, height) != (model.screen.width, model.screen.height) {
        todo.extend(update(model, now, Message::Resize { width, height }));
    }
    let mut scroll = model.scroll();
    screen.draw(|frame| scroll = view::draw(frame, model, theme))?;
    if scroll != model.scroll() {
        todo.extend(update(model, now, Message::Drawn(scroll)));
    }
    Ok(())
}

enum Received {
    Event(Option<io::Result<Event>>),
    LoopEvent(Option<LoopEvent>),
    Woken,
}

/// The next event that is ready, without waiting.
///
/// Polls the stream with the loop's own waker. `now_or_never` would register a no-op waker, and later events would not wake
/// the loop.
async fn try_next<S>(events: &mut S, inbox: &mut UnboundedReceiver<LoopEvent>) -> Option<Received>
where
    S: Stream<Item = io::Result<Event>> + Unpin,
{
    match poll_fn(|context| Poll::Ready(events.poll_next_unpin(context))).await {
        Poll::Ready(event) => Some(Received::Event(event)),
        Poll::Pending => inbox.try_recv().ok().map(|incoming| Received::LoopEvent(Some(incoming))),
    }
}

/// Translates a terminal event; `None` if it has no meaning here, such as a key release.
fn translate(event: Event) -> Option<Message> {
    match event {
        Event::Key(key) => Chord::from_event(&key).map(Message::Key),
        Event::Paste(text) => Some(Message::Paste(text.into())),
        Event::Resize(width, height) => Some(Message::Resize { width, height }),
        Event::Mouse(mouse) => {
            let kind = match mouse.kind {
                MouseEventKind::Down(MouseButton::Left) => MouseKind::Press,
                MouseEventKind::Drag(MouseButton::Left) => MouseKind::Drag,
                MouseEventKind::Up(MouseButton::Left) => MouseKind::Release,
                MouseEventKind::ScrollUp => MouseKind::WheelUp,
                MouseEventKind::ScrollDown => MouseKind::WheelDown,
                _ => return None,
            };
            Some(Message::Mouse(Mouse { kind, x: mouse.column, y: mouse.row }))
        }
        Event::FocusGained | Event::FocusLost => None,
    }
}
