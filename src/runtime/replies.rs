//! Keeps what a terminal says of itself from being taken for keys.
//!
//! A reply that nobody asked for, or that comes late (colours, versions, a clipboard), begins with a sequence that the library
//! for events does not know, and what follows reaches the program letter by letter. All of it comes at once, as no person types:
//! that is how it is told from keys. What cannot be told so: a reply that breaks off, or that comes in parts with a pause
//! between them.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use futures_util::{Stream, StreamExt};

/// What a reply may take from its beginning to its end; what comes later are keys again, though no end was seen.
const LONGEST: Duration = Duration::from_millis(250);
/// So much of a reply is passed over before the loop may do something else.
const MOST_AT_ONCE: usize = 4096;
/// More parameters than any reply has.
const MOST_PARAMETERS: usize = 64;

/// The events of a terminal without its replies.
#[derive(Debug)]
pub struct Replies<S> {
    events: S,
    /// Read ahead, and no reply.
    ahead: VecDeque<Event>,
    /// Until when what comes is part of a reply.
    until: Option<Instant>,
}

impl<S> Replies<S> {
    /// The events of a terminal without its replies.
    pub fn new(events: S) -> Replies<S> {
        Replies { events, ahead: VecDeque::new(), until: None }
    }

    /// Whether an event is part of the reply that is being passed over.
    fn swallows(&mut self, event: &Event) -> bool {
        let Event::Key(key) = event else { return false };
        if self.until.is_none_or(|until| Instant::now() > until) {
            self.until = None;
            return false;
        }
        if is_end(key) {
            self.until = None;
        }
        true
    }
}

impl<S: Stream<Item = io::Result<Event>> + Unpin> Replies<S> {
    /// Looks at what came together with an event. Returns it unless that is a reply.
    fn look_behind(&mut self, event: Event, context: &mut Context<'_>) -> Option<Event> {
        let Event::Key(key) = &event else { return Some(event) };
        if is_begin_of_text(key) {
            match self.events.poll_next_unpin(context) {
                Poll::Ready(Some(Ok(next @ Event::Key(_)))) => {
                    self.until = Some(Instant::now() + LONGEST);
                    self.swallows(&next);
                    return None;
                }
                Poll::Ready(Some(Ok(next))) => self.ahead.push_back(next),
                _ => {}
            }
            return Some(event);
        }
        if letter(key).is_some_and(|letter| letter.is_ascii_digit()) {
            return self.look_for_parameters(event, context);
        }
        Some(event)
    }

    /// Of a reply such as `ESC [ > 0 ; 276 ; 0 c` everything up to the `>` is gone already. Numbers with a `;` between them and
    /// a letter behind them, all at once, are the rest of it.
    fn look_for_parameters(&mut self, first: Event, context: &mut Context<'_>) -> Option<Event> {
        let mut has_separator = false;
        let mut came = vec![first];
        while came.len() < MOST_PARAMETERS {
            let Poll::Ready(Some(Ok(event))) = self.events.poll_next_unpin(context) else { break };
            let letter = if let Event::Key(key) = &event { letter(key) } else { None };
            came.push(event);
            match letter {
                Some(';' | ':') => has_separator = true,
                Some('0'..='9') => {}
                Some('a'..='z' | 'A'..='Z') if has_separator => return None,
                _ => break,
            }
        }
        self.ahead.extend(came);
        self.ahead.pop_front()
    }
}

