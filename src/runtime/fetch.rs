//! One paid request from the wish to the settled charge: looked up, written down, sent, kept, and held against the balance.
//!
//! The screen and the commands are two clients of [`fetch()`]. It tells what happens by [`Event`]s and returns how it ended.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::sleep;

use crate::api::{Client, Failed, response};
use crate::archive::{Archive, Claim, Orphan, Outcome, PendingRequest, RequestHandle, Spool, rescue};
use crate::domain::ledger::audit_note;
use crate::domain::number::counted;
use crate::domain::purchase::resend::pause;
use crate::domain::purchase::settlement::READINGS;
use crate::domain::purchase::{Charge, Resend, resend};
use crate::domain::snapshot::{Ending, ago};
use crate::domain::{Answer, Credits, Failure, Request, Snapshot};

use super::asker::{Asker, Balance};
use super::clock::unix_now;
use super::panics;
use super::vault::{Vault, read_answer};

/// How often to look whether another session has its answer.
const LOOK_EVERY: Duration = Duration::from_millis(150);

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
    Retrying { next_attempt: u8, pause: Duration, because: Failure },
    /// The balance is read, since the charge is not known.
    CheckingBalance,
    /// What the archive has of it now.
    Recorded(Box<Snapshot>),
    /// More is known of an earlier request.
    Updated(Box<Snapshot>),
    /// The archive could not take the response.
    NotKept(NotKept),
    /// It has ended. Only [`Event::Settled`] can follow.
    Ended(Fetched),
    /// What it cost, where the response did not say.
    Settled(Charge),
}

/// What became of a response that the archive could not take.
#[derive(Clone, Debug)]
pub struct NotKept {
    pub why: String,
    /// The file in which the response is now, or why there is none.
    pub rescued: Result<String, String>,
}

/// How a request ended.
#[derive(Clone, Debug)]
pub struct Fetched {
    pub result: Result<Arc<Answer>, Failure>,
    /// The links that arrived whole where there is no whole response.
    pub rescued: Option<Arc<Answer>>,
    pub charge: Charge,
    /// What the archive has of it, if it has.
    pub snapshot: Option<Box<Snapshot>>,
    /// Where the response is that the archive could not take.
    pub not_kept: Option<NotKept>,
    /// Whether nothing was sent, since the archive or another program has it.
    pub is_held: bool,
}

impl Fetched {
    /// Nothing was sent.
    fn unsent(failure: Failure) -> Fetched {
        let (rescued, snapshot, not_kept) = (None, None, None);
        let charge = Charge::of_failure(&failure);
        Fetched { result: Err(failure), rescued, charge, snapshot, not_kept, is_held: false }
    }

    fn held(snapshot: Snapshot, answer: Arc<Answer>) -> Fetched {
        let snapshot = Some(Box::new(snapshot));
        Fetched { result: Ok(answer), rescued: None, charge: Charge::NotSent, snapshot, not_kept: None, is_held: true }
    }
}

/// Fetches, unless that would pay for something twice, and returns once all is written down and the charge is as well known
/// as it can be. Everything that it tells ends with one [`Event::Ended`].
pub async fn fetch(asker: &Asker, pending: PendingRequest, tell: &(impl Fn(Event) + Sync)) -> Fetched {
    let begun = begin(asker, &pending, tell).await;
    let fetched = match begun {
        Ok(paid) => paid.run().await,
        Err(fetched) => *fetched,
    };
    if !matches!(fetched, Fetched { result: Ok(_), is_held: false, .. }) {
        tell(Event::Ended(fetched.clone()));
    }
    fetched
}

/// Looks the request up and writes it down; what it ended with where it must not go out.
async fn begin<'a, T: Fn(Event) + Sync>(
    asker: &'a Asker,
    pending: &PendingRequest,
    tell: &'a T,
) -> Result<Paid<'a, T>, Box<Fetched>> {
    let unsent = |failure| Box::new(Fetched::unsent(failure));
    let not_archived = |reason| unsent(Failure::NotArchived { reason });
    let client = asker.client().await.map_err(unsent)?;
    let archive = match asker.vault() {
        Some(vault) => Some((vault.open().await.map_err(not_archived)?, vault)),
        None => None,
    };
    if let Some((archive, _)) = &archive {
        let claim = archive.look_up(pending).await.map_err(|error| not_archived(error.to_string()))?;
        if let Some(claim) = claim {
            return Err(Box::new(not_sent(archive, claim, tell).await));
        }
    }
    let (before, settled) = asker.balance_before().await.map_err(unsent)?;
    settled.into_iter().for_each(|snapshot| tell(Event::Updated(Box::new(snapshot))));
    let mut record = None;
    if let Some((archive, vault)) = archive {
        let reading = before.as_ref().and_then(Balance::reading);
        let claim = archive.begin(pending, &client.account(archive.name()), reading).await;
        match claim.map_err(|error| not_archived(error.to_string()))? {
            Claim::Proceed(handle) => record = Some(Record { archive, vault, handle }),
            claim => return Err(Box::new(not_sent(&archive, claim, tell).await)),
        }
    }
    Ok(Paid { asker, client, record, request: pending.request.clone(), before, tell })
}

