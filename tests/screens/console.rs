//! A terminal in memory and an effect runner that answers at once, for the real event loop.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use futures_util::Stream;
use kew_tui::app::compared::ComparedList;
use kew_tui::app::message::ArchiveEvent;
use kew_tui::app::{Effect, FetchEvent, Message};
use kew_tui::domain::{Credits, Request, Snapshot, SnapshotId};
use kew_tui::input::{Chord, Key};
use kew_tui::runtime::event_loop::{HandleEffect, LoopEvent};
use kew_tui::runtime::terminal_screen::{Suspended, TerminalScreen};
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::{Frame, Terminal};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::time::{Sleep, sleep};

use crate::support::{compared, links, response};

/// Stands for pasting [`PASTED`].
const PASTE: Key = Key::F(12);
const PASTED: &str = "https://example.com/a  # landing page\nexample.com/b\texample.com/c\nhttps://example.com/d\n\
                      カレー.example.jp/e\nftp://example.com/f\n";

/// The number of frames that the next key waits for, like a person: a message is received after the next frame and shown by
/// the one after it.
pub type Pending = Arc<AtomicUsize>;
/// Whether a key was pressed whose result is not drawn yet. The end of input waits for it.
type Undrawn = Arc<AtomicBool>;

/// A screen in memory with scripted keys.
pub struct TestConsole {
    terminal: Terminal<TestBackend>,
    keys: VecDeque<Chord>,
    pending: Pending,
    undrawn: Undrawn,
    silence: Duration,
    on_resume: Option<(u16, u16)>,
    frames: usize,
    clears: usize,
    suspensions: usize,
    streams: usize,
}

impl TestConsole {
    pub fn new(size: (u16, u16), keys: Vec<Chord>) -> (TestConsole, Pending) {
        let terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
        let pending = Pending::default();
        let console = TestConsole {
            terminal,
            keys: keys.into(),
            pending: Arc::clone(&pending),
            undrawn: Undrawn::default(),
            silence: Duration::ZERO,
            on_resume: None,
            frames: 0,
            clears: 0,
            suspensions: 0,
            streams: 0,
        };
        (console, pending)
    }

    /// The pause before the end of input.
    pub fn stays_silent_for(&mut self, silence: Duration) {
        self.silence = silence;
    }

    pub fn becomes_on_resume(&mut self, size: (u16, u16)) {
        self.on_resume = Some(size);
    }

    pub fn buffer(&self) -> &Buffer {
        self.terminal.backend().buffer()
    }

    pub fn frames(&self) -> usize {
        self.frames
    }

    pub fn clears(&self) -> usize {
        self.clears
    }

    pub fn suspensions(&self) -> usize {
        self.suspensions
    }

    pub fn streams(&self) -> usize {
        self.streams
    }
}

impl TerminalScreen for TestConsole {
    type Events = Keys;

    fn events(&mut self) -> io::Result<Keys> {
        self.streams += 1;
        // A suspension drops the stream: the keys after it belong to the next one.
        let end = self.keys.iter().position(|chord| *chord == "ctrl-z".parse().unwrap());
        let keys = self.keys.drain(..end.map_or(self.keys.len(), |at| at + 1)).collect();
        let (pending, undrawn) = (Arc::clone(&self.pending), Arc::clone(&self.undrawn));
        Ok(Keys { keys, pending, undrawn, silence: Box::pin(sleep(self.silence)) })
    }

    fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.frames += 1;
        self.pending.store(self.pending.load(Ordering::SeqCst).saturating_sub(1), Ordering::SeqCst);
        self.undrawn.store(false, Ordering::SeqCst);
        self.terminal.draw(render).map(|_| ()).map_err(|never| match never {})
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clears += 1;
        self.terminal.clear().map_err(|never| match never {})
    }

    fn suspend(&mut self) -> io::Result<Suspended> {
        self.suspensions += 1;
        if let Some((width, height)) = self.on_resume {
            self.terminal.backend_mut().resize(width, height);
        }
        Ok(Suspended::Continued)
    }

    fn repair(&mut self) -> io::Result<bool> {
        Ok(false)
    }

    fn size(&self) -> io::Result<(u16, u16)> {
        let area = self.terminal.backend().buffer().area;
        Ok((area.width, area.height))
    }

    fn send(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }
}

