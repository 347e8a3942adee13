//! What fetching a list of targets would do with each, and the most it can cost.

use std::collections::HashSet;

use crate::domain::purchase::{Admission, Terms, admit};
use crate::domain::snapshot::RequestLog;
use crate::domain::{Credits, Request};

use super::requests::Requests;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planned {
    /// It is requested, and can be charged up to its maximum cost.
    Fetch,
    /// This session or the archive has its links.
    Saved,
    /// This session is fetching it.
    Running,
    /// An earlier request for it may have been charged. It is left out: to pay again takes a confirmation of its own.
    MayBeCharged,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetPlan {
    pub requests: Vec<(Request, Planned)>,
}

impl TargetPlan {
    pub fn new(requests: Vec<Request>, log: &RequestLog, session: &Requests, terms: &Terms) -> TargetPlan {
        // The log may be long, and only few of its records are about these targets.
        let targets: HashSet<&str> = requests.iter().map(|request| request.target.as_str()).collect();
        let of_snapshots = log.snapshots.iter().filter(|snapshot| targets.contains(snapshot.request.target.as_str()));
        let of_unreadable = log.unreadable.iter().filter(|record| targets.contains(record.target.as_str()));
        let log =
            RequestLog { snapshots: of_snapshots.cloned().collect(), unreadable: of_unreadable.cloned().collect() };
        let planned = |request: &Request| {
            if session.response_for(request).is_some() {
                return Planned::Saved;
            }
            match admit(&log, request, terms) {
                Admission::Held(_) => Planned::Saved,
                _ if session.is_running(request) => Planned::Running,
                Admission::Undelivered(_) | Admission::Unreadable(_) => Planned::MayBeCharged,
                // The engine waits for the request of the other session; if that fails, this one is sent.
                Admission::InFlight(_) | Admission::Proceed => Planned::Fetch,
            }
        };
        let planned: Vec<Planned> = requests.iter().map(planned).collect();
        TargetPlan { requests: requests.into_iter().zip(planned).collect() }
    }

    /// The requests that can be charged.
    pub fn to_fetch(&self) -> impl Iterator<Item = &Request> {
        self.requests.iter().filter(|(_, planned)| *planned == Planned::Fetch).map(|(request, _)| request)
    }

    /// The sum of what can be charged.
    pub fn maximum(&self) -> Credits {
        maximum(self.to_fetch())
    }

    pub fn count(&self, what: Planned) -> usize {
        self.requests.iter().filter(|(_, planned)| *planned == what).count()
    }
}

/// The maximum cost of several requests.
pub fn maximum<'a>(requests: impl IntoIterator<Item = &'a Request>) -> Credits {
    requests.into_iter().fold(Credits::ZERO, |sum, request| sum + request.quote())
}