/// What a request ends with that must not go out.
async fn not_sent(archive: &Archive, claim: Claim, tell: &(impl Fn(Event) + Sync)) -> Fetched {
    let may_be_charged = |earlier| Fetched::unsent(Failure::MayBeCharged { earlier });
    match claim {
        Claim::Held(snapshot) => open_held(archive, *snapshot).await,
        Claim::InFlight(handle) => {
            tell(Event::Joined);
            wait_for_other(archive, handle).await
        }
        Claim::Undelivered(earlier) => may_be_charged(earlier_request(&earlier)),
        Claim::Unreadable(record) => may_be_charged(format!(
            "record {} of {} is of a newer version of kew-tui and can't be read by this one",
            record.id.0, record.target
        )),
        Claim::Proceed(_) => Fetched::unsent(Failure::Fault { reason: "a request that may go out did not".to_owned() }),
    }
}

/// What is known of an earlier request for the same thing.
pub fn earlier_request(earlier: &Snapshot) -> String {
    let age = ago(unix_now().since(earlier.at));
    format!("request {} of {age} for at most {}: {}", earlier.id.0, earlier.quoted, audit_note(earlier))
}

async fn open_held(archive: &Archive, snapshot: Snapshot) -> Fetched {
    match read_answer(archive, &snapshot).await {
        Ok(answer) => Fetched::held(snapshot, answer),
        Err(reason) => Fetched::unsent(Failure::OtherSession { reason }),
    }
}

/// Waits for the response of another session that fetches the same.
async fn wait_for_other(archive: &Archive, handle: RequestHandle) -> Fetched {
    let failed = |reason| Fetched::unsent(Failure::OtherSession { reason });
    loop {
        match archive.ended(handle).await {
            Ok(None) => sleep(LOOK_EVERY).await,
            Ok(Some(snapshot)) if snapshot.ending == Ending::Answered => return open_held(archive, snapshot).await,
            Ok(Some(snapshot)) => {
                return failed(snapshot.failure.unwrap_or_else(|| "it ended before an answer came".to_owned()));
            }
            Err(error) => return failed(error.to_string()),
        }
    }
}

/// Where a request is written down.
struct Record<'a> {
    archive: Archive,
    vault: &'a Vault,
    handle: RequestHandle,
}

/// A request that may go out.
struct Paid<'a, T> {
    asker: &'a Asker,
    client: Client,
    /// `None` where the user wants no archive.
    record: Option<Record<'a>>,
    request: Request,
    /// The balance before it, if it could be read.
    before: Option<Balance>,
    tell: &'a T,
}

/// A balance that was read after a request, and what it proves.
struct Checked {
    after: Balance,
    proof: Option<Credits>,
}

