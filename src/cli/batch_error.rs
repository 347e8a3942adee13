//! Why not all of a plan was carried out, and what that may have cost.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use super::error::{Code, EndsCommand, INTERRUPTED, sentences};
use super::plan::Planned;
use crate::domain::number::pluralize;
use crate::domain::purchase::Charge;
use crate::domain::{Credits, FetchError, Request, SnapshotId, Target};
use crate::fetch::Fetched;

/// Why not all of a plan was carried out.
#[derive(Debug, thiserror::Error)]
pub(super) enum BatchError {
    #[error("Stopped before anything was sent; nothing was charged")]
    NotBegun,
    #[error("{}", sentences(&[&"Stopped.", .0]))]
    Stopped(Remaining),
    #[error("Stopped; this command had no requests running")]
    StoppedIdle,
    #[error(
        "Abandoned the request for {}; up to {} may still be charged. The ledger lists the charge as unknown, and what arrived \
         is recovered at the next start.", .0.targets, .0.quote
    )]
    Abandoned(CreditsAtRisk),
    #[error("{}", .0.message())]
    NoBalance(FetchError),
    #[error("{}", sentences(&[failed, before]))]
    Failed { failed: FailedTarget, before: Remaining },
}

impl EndsCommand for BatchError {
    fn code(&self) -> Code {
        match self {
            BatchError::NoBalance(failure) => failure.code(),
            BatchError::Failed { failed, .. } => failed.failure.code(),
            BatchError::NotBegun | BatchError::Stopped(_) | BatchError::StoppedIdle | BatchError::Abandoned(_) => {
                INTERRUPTED
            }
        }
    }

    fn credits(&self) -> Option<Credits> {
        match self {
            BatchError::Abandoned(at_stake) => Some(at_stake.quote),
            BatchError::Failed { failed, .. } => failed.credits(),
            _ => None,
        }
    }
}

/// A target whose request failed, and what is left of it.
#[derive(Debug)]
pub(super) struct FailedTarget {
    target: Target,
    quote: Credits,
    failure: FetchError,
    charge: Charge,
    rescued: Option<Rescued>,
}

/// Links that arrived whole though their answer did not.
#[derive(Debug)]
struct Rescued {
    links: usize,
    /// The number under which the archive has them.
    snapshot: Option<SnapshotId>,
}

impl FailedTarget {
    pub(super) fn new(line: &Planned, failure: FetchError, fetched: &Fetched) -> FailedTarget {
        let snapshot = fetched.snapshot.as_ref().filter(|snapshot| snapshot.can_open()).map(|snapshot| snapshot.id);
        let rescued = fetched.rescued.as_ref().map(|rescued| Rescued { links: rescued.links.len(), snapshot });
        let (target, quote) = (line.request.target.clone(), line.request.quote());
        FailedTarget { target, quote, failure, charge: fetched.charge, rescued }
    }

    /// What it cost, or may have; nothing is said of what is known to have cost nothing.
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
        f.write_str(&sentences(&[&failure, &self.charge.note(), &rescued.unwrap_or_default()]))
    }
}

/// What became of the targets before the one that it ended with.
#[derive(Debug)]
pub(super) struct Remaining {
    pub(super) fetched: usize,
    pub(super) is_kept: bool,
}

impl fmt::Display for Remaining {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.fetched, self.is_kept) {
            (0, _) => Ok(()),
            (fetched, true) => write!(
                f,
                "Already saved in the archive: {}. Run the same command again to continue without paying twice.",
                pluralize(fetched, "target", "targets")
            ),
            (_, false) => f.write_str("The links fetched before that are in no archive, so they were written anyway."),
        }
    }
}

/// The targets that are being paid for, and the most that they cost.
#[derive(Debug)]
pub(super) struct CreditsAtRisk {
    pub(super) targets: String,
    pub(super) quote: Credits,
}

impl CreditsAtRisk {
    /// Nothing where none is.
    pub(super) fn of(ours: &Mutex<Vec<Request>>) -> Option<CreditsAtRisk> {
        let ours = ours.lock().unwrap_or_else(PoisonError::into_inner);
        let targets: Vec<&str> = ours.iter().map(|request| request.target.as_str()).collect();
        let quote = ours.iter().fold(Credits::ZERO, |sum, request| sum + request.quote());
        Some(CreditsAtRisk { targets: targets.join(", "), quote }).filter(|_| !ours.is_empty())
    }
}
