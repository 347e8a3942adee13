//! The plan for a list of requests: which of them the archive already has, and the maximum cost of the rest.

use std::fmt;

use serde::Serialize;

use super::error::{Code, CommandError};
use super::exit::Exit;
use super::report::Record;
use crate::domain::ledger::{minute, rfc3339};
use crate::domain::number::{Thousands, pluralize};
use crate::domain::purchase::{Admission, Sums, Terms, admit, check_budget};
use crate::domain::snapshot::RequestLog;
use crate::domain::{Credits, Request, Snapshot, SnapshotId, Target};
use crate::fetch::describe_earlier_request;

#[derive(Debug)]
pub(super) struct Plan {
    pub(super) requests: Vec<PlannedRequest>,
}

#[derive(Debug)]
pub(super) struct PlannedRequest {
    pub(super) request: Request,
    /// The snapshot to use instead of sending it.
    pub(super) snapshot: Option<Snapshot>,
    obstacle: Option<Obstacle>,
}

/// Why the request may have been charged already although the archive has no response.
#[derive(Clone, Debug)]
pub(super) enum Obstacle {
    /// The description of the earlier request.
    Undelivered(String),
    Newer(SnapshotId),
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Obstacle::Undelivered(earlier) => f.write_str(earlier),
            Obstacle::Newer(id) => write!(f, "record {} was written by a newer version of kew-tui", id.0),
        }
    }
}

/// A request that may have been charged already, with the maximum cost of sending it again.
#[derive(Debug)]
pub(super) struct PossiblyCharged {
    target: Target,
    obstacle: Obstacle,
    quote: Credits,
}

impl fmt::Display for PossiblyCharged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} may have been charged already: {}", self.target, self.obstacle)
    }
}

#[derive(Debug, thiserror::Error)]
pub(super) enum PlanError {
    #[error(
        "{summary}: over the limit of {limit}, so nothing was sent. Allow it with --max-credits {}",
        .summary.quote.0
    )]
    OverLimit { summary: Summary, limit: Credits },
    #[error("{0}. Nothing was sent. Check kew-tui credits --ledger, then fetch it again with --refresh")]
    PossiblyCharged(PossiblyCharged),
}

impl CommandError for PlanError {
    fn code(&self) -> Code {
        match self {
            PlanError::OverLimit { .. } => (Exit::TooExpensive, "over-limit"),
            PlanError::PossiblyCharged(_) => (Exit::TooExpensive, "may-be-paid"),
        }
    }

    fn credits(&self) -> Option<Credits> {
        Some(match self {
            PlanError::OverLimit { summary, .. } => summary.quote,
            PlanError::PossiblyCharged(request) => request.quote,
        })
    }
}

#[derive(Debug)]
pub(super) struct Summary {
    targets: usize,
    to_fetch: usize,
    quote: Credits,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Summary { targets: all, to_fetch, quote } = *self;
        let targets = pluralize(all, "target", "targets");
        match to_fetch {
            0 => write!(f, "{targets}, all saved in the archive: free"),
            _ if to_fetch == all => write!(f, "{targets}, maximum cost {quote}"),
            _ => write!(
                f,
                "{targets}, {} of them saved in the archive, maximum cost {quote}",
                Thousands((all - to_fetch) as u64)
            ),
        }
    }
}

impl PlannedRequest {
    /// The maximum cost; zero if the archive has a snapshot.
    fn quote(&self) -> Credits {
        if self.snapshot.is_some() { Credits::ZERO } else { self.request.quote() }
    }
}

impl Plan {
    pub(super) fn new(requests: Vec<Request>, log: &RequestLog, terms: &Terms) -> Plan {
        let planned = |request: Request| {
            let (snapshot, obstacle) = match admit(log, &request, terms) {
                Admission::Held(snapshot) => (Some(snapshot.clone()), None),
                Admission::Undelivered(earlier) => {
                    (None, Some(Obstacle::Undelivered(describe_earlier_request(earlier, terms.now))))
                }
                Admission::Unreadable(record) => (None, Some(Obstacle::Newer(record.id))),
                Admission::InFlight(_) | Admission::Proceed => (None, None),
            };
            PlannedRequest { request, snapshot, obstacle }
        };
        Plan { requests: requests.into_iter().map(planned).collect() }
    }

    /// The maximum cost of all requests.
    pub(super) fn quote(&self) -> Credits {
        self.requests.iter().fold(Credits::ZERO, |sum, planned| sum + planned.quote())
    }

    /// The number of requests to send.
    pub(super) fn to_fetch(&self) -> usize {
        self.requests.iter().filter(|planned| planned.snapshot.is_none()).count()
    }

    pub(super) fn summary(&self) -> Summary {
        Summary { targets: self.requests.len(), to_fetch: self.to_fetch(), quote: self.quote() }
    }

    /// # Errors
    /// The maximum cost is over `limit`, or a request may have been charged already.
    pub(super) fn check(&self, limit: Credits) -> Result<(), PlanError> {
        let summary = self.summary();
        if check_budget(limit, &Sums::default(), summary.quote).is_err() {
            return Err(PlanError::OverLimit { summary, limit });
        }
        self.possibly_charged().next().map_or(Ok(()), |request| Err(PlanError::PossiblyCharged(request)))
    }

    /// The requests that may have been charged already although the archive has no snapshot.
    pub(super) fn possibly_charged(&self) -> impl Iterator<Item = PossiblyCharged> {
        self.requests.iter().filter_map(|planned| {
            let obstacle = planned.obstacle.clone()?;
            Some(PossiblyCharged { target: planned.request.target.clone(), obstacle, quote: planned.quote() })
        })
    }

    pub(super) fn records(&self, offset: i32) -> Vec<QuoteLine<'_>> {
        self.requests.iter().map(|planned| quote_line(planned, offset)).collect()
    }
}

/// A row of a dry run. Scripts depend on the names of the fields.
#[derive(Debug, Default, Serialize)]
pub(super) struct QuoteLine<'a> {
    target: &'a str,
    scope: &'a str,
    mode: &'a str,
    asked: u16,
    /// The number of the snapshot.
    held: Option<i64>,
    held_since: Option<String>,
    #[serde(skip)]
    local: String,
    held_links: Option<usize>,
    quote: u64,
}

fn quote_line(planned: &PlannedRequest, offset: i32) -> QuoteLine<'_> {
    let (request, saved) = (&planned.request, planned.snapshot.as_ref());
    QuoteLine {
        target: request.target.as_str(),
        scope: request.target.scope().name(),
        mode: request.mode.name(),
        asked: request.count.get(),
        held: saved.map(|snapshot| snapshot.id.0),
        held_since: saved.map(|snapshot| rfc3339(snapshot.at)),
        local: saved.map(|snapshot| minute(snapshot.at, offset)).unwrap_or_default(),
        held_links: saved.map(|snapshot| snapshot.links),
        quote: planned.quote().0,
    }
}

impl Record for QuoteLine<'_> {
    const HEADER: &'static [&'static str] =
        &["target", "scope", "mode", "requested", "snapshot", "saved", "links", "max credits"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.target.to_owned(),
            self.scope.to_owned(),
            self.mode.to_owned(),
            Thousands(u64::from(self.asked)).to_string(),
            self.held.map(|number| number.to_string()).unwrap_or_default(),
            self.local.clone(),
            self.held_links.map(|links| Thousands(links as u64).to_string()).unwrap_or_default(),
            Thousands(self.quote).to_string(),
        ]
    }
}