impl<T: Fn(Event) + Sync> Paid<'_, T> {
    async fn run(self) -> Fetched {
        let running = self.asker.begin_request();
        let work = async {
            let (ended, checked) = self.send().await;
            (self.keep(ended).await, checked)
        };
        let (mut fetched, checked) = match AssertUnwindSafe(work).catch_unwind().await {
            Ok(done) => done,
            Err(payload) => {
                let ended = self.broke_down(panics::fault(payload.as_ref())).await;
                (self.keep(ended).await, None)
            }
        };
        drop(running);
        // A whole response is shown at once, whatever it cost.
        let is_whole = fetched.result.is_ok();
        if is_whole {
            (self.tell)(Event::Ended(fetched.clone()));
        }
        if fetched.charge == Charge::Unknown {
            self.settle(&mut fetched, checked).await;
            if is_whole {
                (self.tell)(Event::Settled(fetched.charge));
            }
        }
        fetched
    }

    /// Sends it, and again as far as that costs nothing. What the balance showed last comes back too.
    async fn send(&self) -> (Ended, Option<Checked>) {
        super::fault::here("sent");
        let mut spool = self.record.as_ref().map(|record| record.archive.spool(record.handle));
        let mut attempt = 1;
        loop {
            let Failed { failure, raw, status } = match self.send_once(attempt, spool.as_mut()).await {
                Ok(received) => return (read(received.raw, Some(received.status), None).await, None),
                Err(failed) => failed,
            };
            let pause = pause(attempt, self.asker.limits().first_pause, &failure);
            let (again, checked) = match resend(&failure) {
                Resend::Never => (false, None),
                Resend::Yes => (true, None),
                Resend::IfBalanceUnchanged => {
                    let checked = self.check_balance().await;
                    (checked.as_ref().is_some_and(|checked| checked.proof == Some(Credits::ZERO)), checked)
                }
            };
            let Some(pause) = pause.filter(|_| again) else {
                return (read(raw, status, Some(failure)).await, checked);
            };
            attempt += 1;
            if matches!(failure, Failure::TooManyRequests { .. }) {
                self.asker.hold_back(pause);
            }
            (self.tell)(Event::Retrying { next_attempt: attempt, pause, because: failure });
            sleep(pause).await;
        }
    }

    async fn send_once(&self, attempt: u8, spool: Option<&mut Spool>) -> Result<crate::api::Received, Failed> {
        self.asker.wait_for_server().await;
        (self.tell)(Event::Sending { attempt });
        let mut spool = spool;
        let arriving = |bytes| (self.tell)(Event::Receiving { bytes });
        let keep = |piece: &[u8]| {
            if let Some(spool) = &mut spool {
                spool.add(piece);
            }
        };
        let sent = self.client.backlinks(&self.request, arriving, keep).await;
        super::fault::here("received");
        sent
    }

    /// Reads the balance until it proves what the request cost, or has been the same often enough.
    async fn check_balance(&self) -> Option<Checked> {
        let before = self.before.as_ref()?;
        (self.tell)(Event::CheckingBalance);
        let mut checked = None;
        for reading in 0..READINGS {
            if reading > 0 {
                sleep(self.asker.limits().first_pause * u32::from(reading)).await;
            }
            let (after, updated) = self.asker.balance_after(self.record.as_ref().map(|record| record.handle)).await?;
            updated.into_iter().for_each(|snapshot| (self.tell)(Event::Updated(Box::new(snapshot))));
            let seen = match (&self.record, after.reading()) {
                (Some(record), Some(reading)) => record.archive.seen(record.handle, reading).await.ok().flatten(),
                (Some(_), None) => None,
                (None, _) => Some(before.seen_until(&after)),
            };
            let proof = seen.and_then(|seen| seen.charge(self.request.quote()));
            checked = Some(Checked { after, proof });
            if proof != Some(Credits::ZERO) {
                break;
            }
        }
        checked
    }

    /// Settles an unknown charge as far as the balance can tell.
    async fn settle(&self, fetched: &mut Fetched, checked: Option<Checked>) {
        let checked = match checked {
            Some(checked) => Some(checked),
            None => self.check_balance().await,
        };
        let Some(checked) = checked else { return };
        match (&self.record, checked.after.reading()) {
            (Some(record), Some(reading)) => {
                match record.archive.settle(record.handle, reading, unix_now(), true).await {
                    Ok(snapshot) => {
                        fetched.charge = snapshot.charge;
                        (self.tell)(Event::Recorded(Box::new(snapshot.clone())));
                        fetched.snapshot = Some(Box::new(snapshot));
                    }
                    Err(error) => tracing::warn!(%error, "what a request cost was not written down"),
                }
            }
            (Some(_), None) => {}
            (None, _) => {
                let is_over = fetched.result.as_ref().err().is_none_or(server_finished);
                let proof = checked.proof.filter(|proof| *proof > Credits::ZERO || is_over);
                fetched.charge = proof.map_or(Charge::Unknown, Charge::Balance);
            }
        }
    }

    /// Writes down how it ended. A response that the archive can't take goes into a file.
    async fn keep(&self, ended: Ended) -> Fetched {
        let Ended { result, rescued, outcome } = ended;
        let charge = Charge::recorded(outcome.ending, outcome.charged, None);
        let mut fetched = Fetched { result, rescued, charge, snapshot: None, not_kept: None, is_held: false };
        let Some(record) = &self.record else { return fetched };
        match record.archive.finish(record.handle, unix_now(), &outcome).await {
            Ok(()) => {
                if let Ok(Some(snapshot)) = record.archive.ended(record.handle).await {
                    (self.tell)(Event::Recorded(Box::new(snapshot.clone())));
                    fetched.snapshot = Some(Box::new(snapshot));
                }
            }
            Err(error) => {
                let rescued = rescue(record.vault.directory(), &outcome.raw);
                let rescued = rescued.map(|path| path.display().to_string()).map_err(|error| error.to_string());
                let not_kept = NotKept { why: error.to_string(), rescued };
                (self.tell)(Event::NotKept(not_kept.clone()));
                fetched.not_kept = Some(not_kept);
            }
        }
        fetched
    }

    /// How it ended by a fault of the program. What had arrived is in its file; without an end in the log, the next request
    /// like it would wait for this one for ever.
    async fn broke_down(&self, reason: String) -> Ended {
        let raw = self.record.as_ref().map(|record| record.archive.arrived(record.handle)).unwrap_or_default();
        let Ended { result, rescued, outcome } = read(raw, Some(200), None).await;
        let outcome = Outcome { server_finished: false, ..outcome };
        Ended { rescued: result.ok().or(rescued), result: Err(Failure::Fault { reason }), outcome }
    }
}

