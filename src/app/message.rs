//! Messages: everything that can happen to the program.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::facet::FacetCounts;
use crate::domain::link_set::Segment;
use crate::domain::note::{LinkId, Note};
use crate::domain::purchase::Charge;
use crate::domain::snapshot::RequestLog;
use crate::domain::view_spec::ViewResult;
use crate::domain::{Credits, FetchError, LinkSet, Response, Snapshot};
use crate::formats::Format;
use crate::formats::read::{Notice, UnknownColumns};
use crate::input::Chord;

use super::account::DemoTarget;
use super::compared::{Compared, ComparedList};
use super::domains::Domains;
use super::pasted::Pasted;
use super::requests::RequestId;
use super::screen::DrawnScroll;
use super::task::Task;

#[derive(Clone, Debug)]
pub enum Message {
    Key(Chord),
    /// Position in cells from the top left.
    Mouse(Mouse),
    /// Pasted text is data, never keys.
    Paste(Pasted),
    /// The new size of the terminal, in cells.
    Resize {
        width: u16,
        height: u16,
    },
    /// The time requested by [`super::Model::next_wake`] has come.
    Wake,
    /// A page of text was scrolled past its end, so it was drawn from these lines instead.
    Drawn(DrawnScroll),
    /// Progress of a request.
    Fetch {
        id: RequestId,
        event: FetchEvent,
    },
    /// The account's balance was read, or reading failed.
    Balance {
        /// The number of the reading, from [`super::Effect::ReadBalance`].
        reading: u64,
        result: Result<Credits, FetchError>,
    },
    Archive(ArchiveEvent),
    /// Progress of loading files.
    Load(LoadEvent),
    /// Filtering, sorting or grouping returned rows.
    ViewComputed {
        /// The job, from [`super::Effect::ComputeView`].
        generation: u64,
        result: ViewResult,
        /// Rows scanned so far; `None` if the result is complete.
        scanned: Option<usize>,
    },
    /// A facet was counted.
    Counted {
        /// The job, from [`super::Effect::Count`].
        generation: u64,
        counts: FacetCounts,
    },
    /// Links were grouped by referring domain.
    DomainsGrouped {
        links: Arc<LinkSet>,
        domains: Arc<Domains>,
    },
    /// Links were copied, or copying failed.
    Copied(Result<Copied, String>),
    /// Links were exported, or exporting failed.
    Exported(Exported),
    /// A typed path was completed.
    PathCompleted {
        typed: String,
        completed: String,
    },
    /// A browser was opened, or opening it failed.
    Opened(Result<(), String>),
    /// The demo is ready, or could not start.
    DemoStarted(Result<Arc<[DemoTarget]>, String>),
    /// The API key was stored in the settings file (the path), or storing it failed.
    KeyStored(Result<String, String>),
    /// A background task failed or panicked; the session continues.
    TaskFailed {
        task: Task,
        why: String,
    },
    /// The program must end: SIGTERM, SIGHUP, SIGINT, or the terminal is gone.
    Terminate,
    /// Suspending failed: no shell could continue the program.
    NotSuspended,
}

impl Message {
    /// The message for a task that panicked, so that nothing waits for it forever.
    pub fn from_failed_task(task: Task, why: String) -> Message {
        match task {
            Task::Fetch(id) => {
                let failure = FetchError::InternalError { reason: why };
                Message::Fetch { id, event: FetchEvent::Failed { failure, rescued: None, charge: Charge::Unknown } }
            }
            Task::Demo => Message::DemoStarted(Err(why)),
            Task::Archive => {
                let why = format!("the archive can't be opened: {why}");
                Message::Archive(ArchiveEvent::Opened(Err(why)))
            }
            task => Message::TaskFailed { task, why },
        }
    }
}

/// Progress of loading files.
#[derive(Clone, Debug)]
pub enum LoadEvent {
    /// Total bytes of all files.
    Total(u64),
    /// More links.
    Chunk {
        file: usize,
        segments: Vec<Arc<Segment>>,
        /// Rows that are not a link.
        skipped: usize,
        /// Bytes of this file read so far.
        bytes: u64,
        /// What the user should know about the file.
        notices: Vec<Notice>,
    },
    /// Loading waits until the user has said what the columns of a file hold.
    UnknownColumns { file: usize, columns: Box<UnknownColumns> },
    /// A file can't be read, or only partly.
    Failed { file: usize, why: String },
    /// Nothing more arrives.
    Done,
}

#[derive(Clone, Debug)]
pub enum ArchiveEvent {
    /// Notes and tags of links. Arrives before `Opened`.
    Noted(Vec<(LinkId, Note)>),
    /// The archive was opened, or opening failed.
    Opened(Result<RequestLog, String>),
    /// Response files next to the archive that match none of its requests.
    Strays(Vec<String>),
    /// A snapshot was added or changed.
    Changed(Box<Snapshot>),
    /// A response was read from the archive.
    Loaded {
        snapshot: Box<Snapshot>,
        /// The response, or why it can't be read.
        result: Result<Arc<Response>, String>,
    },
    /// Two lists were compared.
    Compared(Result<Box<ComparedLists>, String>),
    /// An archive operation failed.
    Failed(String),
    /// A response could not be saved in the archive.
    ArchiveFailure {
        why: String,
        /// The file that the response was saved to instead, or why that failed.
        rescued: Result<String, String>,
    },
}

/// Two lists merged into one.
#[derive(Clone, Debug)]
pub struct ComparedLists {
    pub later: ComparedList,
    pub earlier: ComparedList,
    /// The links of both.
    pub links: Arc<LinkSet>,
    /// The status of each link, and the counts.
    pub compared: Compared,
}

#[derive(Clone, Debug)]
pub enum FetchEvent {
    /// Another session is fetching the same: its response is awaited, and nothing is sent.
    Joined,
    /// The archive already had the response: nothing was sent.
    Held { snapshot: Box<Snapshot>, response: Arc<Response> },
    Sending {
        /// 1 for the first attempt.
        attempt: u8,
    },
    Receiving {
        /// Bytes so far.
        bytes: u64,
    },
    /// The request failed; the balance is read to find out what it cost.
    CheckingBalance,
    /// The archive recorded the request or its outcome.
    Recorded(Box<Snapshot>),
    /// Nothing was charged, and the request will be sent again.
    Retrying {
        /// The number of the coming attempt.
        next_attempt: u8,
        /// The wait before it.
        pause: Duration,
        /// Why the last attempt failed.
        error: FetchError,
    },
    /// The response arrived and is readable.
    Completed(Arc<Response>),
    Failed {
        failure: FetchError,
        /// The links received before the failure.
        rescued: Option<Arc<Response>>,
        /// As far as it is known.
        charge: Charge,
    },
    /// The charge of a response that did not report it, as far as the balance shows it. Arrives after the response.
    Settled(Charge),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exported {
    Written {
        /// What was written, with its number: `12 links`.
        what: String,
        path: String,
        /// What was left out, and the name of a backup.
        notices: Vec<String>,
    },
    /// The file exists and was not changed.
    Exists { format: Format, path: String },
    /// Nothing was written.
    Failed { path: String, why: String },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// What was copied, with its number: `12 source URLs`.
    pub what: String,
    /// `OSC 52`, `system clipboard`, `tmux`, a file path, or two of them.
    pub route: String,
}

/// Position in cells from the top left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    pub kind: MouseKind,
    pub x: u16,
    pub y: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MouseKind {
    Press,
    /// Moved with the left button down.
    Drag,
    Release,
    WheelUp,
    WheelDown,
}
