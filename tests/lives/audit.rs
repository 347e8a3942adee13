//! Compares what the program did with the books.

use kew_tui::archive::Archive;
use kew_tui::domain::purchase::admission::{is_same_query, satisfies};
use kew_tui::domain::purchase::{Agreed, Charge};
use kew_tui::domain::snapshot::{RequestLog, RequestStatus};
use kew_tui::domain::{Request, Snapshot, SnapshotId};

use super::books::{Books, Order};
use super::world::World;

/// What the ledger said when a request reached the server.
pub struct Admitted {
    pub wish: usize,
    pub line: SnapshotId,
    ledger: RequestLog,
}

/// Looks whether somebody in this session wishes for just this and it is written down. `None` if not, or if the machine of
/// the program stands still.
pub async fn may_go_out(world: &World, session: usize, request: &Request) -> Option<Admitted> {
    let ledger = world.look_inside().await?.log().await.ok()?;
    let mut books = world.books();
    let wish_of = |line: &Snapshot| {
        let is_it = |wish: &super::books::Wish| wish.at == line.at && wish.session == session && wish.over.is_none();
        books.wishes.iter().position(is_it)
    };
    let is_running = |line: &&Snapshot| line.status == RequestStatus::Running && line.request == *request;
    let found = ledger.snapshots.iter().filter(is_running).find_map(|line| Some((wish_of(line)?, line)));
    let Some((wish, line)) = found else {
        books.broke(world.now(), format!("{request:?} went out without a line in the ledger"));
        return None;
    };
    let (line, maximum_cost) = (line.id, line.maximum_cost);
    if books.wishes[wish].request != *request || maximum_cost != request.quote() {
        books.broke(world.now(), format!("{request:?} for {maximum_cost} went out, which is not what the user saw"));
    }
    Some(Admitted { wish, line, ledger })
}

/// Looks whether the newest order pays for something that is paid for.
pub fn paid_once(books: &mut Books, now: u64, admitted: &Admitted) {
    let Some((order, earlier)) = books.orders.split_last() else { return };
    let wish = &books.wishes[order.wish];
    let is = |order: &Order, status| {
        admitted.ledger.snapshots.iter().any(|line| line.id == order.line && line.status == status)
    };
    let is_answered = |order: &Order| is(order, RequestStatus::Completed);
    let is_running = |order: &Order| is(order, RequestStatus::Running);
    let place = |order: &Order| (books.wishes[order.wish].at, order.line);
    let mut broken = Vec::new();
    let same = || earlier.iter().filter(|other| is_same_query(&other.request, &order.request));
    for other in same().filter(|other| other.charged > 0 && order.charged > 0) {
        let before = &books.wishes[other.wish];
        let is_over = before.over.is_some_and(|over| over < wish.began);
        let holds = satisfies(&other.request, other.rows, &order.request);
        let makes_up = || same().any(|third| is_answered(third) && place(third) > place(other));
        let why = if other.wish == order.wish {
            "was sent again after it was charged"
        } else if is_running(other) && before.over.is_none() && other.request == order.request {
            "was sent twice at once"
        } else if is_over && is_answered(other) && holds && wish.agreed < Agreed::Refetch {
            "is held and was bought again"
        } else if is_over && !is_answered(other) && wish.agreed == Agreed::Nothing && !makes_up() {
            "may be paid for and was bought again without a word"
        } else {
            continue;
        };
        broken.push(format!("what line {} is about {why} in line {}", other.line.0, order.line.0));
    }
    broken.into_iter().for_each(|what| books.broke(now, what));
}

/// Looks at the end of a life whether the ledger covers the books, and whether all that arrived is there.
pub async fn at_the_end(world: &World, archive: &Archive) {
    let ledger = match archive.snapshots().await {
        Ok(ledger) => ledger,
        Err(error) => return world.broke(format!("the archive can't be read: {error}")),
    };
    let mut responses = Vec::new();
    for line in &ledger {
        responses.push(archive.response(line.id).await.ok());
    }
    let mut books = world.books();
    let mut broken = Vec::new();
    for line in &ledger {
        broken.extend(wrong_charge(&books, line).map(|why| format!("line {}: {why}: {line:?}", line.id.0)));
    }
    for order in &books.orders {
        match ledger.iter().zip(&responses).find(|(line, _)| line.id == order.line) {
            Some((line, response)) => broken.extend(lost(order, line, response.as_deref())),
            None => broken.push(format!("line {} is gone", order.line.0)),
        }
    }
    for line in &ledger {
        let fate = match line.charge {
            Charge::Unknown => "ledger: unknown",
            Charge::Balance(_) => "ledger: by the balance",
            Charge::Response(_) => "ledger: by the response",
            _ => "ledger: free",
        };
        books.count(fate);
    }
    let now = world.now();
    broken.into_iter().for_each(|what| books.broke(now, what));
}

/// What is wrong with a line's charge.
fn wrong_charge(books: &Books, line: &Snapshot) -> Option<String> {
    let orders = books.orders.iter().filter(|order| order.line == line.id);
    let charged: u64 = orders.map(|order| order.charged).sum();
    match line.charge.credits() {
        Some(credits) if credits.0 == charged || books.is_misled => None,
        Some(_) => Some(format!("{charged} were charged")),
        None if line.charge == Charge::Running => Some("it is running for ever".to_owned()),
        None if line.maximum_cost.0 < charged => Some(format!("{charged} were charged, which it does not cover")),
        None if !books.is_disturbed && !books.is_misled => {
            Some(format!("the balance could tell that it cost {charged}"))
        }
        None => None,
    }
}

/// What of an order is not in the archive.
fn lost(order: &Order, line: &Snapshot, response: Option<&[u8]>) -> Option<String> {
    if order.arrived.is_empty()
        || (order.may_be_lost && response.is_none_or(|response| order.arrived.starts_with(response)))
    {
        return None;
    }
    let what = if response != Some(&*order.arrived) {
        format!("{} bytes arrived, {:?} are kept", order.arrived.len(), response.map(<[u8]>::len))
    } else if order.is_whole != (line.status == RequestStatus::Completed) {
        format!("it arrived {}, and is {:?}", if order.is_whole { "whole" } else { "in part" }, line.status)
    } else if order.is_whole && line.links != order.rows {
        format!("{} links arrived, {} are there", order.rows, line.links)
    } else {
        return None;
    };
    Some(format!("line {}: {what}", line.id.0))
}
