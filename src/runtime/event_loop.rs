//! The one loop that owns the terminal and the model.
//!
//! It sleeps until something happens, takes all that is ready, then draws once. There is no tick: an idle session costs
//! no CPU and writes nothing.

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
    /// Something for the core.
    Message(Message),
    /// A sequence for the terminal, which only the loop writes to, and what to tell the user once it is written.
    Sequence {
        /// The bytes.
        bytes: Vec<u8>,
        /// The copy that they make.
        copied: Copied,
    },
    /// The program was stopped and continued.
    Continued,
}

/// Who does what the core wants done, other than what concerns the loop itself.
pub trait HandleEffect {
    /// Starts to do it and returns at once; what comes of it is sent to the loop.
    fn handle(&mut self, effect: Effect);
}

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The user quit.
    Quit,
    /// The system asked the program to end, or the terminal went away.
    Interrupted,
}

/// The most that is taken before a frame is drawn: a flood of events must not freeze the screen.
const MOST_AT_ONCE: usize = 512;
const LONGEST_AT_ONCE: Duration = Duration::from_millis(8);
/// How long requests under way are waited for when the system asks the program to end.
pub(super) const GRACE: Duration = Duration::from_secs(5);

/// Runs a session until it ends. `initial_effects` are done before the first key is read.
///
/// # Errors
/// The terminal can't be drawn on. What was shown before stays as it was; nothing that was paid for depends on it.
// Long: the one loop. What it holds between its steps is what they are about.
pub async fn run<C: TerminalScreen>(
    console: &mut C,
    model: &mut Model,
    theme: &Theme,
    runner: &mut impl HandleEffect,
    inbox: &mut UnboundedReceiver<LoopEvent>,
    initial_effects: Vec<Effect>,
) -> io::Result<Outcome> {
    let start = Instant::now();
    let mut events = None;
    let mut todo = initial_effects;
    let mut end = End::default();
    loop {
        let mut screen = Ok(());
        for effect in std::mem::take(&mut todo) {
            match effect {
                Effect::Quit => return Ok(Outcome::Quit),
                Effect::Redraw => screen = screen.and_then(|()| console.clear()),
                Effect::Suspend => {
                    events = None;
                    screen = screen.and_then(|()| suspend(console, model, start.elapsed(), &mut todo));
                }
                other => runner.handle(other),
            }
        }
        if !end.is_gone
            && let Err(error) = screen.and_then(|()| show(console, model, theme, start.elapsed(), &mut todo))
        {
            if model.account.requests.running().is_empty() {
                return Err(error);
            }
            end.lose_terminal(Instant::now());
        }
        // The stream is made anew after a suspension.
        let stream = match &mut events {
            Some(stream) => stream,
            none => none.insert(console.events()?),
        };
        if end.at.is_some() && model.account.requests.running().is_empty() {
            return Ok(Outcome::Interrupted);
        }
        let wake = model.next_wake().map(|at| start + at);
        let first = tokio::select! {
            biased;
            event = stream.next(), if !end.is_gone => Received::Event(event),
            incoming = inbox.recv() => Received::LoopEvent(incoming),
            () = sleep_until(end.at.unwrap_or(start)), if end.at.is_some() => return Ok(Outcome::Interrupted),
            () = sleep_until(wake.unwrap_or(start)), if wake.is_some() => Received::Woken,
        };
        let drained = Instant::now();
        let mut next = Some(first);
        let mut taken = 0;
        while let Some(arrived) = next {
            let message = message_of(arrived, console, &mut todo, &mut end, drained);
            if let Some(message) = message {
                todo.extend(update(model, start.elapsed(), message));
            }
            taken += 1;
            // What is to be done comes before the next key: it may give the terminal away.
            let enough =
                end.is_gone || !todo.is_empty() || taken >= MOST_AT_ONCE || drained.elapsed() > LONGEST_AT_ONCE;
            next = if enough { None } else { ready(stream, inbox).await };
        }
    }
}

