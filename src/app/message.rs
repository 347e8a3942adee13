//! What can happen to the program.

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
use crate::input::Chord;

use super::account::DemoTarget;
use super::compared::Compared;
use super::domains::Domains;
use super::pasted::Pasted;
use super::requests::RequestId;
use super::task::Task;

/// Something happened outside of the core.
#[derive(Clone, Debug)]
pub enum Message {
    /// A key was pressed.
    Key(Chord),
    /// The mouse did something at a cell of the screen.
    Mouse(Mouse),
    /// Text was pasted: data, never keys.
    Paste(Pasted),
    /// The terminal has a new size, in cells.
    Resize {
        /// Columns.
        width: u16,
        /// Rows.
        height: u16,
    },
    /// A moment that [`super::Model::next_wake`] asked for has come.
    Wake,
    /// A request to the API came a step further.
    Fetch {
        /// Which request.
        id: RequestId,
        /// What happened to it.
        event: FetchEvent,
    },
    /// The account's balance was read, or could not be.
    Balance {
        /// Which reading it is of those that were asked for.
        reading: u64,
        /// What the account has.
        result: Result<Credits, FetchError>,
    },
    /// Something happened to the archive.
    Archive(ArchiveEvent),
    /// Something of the files came, or could not be read.
    Load(LoadEvent),
    /// Rows to show were found.
    ViewComputed {
        /// Of which arrangement.
        generation: u64,
        /// The rows.
        found: ViewResult,
        /// How many rows were looked at; `None` if it was all of them.
        looked_at: Option<usize>,
    },
    /// What links have in common was counted.
    Counted {
        /// By which job.
        generation: u64,
        /// The counts.
        counts: FacetCounts,
    },
    /// Many links were grouped by their source domains.
    DomainsGrouped {
        links: Arc<LinkSet>,
        /// The groups.
        domains: Arc<Domains>,
    },
    /// A copy was made, or could not be.
    Copied(Result<Copied, String>),
    /// Links were written into a file, or not.
    Exported(Exported),
    /// A path that is being typed can be completed.
    PathCompleted {
        /// What it was.
        typed: String,
        /// What it can be.
        completed: String,
    },
    /// A browser was opened, or could not be.
    Opened(Result<(), String>),
    /// The demo is ready to answer, or could not start.
    DemoStarted(Result<Arc<[DemoTarget]>, String>),
    /// The API key was stored in the settings file, whose path it is, or was not.
    KeyStored(Result<String, String>),
    /// Work beside the core failed or broke down; the session goes on.
    TaskFailed { task: Task, why: String },
    /// The system asks the program to end: SIGTERM, SIGHUP, SIGINT, or the terminal is gone.
    Terminate,
    /// The program was to be suspended, and there is no shell that could continue it.
    NotSuspended,
}

impl Message {
    /// What the core is told where work beside it broke down: what waits for it must not wait for ever.
    pub fn of_broken_task(task: Task, why: String) -> Message {
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

/// A step of the loading of files.
#[derive(Clone, Debug)]
pub enum LoadEvent {
    /// So many bytes are all of them together.
    Total(u64),
    /// Some links came.
    Piece {
        /// From which file.
        file: usize,
        /// The links.
        segments: Vec<Arc<Segment>>,
        /// Records that are no link.
        broken: usize,
        /// Bytes of this file that are read.
        bytes: u64,
    },
    /// A file can't be read, or not to its end.
    Failed { file: String, why: String },
    /// All is read that will be.
    Done,
}

/// Something happened to the archive.
#[derive(Clone, Debug)]
pub enum ArchiveEvent {
    /// What the user has said of links, which comes before the list of what is in it.
    Noted(Vec<(LinkId, Note)>),
    /// It was opened and holds this; or it can't be opened.
    Opened(Result<RequestLog, String>),
    /// Beside it lie files of responses that belong to no request of it.
    Strays(Vec<String>),
    /// One of its snapshots is new, or has changed.
    Changed(Box<Snapshot>),
    /// An answer was read from it.
    Loaded {
        snapshot: Box<Snapshot>,
        /// The answer, or why it can't be read.
        result: Result<Arc<Response>, String>,
    },
    /// Two of its answers were compared.
    Compared(Result<Box<ComparedResponses>, String>),
    /// It could not do what the user wanted.
    Failed(String),
    /// It could not take an answer that came.
    ArchiveFailure {
        why: String,
        /// The file in which the answer is now, or why there is none.
        rescued: Result<String, String>,
    },
}

/// Two answers in one list.
#[derive(Clone, Debug)]
pub struct ComparedResponses {
    /// The later one.
    pub later: Snapshot,
    /// The earlier one.
    pub earlier: Snapshot,
    /// The links of both.
    pub response: Arc<Response>,
    /// What each link is, and how many there are of each kind.
    pub compared: Compared,
}

/// A step of a request.
#[derive(Clone, Debug)]
pub enum FetchEvent {
    /// Another session asks the same: its answer is waited for, and nothing is sent.
    Joined,
    /// The answer was in the archive already: nothing was sent.
    Held {
        snapshot: Box<Snapshot>,
        /// The answer.
        response: Arc<Response>,
    },
    /// It is being sent, for the first or a further time.
    Sending {
        /// 1 for the first.
        attempt: u8,
    },
    /// Its answer is arriving.
    Receiving {
        /// Bytes so far.
        bytes: u64,
    },
    /// It has ended, and the balance is read to find out what it cost.
    CheckingBalance,
    /// What the archive has of it.
    Recorded(Box<Snapshot>),
    /// Nothing was charged, and it will be sent again.
    Retrying {
        /// The number of the attempt that comes.
        next_attempt: u8,
        /// How long it waits before.
        pause: Duration,
        /// Why the last attempt failed.
        because: FetchError,
    },
    /// The answer is here and readable.
    Completed(Arc<Response>),
    /// It failed.
    Failed {
        failure: FetchError,
        /// The links that arrived whole all the same.
        rescued: Option<Arc<Response>>,
        /// What it cost, as far as it is known.
        charge: Charge,
    },
    /// What an answer cost that did not say so itself, as far as the balance can tell. It comes after the answer.
    Settled(Charge),
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exported {
    /// It is written.
    Written {
        /// What is in it, counted.
        what: String,
        /// Where it is.
        path: String,
    },
    /// It was there already, and still is as it was.
    Exists {
        /// As what links were to be written.
        format: Format,
        /// Where to.
        path: String,
    },
    /// It is not written.
    Failed {
        /// Where to.
        path: String,
        /// Why not.
        why: String,
    },
}

/// A copy that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// What was copied, counted: `12 source URLs`.
    pub what: String,
    /// By which way: `OSC 52`, `system clipboard`, `tmux`, the path of a file, or two of them.
    pub route: String,
}

/// A mouse event, in cells from the top left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// What it did.
    pub kind: MouseKind,
    /// Column.
    pub x: u16,
    /// Row.
    pub y: u16,
}

/// What a mouse can do here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MouseKind {
    /// The left button went down.
    Press,
    /// It moved with the left button down.
    Drag,
    /// The left button went up.
    Release,
    /// The wheel turned up.
    WheelUp,
    /// The wheel turned down.
    WheelDown,
}
