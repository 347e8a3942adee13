//! Decides whether a request may be sent. A request that would pay for the same links twice is stopped unless the user
//! agreed to it. Links that were added from a file of another tool count for nothing here.

use std::time::Duration;

use crate::domain::credits::Credits;
use crate::domain::request::Request;
use crate::domain::snapshot::{RequestLog, RequestStatus, Snapshot, UnixTime, UnreadableRecord};

/// What the user has agreed to, beyond the maximum cost. Each level includes the ones before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agreed {
    #[default]
    Nothing,
    /// To pay although an earlier request for the same links was charged, or may have been, and got no complete
    /// response.
    AfterFailure,
    /// To pay again even for links that are in the archive.
    Refetch,
}

#[derive(Clone, Copy, Debug)]
pub struct Terms {
    pub now: UnixTime,
    /// An older snapshot is ignored.
    pub max_age: Option<Duration>,
    pub agreed: Agreed,
}

/// What to do about a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Admission<'a> {
    /// Send it.
    Proceed,
    /// A snapshot contains every link that the request could return: open that, free of charge.
    Held(&'a Snapshot),
    /// The same request is running: wait for its response, send nothing.
    InFlight(&'a Snapshot),
    /// An earlier request for the same links was charged, or may have been, and got no complete response.
    Undelivered(&'a Snapshot),
    /// A newer version of kew-tui recorded something about this target that this version can't read.
    Unreadable(&'a UnreadableRecord),
}

/// Decides about a request, given the log, which is sorted newest first.
pub fn admit<'a>(log: &'a RequestLog, request: &Request, terms: &Terms) -> Admission<'a> {
    if terms.agreed < Agreed::Refetch
        && let Some(held) = find_held(&log.snapshots, request, terms.now, terms.max_age)
    {
        return Admission::Held(held);
    }
    if let Some(running) = log.snapshots.iter().find(|s| s.status == RequestStatus::Running && s.request == *request) {
        return Admission::InFlight(running);
    }
    if terms.agreed == Agreed::Nothing {
        if let Some(failed) = undelivered(&log.snapshots, request) {
            return Admission::Undelivered(failed);
        }
        if let Some(record) = log.unreadable.iter().find(|record| record.target == request.target.as_str()) {
            return Admission::Unreadable(record);
        }
    }
    Admission::Proceed
}

/// The newest snapshot that contains every link that `request` could return and is not older than `max_age`.
pub fn find_held<'a>(
    snapshots: &'a [Snapshot],
    request: &Request,
    now: UnixTime,
    max_age: Option<Duration>,
) -> Option<&'a Snapshot> {
    snapshots.iter().find(|snapshot| {
        snapshot.status == RequestStatus::Completed
            && snapshot.can_open()
            && snapshot.tool.is_none()
            && satisfies(&snapshot.request, snapshot.links + snapshot.skipped, request)
            && max_age.is_none_or(|max_age| is_fresh(snapshot.at, now, max_age))
    })
}

/// How far the clock may have been set back since a response was received. Without this tolerance, a clock correction
/// of one second would pay twice.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// Whether a snapshot sent at `at` is not older than `max_age`. A date in the future is wrong, so its age is unknown
/// and it does not count as fresh.
fn is_fresh(at: UnixTime, now: UnixTime, max_age: Duration) -> bool {
    now.since(at) <= max_age && at.since(now) <= CLOCK_TOLERANCE
}

/// Whether a complete response to `held` with `rows` rows contains every link that `request` could return. The API
/// returns the top links in order, so a larger response contains every smaller one, and a response with fewer rows
/// than its limit contains all links that there are.
pub fn satisfies(held: &Request, rows: usize, request: &Request) -> bool {
    is_same_query(held, request) && (held.count >= request.count || rows < usize::from(held.count.get()))
}