/// How the session comes to its end, if nobody quits.
#[derive(Default)]
struct End {
    /// Without its terminal the program can only end, once what is paid for had its moment.
    is_gone: bool,
    /// When it ends, whatever is still under way.
    at: Option<Instant>,
}

impl End {
    /// Paid work gets a moment to be written down; what does not make it is in the ledger as unknown.
    fn begin(&mut self, now: Instant) {
        self.at.get_or_insert(now + GRACE);
    }

    fn lose_terminal(&mut self, now: Instant) {
        self.is_gone = true;
        self.begin(now);
    }
}

/// What the core is told of what arrived, after the loop has seen to its own part of it.
fn message_of<C: TerminalScreen>(
    arrived: Received,
    console: &mut C,
    todo: &mut Vec<Effect>,
    end: &mut End,
    now: Instant,
) -> Option<Message> {
    match arrived {
        Received::Woken => return Some(Message::Wake),
        Received::Event(Some(Ok(event))) => {
            crate::failpoint::hit("event");
            return translate(event);
        }
        Received::Event(None | Some(Err(_))) => end.lose_terminal(now),
        Received::LoopEvent(Some(LoopEvent::Message(Message::Terminate))) => end.begin(now),
        Received::LoopEvent(Some(LoopEvent::Message(message))) => return Some(message),
        Received::LoopEvent(Some(LoopEvent::Sequence { bytes, copied })) => {
            let sent = console.send(&bytes).map(|()| copied).map_err(|e| e.to_string());
            return Some(Message::Copied(sent));
        }
        Received::LoopEvent(Some(LoopEvent::Continued)) => {
            // A terminal that goes away continues those that it stops; the next frame fails then.
            if console.repair().is_ok_and(|was_due| was_due) {
                todo.push(Effect::Redraw);
            }
        }
        Received::LoopEvent(None) => {}
    }
    None
}

/// Stops the program; returns when it is continued, or can't be stopped.
fn suspend<C: TerminalScreen>(
    console: &mut C,
    model: &mut Model,
    now: Duration,
    todo: &mut Vec<Effect>,
) -> io::Result<()> {
    if console.suspend()? == Suspended::Refused {
        todo.extend(update(model, now, Message::NotSuspended));
    }
    console.clear()
}

/// Draws a frame of the size that the terminal has now: an event of a new size may come late, or be lost beside a key.
fn show<C: TerminalScreen>(
    console: &mut C,
    model: &mut Model,
    theme: &Theme,
    now: Duration,
    todo: &mut Vec<Effect>,
) -> io::Result<()> {
    let (width, height) = console.size()?;
    if (width, height) != (model.screen.width, model.screen.height) {
        todo.extend(update(model, now, Message::Resize { width, height }));
    }
    let mut scroll = model.scroll();
    console.draw(|frame| scroll = view::draw(frame, model, theme))?;
    if scroll != model.scroll() {
        todo.extend(update(model, now, Message::Drawn(scroll)));
    }
    Ok(())
}

/// Something that arrived at the loop.
enum Received {
    Event(Option<io::Result<Event>>),
    LoopEvent(Option<LoopEvent>),
    Woken,
}

/// What has arrived already, without waiting.
///
/// The stream is polled with the loop's own waker, which `now_or_never` would not do: it would wake nobody then.
async fn ready<S>(events: &mut S, inbox: &mut UnboundedReceiver<LoopEvent>) -> Option<Received>
where
    S: Stream<Item = io::Result<Event>> + Unpin,
{
    match poll_fn(|context| Poll::Ready(events.poll_next_unpin(context))).await {
        Poll::Ready(event) => Some(Received::Event(event)),
        Poll::Pending => inbox.try_recv().ok().map(|incoming| Received::LoopEvent(Some(incoming))),
    }
}

/// A terminal's event as a message; `None` for what means nothing here, such as a key that goes up.
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