/// How a request ended: for the user, and for the log.
struct Ended {
    result: Result<Arc<Answer>, Failure>,
    rescued: Option<Arc<Answer>>,
    outcome: Outcome,
}

/// How a request ended that brought these bytes: well if they can be read, unless it is known to have failed.
async fn read(raw: Vec<u8>, status: Option<u16>, failure: Option<Failure>) -> Ended {
    // Reading 10,000 links takes milliseconds of pure CPU: not on the thread that waits for the network. A fault in it must
    // not take with it what was paid for.
    let raw = Arc::new(raw);
    let reading = Arc::clone(&raw);
    let read = tokio::task::spawn_blocking(move || {
        super::fault::here("read");
        match failure {
            None => read_whole(&reading),
            Some(failure) if is_success(status) => Err((failure, Some(response::recover(&reading)))),
            Some(failure) => Err((failure, None)),
        }
    });
    let broken = |error| Err((Failure::Fault { reason: panics::fault_of(error) }, None));
    let read = read.await.unwrap_or_else(broken);
    let raw = Arc::unwrap_or_clone(raw);
    match read {
        Ok(answer) => answered(answer, raw, status),
        Err((failure, rescued)) => failed(failure, rescued, raw, status),
    }
}

fn is_success(status: Option<u16>) -> bool {
    status.is_some_and(|status| (200..300).contains(&status))
}

/// A whole response. One without a single entry that can be read is none, though it says what it cost.
fn read_whole(raw: &[u8]) -> Result<Answer, (Failure, Option<Answer>)> {
    let answer = response::read(raw).map_err(|failure| (failure, Some(response::recover(raw))))?;
    if answer.links.is_empty() && answer.skipped > 0 {
        let entries = counted(answer.skipped, "entry", "entries");
        return Err((Failure::WrongShape { reason: format!("no link in any of its {entries}") }, Some(answer)));
    }
    Ok(answer)
}

fn answered(answer: Answer, raw: Vec<u8>, status: Option<u16>) -> Ended {
    let outcome = Outcome {
        ending: Ending::Answered,
        status,
        charged: answer.consumed,
        links: answer.links.len(),
        skipped: answer.skipped,
        server_finished: true,
        failure: None,
        raw,
    };
    Ended { result: Ok(Arc::new(answer)), rescued: None, outcome }
}

/// What a failure leaves behind.
fn failed(failure: Failure, rescued: Option<Answer>, raw: Vec<u8>, status: Option<u16>) -> Ended {
    let links = rescued.as_ref().map_or(0, |answer| answer.links.len());
    let ending = match Charge::of_failure(&failure) {
        Charge::NotSent => Ending::Unsent,
        Charge::Rejected => Ending::Refused,
        _ if links == 0 => Ending::Failed,
        _ => Ending::Partial,
    };
    let outcome = Outcome {
        ending,
        status,
        charged: rescued.as_ref().and_then(|answer| answer.consumed),
        links,
        skipped: rescued.as_ref().map_or(0, |answer| answer.skipped),
        server_finished: server_finished(&failure),
        failure: Some(failure.to_string()),
        // What an error says is in its message; what a success brought is kept, readable or not.
        raw: if is_success(status) { raw } else { Vec::new() },
    };
    let rescued = rescued.filter(|_| links > 0).map(Arc::new);
    Ended { result: Err(failure), rescued, outcome }
}

/// Whether the server is done with a request that failed, so that it will not charge for it later.
fn server_finished(failure: &Failure) -> bool {
    !matches!(failure, Failure::TimedOut { .. } | Failure::Fault { .. })
}

/// Writes into the log what sessions that were killed had received. Returns the files that belong to no request.
pub(super) async fn adopt_orphans(archive: &Archive) -> Vec<std::path::PathBuf> {
    let orphans = match archive.orphans().await {
        Ok(orphans) => orphans,
        Err(error) => {
            tracing::warn!(%error, "what killed sessions left was not looked at");
            return Vec::new();
        }
    };
    for Orphan { handle, raw } in orphans.adoptable {
        let ended = read(raw, Some(200), None).await;
        let server_finished = ended.result.is_ok();
        let outcome = Outcome { server_finished, ..ended.outcome };
        if let Err(error) = archive.finish(handle, unix_now(), &outcome).await {
            tracing::warn!(%error, "what a killed session received stays in its file");
        }
    }
    orphans.strays
}
