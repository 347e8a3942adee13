//! The progress of a request, and its result.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::archive::ArchiveError;
use crate::domain::purchase::Charge;
use crate::domain::{FetchError, Response, Snapshot};

#[derive(Clone, Debug)]
pub enum Event {
    /// Another session is running the same request. Nothing is sent; the result is that session's response.
    Joined,
    /// `attempt` starts at 1.
    Sending { attempt: u8 },
    /// The bytes that have arrived so far.
    Receiving { bytes: u64 },
    /// Nothing was charged; the request is sent again after a pause.
    Retrying { next_attempt: u8, pause: Duration, error: FetchError },
    /// The charge is unknown, so the balance is read.
    CheckingBalance,
    /// The request as the archive has it now.
    Recorded(Box<Snapshot>),
    /// More is known about an earlier request.
    Updated(Box<Snapshot>),
    /// The archive could not save the response.
    ArchiveFailure(ArchiveFailure),
    /// Only [`Event::Settled`] can follow.
    Ended(Fetched),
    /// The charge, if the response did not state it.
    Settled(Charge),
}

/// A response that the archive could not save.
#[derive(Clone, Debug)]
pub struct ArchiveFailure {
    pub why: ArchiveError,
    /// The file that holds the response instead, or why there is none.
    pub rescued: Result<PathBuf, Arc<io::Error>>,
}

#[derive(Clone, Debug)]
pub struct Fetched {
    pub result: Result<Arc<Response>, FetchError>,
    /// The intact links of an incomplete response.
    pub rescued: Option<Arc<Response>>,
    pub charge: Charge,
    /// `None` if the archive has no record of it.
    pub snapshot: Option<Box<Snapshot>>,
    /// Set if the archive could not save the response.
    pub archive_failure: Option<ArchiveFailure>,
    /// Whether nothing was sent because the archive or another session has the response.
    pub from_archive: bool,
}

impl Fetched {
    pub(super) fn unsent(failure: FetchError) -> Fetched {
        let (rescued, snapshot, archive_failure) = (None, None, None);
        let charge = Charge::of_failure(&failure);
        Fetched { result: Err(failure), rescued, charge, snapshot, archive_failure, from_archive: false }
    }

    pub(super) fn held(snapshot: Snapshot, response: Arc<Response>) -> Fetched {
        let snapshot = Some(Box::new(snapshot));
        Fetched {
            result: Ok(response),
            rescued: None,
            charge: Charge::NotSent,
            snapshot,
            archive_failure: None,
            from_archive: true,
        }
    }
}
