//! Why a batch ended early, and what that may have cost.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use super::error::{Code, CommandError, INTERRUPTED, join_sentences};
use super::plan::PlannedRequest;
use crate::domain::number::pluralize;
use crate::domain::purchase::Charge;
use crate::domain::{Credits, FetchError, Request, SnapshotId, Target};
use crate::fetch::Fetched;

#[derive(Debug, thiserror::Error)]
pub(super) enum BatchError {
    #[error("Stopped before anything was sent; nothing was charged")]
    NotStarted,
    #[error("{}", join_sentences(&[&"Stopped.", .0]))]
    Stopped(PriorFetches),
    #[error("Stopped; this command had no requests running")]
    StoppedIdle,
    #[error(
        "Abandoned the request for {}; up to {} may still be charged. The ledger lists the charge as unknown, and \
         received links are recovered at the next start.", .0.targets, .0.quote
    )]
    Abandoned(CreditsAtRisk),
    #[error("{}", .0.message())]
    NoBalance(FetchError),
    #[error("{}", join_sentences(&[failed, before]))]
    Failed { failed: FailedTarget, before: PriorFetches },
}

impl CommandError for BatchError {
    fn code(&self) -> Code {
        match self {
            BatchError::NoBalance(failure) => failure.code(),
            BatchError::Failed { failed, .. } => failed.failure.code(),
            BatchError::NotStarted | BatchError::Stopped(_) | BatchError::StoppedIdle | BatchError::Abandoned(_) => {
                INTERRUPTED
            }
        }
    }

    fn credits(&self) -> Option<Credits> {
        match self {
            BatchError::Abandoned(at_risk) => Some(at_risk.quote),
            BatchError::Failed { failed, .. } => failed.credits(),
            _ => None,
        }
    }
}

#[derive(Debug)]
pub(super) struct FailedTarget {
    target: Target,
    quote: Credits,
    failure: FetchError,
    charge: Charge,
    rescued: Option<Rescued>,
}

/// Links that arrived complete in an incomplete response.
#[derive(Debug)]
struct Rescued {
    links: usize,
    /// `None` if they are not in the archive.
    snapshot: Option<SnapshotId>,
}

impl FailedTarget {
    pub(super) fn new(planned: &PlannedRequest, failure: FetchError, fetched: &Fetched) -> FailedTarget {
        let snapshot = fetched.snapshot.as_ref().filter(|snapshot| snapshot.can_open()).map(|snapshot| snapshot.id);
        let rescued = fetched.rescued.as_ref().map(|rescued| Rescued { links: rescued.links.len(), snapshot });
        let (target, quote) = (planned.request.target.clone(), planned.request.quote());
        FailedTarget { target, quote, failure, charge: fetched.charge, rescued }
    }

    /// What it cost or may have cost; `None` if it is known to be free.
    fn credits(&self) -> Option<Credits> {
        Some(self.charge.credits().unwrap_or(self.quote)).filter(|credits| *credits != Credits::ZERO)
    }
}

impl fmt::Display for FailedTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rescued = self.rescued.as_ref().map(|rescued| {
            let export =
                rescued.snapshot.map(|id| format!(" Write them with kew-tui export {}.", id.0)).unwrap_or_default();
            format!("Recovered {}.{export}", pluralize(rescued.links, "link", "links"))
        });
        let failure = format!("{}: {}", self.target, self.failure.message());
        f.write_str(&join_sentences(&[&failure, &self.charge.note(), &rescued.unwrap_or_default()]))
    }
}

/// The targets fetched before the batch ended.
#[derive(Debug)]
pub(super) struct PriorFetches {
    pub(super) fetched: usize,
    pub(super) is_saved: bool,
}

impl fmt::Display for PriorFetches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.fetched, self.is_saved) {
            (0, _) => Ok(()),
            (fetched, true) => write!(
                f,
                "Already saved in the archive: {}. Run the same command again to continue without paying twice.",
                pluralize(fetched, "target", "targets")
            ),
            (_, false) => {
                f.write_str("The links fetched before that are not in an archive, so they were written anyway.")
            }
        }
    }
}

/// The requests in flight, and their maximum cost.
#[derive(Debug)]
pub(super) struct CreditsAtRisk {
    pub(super) targets: String,
    pub(super) quote: Credits,
}

impl CreditsAtRisk {
    /// `None` if no requests are in flight.
    pub(super) fn of(in_flight: &Mutex<Vec<Request>>) -> Option<CreditsAtRisk> {
        let in_flight = in_flight.lock().unwrap_or_else(PoisonError::into_inner);
        let targets: Vec<&str> = in_flight.iter().map(|request| request.target.as_str()).collect();
        let quote = in_flight.iter().fold(Credits::ZERO, |sum, request| sum + request.quote());
        Some(CreditsAtRisk { targets: targets.join(", "), quote }).filter(|_| !in_flight.is_empty())
    }
}
