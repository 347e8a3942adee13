//! One request from its beginning to its end, for a program without a screen. It goes the way that the screen's go.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::app::message::ArchiveEvent;
use crate::app::requests::RequestId;
use crate::app::{FetchEvent, Message};
use crate::archive::Intent;
use crate::domain::{Answer, Failure, Snapshot};

use super::asker::Asker;
use super::event_loop::Incoming;
use super::tasks::Outbox;

/// A step on the way.
#[derive(Clone, Debug)]
pub enum Step {
    /// It goes out.
    Sent,
    /// Another program asks the same: its answer is waited for, and nothing goes out.
    Joined,
    /// So many bytes of the answer are here.
    Receiving(u64),
    /// Nothing was handled; it goes out again.
    Again {
        /// After so long.
        pause: Duration,
        /// Why.
        because: Failure,
    },
}

/// What became of a request.
#[derive(Debug)]
pub struct Bought {
    /// The answer, or why there is none.
    pub result: Result<Arc<Answer>, Failure>,
    /// The links that arrived whole where there is no whole answer.
    pub rescued: Option<Arc<Answer>>,
    /// What the archive has of it, if it has.
    pub snapshot: Option<Box<Snapshot>>,
    /// Why the archive could not take what came, and where that is now.
    pub not_kept: Option<String>,
    /// Whether the answer was there already, or is another program's.
    pub is_held: bool,
}

/// Asks, unless the archive holds the answer by now, and waits until all is written down.
pub async fn buy(asker: &Asker, intent: Intent, mut tell: impl FnMut(Step)) -> Bought {
    let (sender, mut inbox) = mpsc::unbounded_channel();
    asker.fetch(RequestId(0), intent, &Outbox::new(sender));
    let (mut snapshot, mut not_kept) = (None, None);
    let ended = |result, rescued, snapshot, not_kept, is_held| Bought { result, rescued, snapshot, not_kept, is_held };
    while let Some(incoming) = inbox.recv().await {
        let event = match incoming {
            Incoming::Message(Message::Fetch { event, .. }) => event,
            Incoming::Message(Message::Archive(ArchiveEvent::Changed(kept))) => {
                snapshot = Some(kept);
                continue;
            }
            Incoming::Message(Message::Archive(ArchiveEvent::NotKept { why, rescued })) => {
                not_kept = Some(match rescued {
                    Ok(path) => format!("{why}. The answer is in {path}"),
                    Err(worse) => format!("{why}; nor could it go into a file: {worse}"),
                });
                continue;
            }
            _ => continue,
        };
        match event {
            FetchEvent::Sending { .. } => tell(Step::Sent),
            FetchEvent::Joined => tell(Step::Joined),
            FetchEvent::Receiving { bytes } => tell(Step::Receiving(bytes)),
            FetchEvent::Retrying { pause, because, .. } => tell(Step::Again { pause, because }),
            FetchEvent::Held { snapshot, answer } => return ended(Ok(answer), None, Some(snapshot), None, true),
            FetchEvent::Answered(answer) => return ended(Ok(answer), None, snapshot, not_kept, false),
            FetchEvent::Failed { failure, rescued } => return ended(Err(failure), rescued, snapshot, not_kept, false),
        }
    }
    ended(Err(Failure::Fault { reason: "the task ended".to_owned() }), None, snapshot, not_kept, false)
}
