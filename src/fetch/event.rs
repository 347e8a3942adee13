//! What is told of a request on its way, and how it ended.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::archive::ArchiveError;
use crate::domain::purchase::Charge;
use crate::domain::{FetchError, Response, Snapshot};

/// Something that happens on the way.
#[derive(Clone, Debug)]
pub enum Event {
    /// Another program fetches the same: its response is waited for, and nothing is sent.
    Joined,
    /// It goes out: 1 for the first time.
    Sending { attempt: u8 },
    /// So many bytes of the response are here.
    Receiving { bytes: u64 },
    /// Nothing was charged, and it goes out again after a pause.
    Retrying { next_attempt: u8, pause: Duration, because: FetchError },
    /// The balance is read, since the charge is not known.
    CheckingBalance,
    /// What the archive has of it now.
    Recorded(Box<Snapshot>),
    /// More is known of an earlier request.
    Updated(Box<Snapshot>),
    /// The archive could not take the response.
    ArchiveFailure(ArchiveFailure),
    /// It has ended. Only [`Event::Settled`] can follow.
    Ended(Fetched),
    /// What it cost, where the response did not say.
    Settled(Charge),
}

/// What became of a response that the archive could not take.
#[derive(Clone, Debug)]
pub struct ArchiveFailure {
    pub why: ArchiveError,
    /// The file in which the response is now, or why there is none.
    pub rescued: Result<PathBuf, Arc<io::Error>>,
}

/// How a request ended.
#[derive(Clone, Debug)]
pub struct Fetched {
    pub result: Result<Arc<Response>, FetchError>,
    /// The links that arrived whole where there is no whole response.
    pub rescued: Option<Arc<Response>>,
    pub charge: Charge,
    /// What the archive has of it, if it has.
    pub snapshot: Option<Box<Snapshot>>,
    /// Where the response is that the archive could not take.
    pub not_kept: Option<ArchiveFailure>,
    /// Whether nothing was sent, since the archive or another program has it.
    pub is_held: bool,
}

impl Fetched {
    /// Nothing was sent.
    pub(super) fn unsent(failure: FetchError) -> Fetched {
        let (rescued, snapshot, not_kept) = (None, None, None);
        let charge = Charge::of_failure(&failure);
        Fetched { result: Err(failure), rescued, charge, snapshot, not_kept, is_held: false }
    }

    pub(super) fn held(snapshot: Snapshot, response: Arc<Response>) -> Fetched {
        let snapshot = Some(Box::new(snapshot));
        Fetched {
            result: Ok(response),
            rescued: None,
            charge: Charge::NotSent,
            snapshot,
            not_kept: None,
            is_held: true,
        }
    }
}
