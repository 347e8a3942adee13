//! Checks the program's ledger and archive against the records.

use kew_tui::archive::Archive;
use kew_tui::domain::purchase::admission::{is_same_query, satisfies};
use kew_tui::domain::purchase::{Agreed, Charge};
use kew_tui::domain::snapshot::{RequestLog, RequestStatus};
use kew_tui::domain::{Request, Snapshot, SnapshotId};

use super::records::{Purchase, Records};
use super::world::World;

/// The ledger at the moment when a request reached the server.
pub struct Admitted {
    pub call: usize,
    pub line: SnapshotId,
    ledger: RequestLog,
}

/// Checks that a call of this session asked for this request and that the ledger records it. `None` if not, or if the
/// machine has crashed.
pub async fn check_admission(world: &World, session: usize, request: &Request) -> Option<Admitted> {
    let ledger = world.open_archive().await?.log().await.ok()?;
    let mut records = world.records();
    let call_of = |line: &Snapshot| {
        let matches =
            |call: &super::records::FetchCall| call.at == line.at && call.session == session && call.over.is_none();
        records.calls.iter().position(matches)
    };
    let is_running = |line: &&Snapshot| line.status == RequestStatus::Running && line.request == *request;
    let found = ledger.snapshots.iter().filter(is_running).find_map(|line| Some((call_of(line)?, line)));
    let Some((call, line)) = found else {
        records.report_violation(world.now(), format!("{request:?} went out without a line in the ledger"));
        return None;
    };
    let (line, maximum_cost) = (line.id, line.maximum_cost);
    if records.calls[call].request != *request || maximum_cost != request.quote() {
        records.report_violation(
            world.now(),
            format!("{request:?} for {maximum_cost} went out, which differs from what the user confirmed"),
        );
    }
    Some(Admitted { call, line, ledger })
}

/// Checks that the newest purchase does not pay again for something already charged.
pub fn check_paid_once(records: &mut Records, now: u64, admitted: &Admitted) {
    let Some((purchase, earlier)) = records.purchases.split_last() else { return };
    let call = &records.calls[purchase.call];
    let is = |purchase: &Purchase, status| {
        admitted.ledger.snapshots.iter().any(|line| line.id == purchase.line && line.status == status)
    };
    let is_completed = |purchase: &Purchase| is(purchase, RequestStatus::Completed);
    let is_running = |purchase: &Purchase| is(purchase, RequestStatus::Running);
    let position = |purchase: &Purchase| (records.calls[purchase.call].at, purchase.line);
    let mut violations = Vec::new();
    let same = || earlier.iter().filter(|other| is_same_query(&other.request, &purchase.request));
    for other in same().filter(|other| other.charged > 0 && purchase.charged > 0) {
        let before = &records.calls[other.call];
        let is_over = before.over.is_some_and(|over| over < call.began);
        let holds = satisfies(&other.request, other.rows, &purchase.request);
        let was_fetched_since = || same().any(|third| is_completed(third) && position(third) > position(other));
        let why = if other.call == purchase.call {
            "was sent again after it was charged"
        } else if is_running(other) && before.over.is_none() && other.request == purchase.request {
            "was sent twice at once"
        } else if is_over && is_completed(other) && holds && call.agreed < Agreed::Refetch {
            "is in the archive and was fetched again"
        } else if is_over && !is_completed(other) && call.agreed == Agreed::Nothing && !was_fetched_since() {
            "may have been charged and was sent again without consent"
        } else {
            continue;
        };
        violations.push(format!("the request of line {} {why} in line {}", other.line.0, purchase.line.0));
    }
    violations.into_iter().for_each(|what| records.report_violation(now, what));
}

/// Checks after a life that the ledger covers every charge and that everything received is in the archive.
pub async fn check_archive(world: &World, archive: &Archive) {
    let ledger = match archive.snapshots().await {
        Ok(ledger) => ledger,
        Err(error) => return world.report_violation(format!("the archive can't be read: {error}")),
    };
    let mut responses = Vec::new();
    for line in &ledger {
        responses.push(archive.response(line.id).await.ok());
    }
    let mut records = world.records();
    let mut violations = Vec::new();
    for line in &ledger {
        violations.extend(wrong_charge(&records, line).map(|why| format!("line {}: {why}: {line:?}", line.id.0)));
    }
    for purchase in &records.purchases {
        match ledger.iter().zip(&responses).find(|(line, _)| line.id == purchase.line) {
            Some((line, response)) => violations.extend(describe_loss(purchase, line, response.as_deref())),
            None => violations.push(format!("line {} is gone", purchase.line.0)),
        }
    }
    for line in &ledger {
        let fate = match line.charge {
            Charge::Unknown => "ledger: unknown",
            Charge::Balance(_) => "ledger: by the balance",
            Charge::Response(_) => "ledger: by the response",
            _ => "ledger: free",
        };
        records.count(fate);
    }
    let now = world.now();
    violations.into_iter().for_each(|what| records.report_violation(now, what));
}

/// Describes a wrong charge in a ledger line.
fn wrong_charge(records: &Records, line: &Snapshot) -> Option<String> {
    let purchases = records.purchases.iter().filter(|purchase| purchase.line == line.id);
    let charged: u64 = purchases.map(|purchase| purchase.charged).sum();
    match line.charge.credits() {
        Some(credits) if credits.0 == charged || records.has_stale_balance => None,
        Some(_) => Some(format!("{charged} were charged")),
        None if line.charge == Charge::Running => Some("it never ends".to_owned()),
        None if line.maximum_cost.0 < charged => Some(format!("{charged} were charged, more than the ledger covers")),
        None if !records.is_ambiguous && !records.has_stale_balance => {
            Some(format!("the balance could settle it: {charged} were charged"))
        }
        None => None,
    }
}

/// Describes received data that is not in the archive.
fn describe_loss(purchase: &Purchase, line: &Snapshot, response: Option<&[u8]>) -> Option<String> {
    if purchase.arrived.is_empty()
        || (purchase.may_be_lost && response.is_none_or(|response| purchase.arrived.starts_with(response)))
    {
        return None;
    }
    let what = if response != Some(&*purchase.arrived) {
        format!("{} bytes arrived, {:?} are archived", purchase.arrived.len(), response.map(<[u8]>::len))
    } else if purchase.is_whole != (line.status == RequestStatus::Completed) {
        format!("it arrived {}, but is {:?}", if purchase.is_whole { "whole" } else { "in part" }, line.status)
    } else if purchase.is_whole && line.links != purchase.rows {
        format!("{} links arrived, {} are archived", purchase.rows, line.links)
    } else {
        return None;
    };
    Some(format!("line {}: {what}", line.id.0))
}