pub struct Keys {
    keys: VecDeque<Chord>,
    pending: Pending,
    undrawn: Undrawn,
    silence: Pin<Box<Sleep>>,
}

impl Stream for Keys {
    type Item = io::Result<Event>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Event>>> {
        if self.pending.load(Ordering::SeqCst) > 0 {
            // The inbox, which the loop waits for too, will wake it.
            return Poll::Pending;
        }
        match self.keys.pop_front() {
            Some(chord) => {
                self.undrawn.store(true, Ordering::SeqCst);
                let event =
                    if chord.key == PASTE { Event::Paste(PASTED.to_owned()) } else { Event::Key(key_event(chord)) };
                Poll::Ready(Some(Ok(event)))
            }
            None if self.undrawn.load(Ordering::SeqCst) => Poll::Pending,
            None => self.silence.as_mut().poll(context).map(|()| None),
        }
    }
}

fn key_event(chord: Chord) -> KeyEvent {
    let code = match chord.key {
        Key::Char(letter) => KeyCode::Char(letter),
        Key::Enter => KeyCode::Enter,
        Key::Esc => KeyCode::Esc,
        Key::Tab => KeyCode::Tab,
        Key::Backspace => KeyCode::Backspace,
        Key::F(number) => KeyCode::F(number),
        other => panic!("no test presses {other:?}"),
    };
    let held = |is_held, modifier| if is_held { modifier } else { KeyModifiers::NONE };
    let modifiers = held(chord.ctrl, KeyModifiers::CONTROL) | held(chord.alt, KeyModifiers::ALT);
    KeyEvent::new(code, modifiers)
}

/// Effects whose API answers at once.
pub struct FakeEffectRunner {
    sender: UnboundedSender<LoopEvent>,
    pending: Pending,
    reply: fn(&Request) -> Option<FetchEvent>,
    balance: Credits,
    /// The content of the archive.
    pub snapshots: Vec<Snapshot>,
}

impl FakeEffectRunner {
    pub fn new(
        pending: Pending,
        reply: fn(&Request) -> Option<FetchEvent>,
    ) -> (FakeEffectRunner, UnboundedReceiver<LoopEvent>) {
        let (sender, inbox) = mpsc::unbounded_channel();
        (FakeEffectRunner { sender, pending, reply, balance: Credits(99_975), snapshots: Vec::new() }, inbox)
    }

    fn snapshot(&self, id: SnapshotId) -> Snapshot {
        self.snapshots.iter().find(|snapshot| snapshot.id == id).unwrap().clone()
    }

    pub fn send(&self, message: Message) {
        self.pending.store(2, Ordering::SeqCst);
        self.sender.send(LoopEvent::Message(message)).unwrap();
    }
}

impl HandleEffect for FakeEffectRunner {
    fn handle(&mut self, effect: Effect) {
        match effect {
            Effect::Fetch { id, request, .. } => {
                if let Some(event) = (self.reply)(&request) {
                    if let FetchEvent::Completed(response) = &event {
                        self.balance = self.balance.saturating_sub(response.charged.unwrap());
                    }
                    self.send(Message::Fetch { id, event });
                }
            }
            Effect::Count { generation, job } => self.send(Message::Counted { generation, counts: job.run() }),
            Effect::OpenArchive => {
                self.send(Message::Archive(ArchiveEvent::Opened(Ok(self.snapshots.clone().into()))));
            }
            Effect::OpenSnapshot { id } => {
                let snapshot = Box::new(self.snapshot(id));
                let result = Ok(response(&snapshot.request, links(snapshot.links)));
                self.send(Message::Archive(ArchiveEvent::Loaded { snapshot, result }));
            }
            Effect::Compare { later, earlier } => {
                let [ComparedList::Snapshot(later), ComparedList::Snapshot(earlier)] = [later, earlier] else {
                    panic!("no scene compares files")
                };
                let compared = Box::new(compared(&later, &earlier));
                self.send(Message::Archive(ArchiveEvent::Compared(Ok(compared))));
            }
            Effect::SaveState { .. } | Effect::SetNotes { .. } | Effect::UseKey { .. } => {}
            Effect::ReadBalance { reading } => self.send(Message::Balance { reading, result: Ok(self.balance) }),
            other => panic!("no scene wants {other:?}"),
        }
    }
}