impl<S: Stream<Item = io::Result<Event>> + Unpin> Stream for Replies<S> {
    type Item = io::Result<Event>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if let Some(event) = this.ahead.pop_front() {
            return Poll::Ready(Some(Ok(event)));
        }
        for _ in 0..MOST_AT_ONCE {
            let event = match this.events.poll_next_unpin(context) {
                Poll::Ready(Some(Ok(event))) => event,
                other => return other,
            };
            if this.swallows(&event) {
                continue;
            }
            if let Some(event) = this.look_behind(event, context) {
                return Poll::Ready(Some(Ok(event)));
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

/// A key that writes something, with nothing but Shift held.
fn letter(key: &KeyEvent) -> Option<char> {
    match key.code {
        KeyCode::Char(letter) if key.modifiers.difference(KeyModifiers::SHIFT).is_empty() => Some(letter),
        _ => None,
    }
}

/// `ESC ]`, `ESC P`, `ESC _`, `ESC ^` and `ESC X`, which are read as keys with Alt, begin a text (ECMA-48: OSC, DCS, APC, PM, SOS).
fn is_begin_of_text(key: &KeyEvent) -> bool {
    // Not with Ctrl as well, which is how some keyboards write a bracket.
    let is_alt = key.modifiers.difference(KeyModifiers::SHIFT) == KeyModifiers::ALT;
    is_alt && matches!(key.code, KeyCode::Char(']' | 'P' | '_' | '^' | 'X'))
}

/// `ESC \`, read as a key with Alt, ends a text (ST); so does BEL, which is read as Ctrl-G.
fn is_end(key: &KeyEvent) -> bool {
    match key.code {
        KeyCode::Char('\\') => key.modifiers.contains(KeyModifiers::ALT),
        KeyCode::Char('g') => key.modifiers.contains(KeyModifiers::CONTROL),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    /// The letters that are left of what comes in parts, each at once; `~` before a letter is Alt.
    fn left(parts: &[&str]) -> String {
        let mut coming: VecDeque<VecDeque<Event>> = parts
            .iter()
            .map(|part| {
                let mut modifiers = KeyModifiers::NONE;
                let mut events = VecDeque::new();
                for letter in part.chars() {
                    match letter {
                        '~' => modifiers = KeyModifiers::ALT,
                        '\u{7}' => {
                            events.push_back(Event::Key(KeyEvent::new(KeyCode::Char('g'), KeyModifiers::CONTROL)));
                        }
                        letter => {
                            let modifiers = std::mem::replace(&mut modifiers, KeyModifiers::NONE);
                            events.push_back(Event::Key(KeyEvent::new(KeyCode::Char(letter), modifiers)));
                        }
                    }
                }
                events
            })
            .collect();
        let events = stream::poll_fn(move |_| match coming.front_mut() {
            None => Poll::Ready(None),
            Some(part) => match part.pop_front() {
                Some(event) => Poll::Ready(Some(Ok(event))),
                None => {
                    coming.pop_front();
                    Poll::Pending
                }
            },
        });
        let mut replies = Replies::new(events);
        let mut context = Context::from_waker(std::task::Waker::noop());
        let mut left = String::new();
        loop {
            match replies.poll_next_unpin(&mut context) {
                Poll::Ready(Some(Ok(Event::Key(key)))) => {
                    left.extend(key.modifiers.contains(KeyModifiers::ALT).then_some('~'));
                    left.extend(key.code.as_char());
                }
                Poll::Ready(Some(other)) => panic!("{other:?}"),
                Poll::Ready(None) => return left,
                Poll::Pending => {}
            }
        }
    }

    #[test]
    fn replies_are_no_keys() {
        for (parts, keys) in [
            (&["a~]11;rgb:1e1e/dydx/2e2e~\\b"][..], "ab"),
            (&["~P>|XTerm(390)~\\", "q"], "q"),
            (&["~]52;c;eXl5\u{7}y"], "y"),
            (&["~]52;c;eX", "l5", "\u{7}", "y"], "y"),
            (&["~_Gi=1;OK~\\~P1$r0 q~\\j"], "j"),
            (&["0;276;0cj"], "j"),
            (&["a4;2mb"], "ab"),
        ] {
            assert_eq!(left(parts), keys, "{parts:?}");
        }
    }

    #[test]
    fn keys_are_keys_however_fast_they_come() {
        for parts in [&["12Gj/domain:x"][..], &["~]", "jy"], &["1;2;", "3j"], &["2026;08"], &["~f~bP]X", "5jy"]] {
            assert_eq!(left(parts), parts.concat(), "{parts:?}");
        }
    }

    #[test]
    fn a_reply_without_an_end_is_over_after_a_while() {
        let mut replies = Replies::new(stream::pending::<io::Result<Event>>());
        let key = Event::Key(KeyEvent::new(KeyCode::Char('j'), KeyModifiers::NONE));
        replies.until = Instant::now().checked_sub(Duration::from_millis(1));
        assert!(!replies.swallows(&key) && replies.until.is_none());
        replies.until = Some(Instant::now() + Duration::from_secs(60));
        assert!(replies.swallows(&key) && !replies.swallows(&Event::Resize(1, 1)));
    }
}