/// The newest request for the same links that was charged, or may have been, if it got no complete response. A later
/// complete response makes up for it; a later failure that cost nothing does not.
pub fn undelivered<'a>(snapshots: &'a [Snapshot], request: &Request) -> Option<&'a Snapshot> {
    let is_free = |s: &Snapshot| s.charge.credits() == Some(Credits::ZERO);
    let is_relevant = |s: &&Snapshot| match s.status {
        RequestStatus::Completed => true,
        RequestStatus::Partial | RequestStatus::Failed => !is_free(s),
        RequestStatus::Unsent | RequestStatus::Rejected | RequestStatus::Running => false,
    };
    let is_for_request = |s: &&Snapshot| s.tool.is_none() && is_same_query(&s.request, request);
    let newest = snapshots.iter().filter(is_relevant).find(is_for_request)?;
    (newest.status != RequestStatus::Completed).then_some(newest)
}

/// Whether two requests have the same target, scope and mode, so that they return the same links up to their limits.
pub fn is_same_query(a: &Request, b: &Request) -> bool {
    a.target == b.target && a.mode == b.mode
}

#[cfg(test)]
mod tests {
    use super::super::charge::Charge;
    use super::*;
    use crate::domain::request::{LinkCount, Mode};
    use crate::domain::snapshot::{Annotations, SnapshotId};
    use crate::domain::target::{Scope, Target};

    const NOW: UnixTime = UnixTime(1_000_000);

    fn request(count: u64) -> Request {
        let target = Target::parse("example.com", Scope::Page).unwrap();
        Request { target, mode: Mode::OnePerDomain, count: LinkCount::new(count).unwrap() }
    }

    fn snapshot(count: u64, status: RequestStatus, charge: Charge, links: usize) -> Snapshot {
        Snapshot {
            id: SnapshotId(1),
            at: UnixTime(0),
            request: request(count),
            tool: None,
            maximum_cost: request(count).quote(),
            status,
            charge,
            links,
            skipped: 0,
            balance_readings: None,
            failure: None,
            has_response: links > 0 || status == RequestStatus::Completed,
            annotations: Annotations::default(),
        }
    }

    fn completed(count: u64, links: usize) -> Snapshot {
        snapshot(count, RequestStatus::Completed, Charge::Response(Credits(links as u64 * 5)), links)
    }

