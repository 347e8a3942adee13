//! The archive on every store: a paid response is never lost and never charged twice.
//!
//! A case is a function that takes a [`Home`]; `on_every_store!` runs it on each kind of store and ends the test's name with
//! the kind. What only one kind can do is in its own file.

use std::path::Path;
use std::sync::Arc;

use kew_tui::archive::memory::{Disk, MemoryStore};
use kew_tui::archive::sqlite::SqliteStore;
use kew_tui::archive::{Archive, Claim, Outcome, PendingRequest, Reading, RequestHandle, Store};
use kew_tui::domain::note::{LinkId, Note};
use kew_tui::domain::purchase::{Agreed, Terms};
use kew_tui::domain::snapshot::RequestStatus;
use kew_tui::domain::{Credits, LinkCount, Mode, Request, Scope, Target, UnixTime};
use tempfile::TempDir;

/// Runs each case on every kind of store.
macro_rules! on_every_store {
    ($($case:ident)*) => {
        $(mod $case {
            use crate::store::{Home, Kind};

            #[tokio::test]
            async fn sqlite() {
                super::$case(Home::new(Kind::Sqlite)).await;
            }

            #[tokio::test]
            async fn memory() {
                super::$case(Home::new(Kind::Memory)).await;
            }
        })*
    };
}

mod adding;
mod atomicity;
mod balances;
mod claims;
mod memory;
mod model;
mod records;
mod spooling;
#[path = "sqlite.rs"]
mod sqlite_only;
mod transfer;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Memory,
}

/// The directory or memory of one archive, which several sessions can open.
pub struct Home {
    pub kind: Kind,
    directory: TempDir,
    disk: Arc<Disk>,
}

impl Home {
    pub fn new(kind: Kind) -> Home {
        Home { kind, directory: tempfile::tempdir().unwrap(), disk: Disk::new() }
    }

    /// An empty home of the same kind.
    pub fn another(&self) -> Home {
        Home::new(self.kind)
    }

    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Begins a session.
    pub async fn store(&self) -> Arc<dyn Store> {
        match self.kind {
            Kind::Sqlite => Arc::new(SqliteStore::open(self.path()).await.unwrap()),
            Kind::Memory => Arc::new(MemoryStore::open(&self.disk).unwrap()),
        }
    }

    pub async fn open(&self) -> Archive {
        Archive::new(self.store().await, self.path())
    }

    /// Moves the archive away and leaves the other files, as the error for a damaged archive advises.
    pub fn move_archive_away(&mut self) {
        self.disk = Disk::new();
        for file in ["archive.sqlite", "archive.sqlite-wal", "archive.sqlite-shm"] {
            let path = self.path().join(file);
            if path.exists() {
                std::fs::rename(&path, self.path().join(format!("{file}.moved"))).unwrap();
            }
        }
    }
}

fn request(target: &str, count: u64) -> Request {
    let target = Target::parse(target, Scope::Page).unwrap();
    Request { target, mode: Mode::OnePerDomain, count: LinkCount::new(count).unwrap() }
}

fn pending(request: &Request, now: i64) -> PendingRequest {
    let terms = Terms { now: UnixTime(now), max_age: None, agreed: Agreed::Nothing };
    PendingRequest { request: request.clone(), terms }
}

fn agreed(pending: PendingRequest, agreed: Agreed) -> PendingRequest {
    PendingRequest { terms: Terms { agreed, ..pending.terms }, ..pending }
}

async fn begin(archive: &Archive, pending: &PendingRequest) -> Claim {
    archive.begin(pending, "account", None).await.unwrap()
}

async fn claim(archive: &Archive, pending: &PendingRequest) -> RequestHandle {
    match begin(archive, pending).await {
        Claim::Proceed(handle) => handle,
        other => panic!("not sent: {other:?}"),
    }
}

/// Records a request and its response.
async fn save_response(archive: &Archive, target: &str, rows: usize, now: i64) {
    let handle = claim(archive, &pending(&request(target, rows.max(1) as u64), now)).await;
    archive.finish(handle, UnixTime(now + 700), &completed(rows)).await.unwrap();
}

/// Reads the balance of an account while nothing else is running.
async fn read_balance(archive: &Archive, account: &str, now: i64, credits: u64) -> Reading {
    let open = archive.begin_reading(account, UnixTime(now)).await.unwrap();
    archive.end_reading(open, UnixTime(now), Credits(credits), None).await.unwrap().0
}

fn raw(rows: usize) -> Vec<u8> {
    let row = |i: usize| {
        format!(
            r#"{{"anchor_text":"a{i}","domain_source":"site{i}.com","domain_target":"x.com","url_source":"https://site{i}.com/{i}","url_target":"https://x.com"}}"#
        )
    };
    let rows_json: Vec<String> = (0..rows).map(row).collect();
    format!(r#"{{"data":[{}],"credits_consumed":{},"time_taken":0.7}}"#, rows_json.join(","), rows * 5).into_bytes()
}

fn completed(rows: usize) -> Outcome {
    let charged = Some(Credits(rows as u64 * 5));
    Outcome {
        status: RequestStatus::Completed,
        http_status: Some(200),
        charged,
        links: rows,
        skipped: 0,
        server_finished: true,
        failure: None,
        raw: raw(rows),
    }
}

fn rejected() -> Outcome {
    let (status, http_status) = (RequestStatus::Rejected, Some(402));
    Outcome { status, http_status, charged: None, links: 0, failure: Some("no".into()), raw: vec![], ..completed(0) }
}

/// A failed request that the server has finished with.
fn failed() -> Outcome {
    Outcome { status: RequestStatus::Failed, http_status: Some(502), ..rejected() }
}

fn note(source: &str, text: &str) -> (LinkId, Note) {
    let link = LinkId { source_url: source.to_owned(), target_url: "https://me.com/".to_owned() };
    let tag = if text.is_empty() { String::new() } else { "mail".to_owned() };
    (link, Note { text: text.to_owned(), tag })
}