    /// The name of the decision about a request for 50 links.
    fn admitted(snapshots: Vec<Snapshot>, agreed: Agreed, max_age: Option<u64>) -> &'static str {
        let log = RequestLog { snapshots, unreadable: Vec::new() };
        let terms = Terms { now: NOW, max_age: max_age.map(Duration::from_secs), agreed };
        match admit(&log, &request(50), &terms) {
            Admission::Proceed => "proceed",
            Admission::Held(_) => "held",
            Admission::InFlight(_) => "in flight",
            Admission::Undelivered(_) => "undelivered",
            Admission::Unreadable(_) => "unreadable",
        }
    }

    #[test]
    fn admission_for_each_state_of_the_archive() {
        let failed = |charge| snapshot(50, RequestStatus::Failed, charge, 0);
        let partial = |charge| snapshot(50, RequestStatus::Partial, charge, 33);
        let running = || snapshot(50, RequestStatus::Running, Charge::Running, 0);
        let added = || Snapshot { tool: Some("Ahrefs".to_owned()), charge: Charge::NotSent, ..completed(50, 50) };
        let rejected = || snapshot(50, RequestStatus::Rejected, Charge::Rejected, 0);
        let unsent = || snapshot(50, RequestStatus::Unsent, Charge::NotSent, 0);
        let (zero, some) = (Charge::Balance(Credits::ZERO), Charge::Balance(Credits(250)));
        let deleted = Snapshot { has_response: false, ..completed(50, 50) };
        let skipping = Snapshot { skipped: 3, ..completed(49, 46) };
        let other = Snapshot { request: Request { mode: Mode::AllLinks, ..request(50) }, ..completed(50, 50) };
        for (state, log, nothing, after_failure, refetch) in [
            ("nothing", vec![], "proceed", "proceed", "proceed"),
            ("the same", vec![completed(50, 50)], "held", "held", "proceed"),
            ("more", vec![completed(500, 500)], "held", "held", "proceed"),
            ("fewer, cut by its limit", vec![completed(20, 20)], "proceed", "proceed", "proceed"),
            ("fewer, as there are no more", vec![completed(49, 20)], "held", "held", "proceed"),
            ("fewer, with entries that can't be read", vec![skipping], "proceed", "proceed", "proceed"),
            ("no links", vec![completed(50, 0)], "held", "held", "proceed"),
            ("deleted", vec![deleted], "proceed", "proceed", "proceed"),
            ("another mode", vec![other], "proceed", "proceed", "proceed"),
            ("added from a file", vec![added()], "proceed", "proceed", "proceed"),
            ("added after unknown", vec![added(), failed(Charge::Unknown)], "undelivered", "proceed", "proceed"),
            ("added after a snapshot", vec![added(), completed(50, 50)], "held", "held", "proceed"),
            ("running", vec![running()], "in flight", "in flight", "in flight"),
            ("running, and a snapshot", vec![running(), completed(50, 50)], "held", "held", "in flight"),
            ("failed, unknown", vec![failed(Charge::Unknown)], "undelivered", "proceed", "proceed"),
            ("failed, charged", vec![failed(some)], "undelivered", "proceed", "proceed"),
            ("failed, free", vec![failed(zero)], "proceed", "proceed", "proceed"),
            ("partial, unknown", vec![partial(Charge::Unknown)], "undelivered", "proceed", "proceed"),
            ("partial, charged", vec![partial(some)], "undelivered", "proceed", "proceed"),
            ("rejected", vec![rejected()], "proceed", "proceed", "proceed"),
            ("unsent", vec![unsent()], "proceed", "proceed", "proceed"),
            ("free after unknown", vec![failed(zero), failed(Charge::Unknown)], "undelivered", "proceed", "proceed"),
            ("rejected after unknown", vec![rejected(), failed(Charge::Unknown)], "undelivered", "proceed", "proceed"),
            (
                "unknown after complete",
                vec![failed(Charge::Unknown), completed(20, 20)],
                "undelivered",
                "proceed",
                "proceed",
            ),
            (
                "complete after unknown",
                vec![completed(20, 20), failed(Charge::Unknown)],
                "proceed",
                "proceed",
                "proceed",
            ),
        ] {
            for (agreed, expected) in
                [(Agreed::Nothing, nothing), (Agreed::AfterFailure, after_failure), (Agreed::Refetch, refetch)]
            {
                assert_eq!(admitted(log.clone(), agreed, None), expected, "{state}, agreed to {agreed:?}");
            }
        }
    }

    #[test]
    fn max_age_decides_whether_a_snapshot_is_held() {
        assert_eq!(admitted(vec![completed(50, 50)], Agreed::Nothing, Some(1_000)), "held");
        assert_eq!(admitted(vec![completed(50, 50)], Agreed::Nothing, Some(999)), "proceed", "too old");
        let dated = |at| Snapshot { at: UnixTime(at), ..completed(50, 50) };
        let (set_back, future) = (NOW.0 + 1_000, NOW.0 + 3_600_000);
        assert_eq!(admitted(vec![dated(set_back)], Agreed::Nothing, Some(1_000)), "held", "the clock was set back");
        for future in [future, i64::MAX] {
            assert_eq!(admitted(vec![dated(future)], Agreed::Nothing, Some(1_000)), "proceed", "sent in the future");
            assert_eq!(admitted(vec![dated(future)], Agreed::Nothing, None), "held", "any age is accepted");
        }
    }

    #[test]
    fn a_record_of_a_newer_version_is_not_ignored() {
        let record = |target: &str| UnreadableRecord {
            id: SnapshotId(2),
            at: NOW,
            target: target.to_owned(),
            maximum: Credits(5),
            charge: Charge::Unknown,
        };
        let is_stopped = |target: &str, agreed| {
            let log = RequestLog { snapshots: Vec::new(), unreadable: vec![record(target)] };
            matches!(admit(&log, &request(5), &Terms { now: NOW, max_age: None, agreed }), Admission::Unreadable(_))
        };
        assert!(is_stopped("https://example.com/", Agreed::Nothing));
        assert!(!is_stopped("https://example.com/", Agreed::AfterFailure));
        assert!(!is_stopped("https://other.com/", Agreed::Nothing));
    }
}
