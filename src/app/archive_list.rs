//! What the core knows of the archive: its list of snapshots, and whether it can be used.

use std::time::Duration;

use crate::domain::ledger::{by_day, by_target, total};
use crate::domain::note::Notebook;
use crate::domain::purchase::Sums;
use crate::domain::purchase::admission::{held, same_thing};
use crate::domain::snapshot::RequestLog;
use crate::domain::{Request, Snapshot, UnixTime};

/// Whether the archive can be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ArchiveStatus {
    /// The user does not want one.
    #[default]
    Off,
    /// It is being opened.
    Opening,
    /// It is open.
    Open,
    /// It can't be opened: nothing may be spent, since an answer could be lost.
    Failed(String),
}

/// What is recorded of requests, newest first. Without an archive, those of the session.
#[derive(Clone, Debug, Default)]
pub struct ArchiveList {
    /// Whether the archive can be used.
    pub status: ArchiveStatus,
    /// What the user has said of links.
    pub notes: Notebook,
    log: RequestLog,
    /// Over all of it.
    sums: Sums,
    /// While the ledger is open.
    report: Option<Report>,
}

/// The tables of the ledger.
#[derive(Clone, Debug)]
pub struct Report {
    pub days: Vec<(String, Sums)>,
    pub targets: Vec<(String, Sums)>,
    utc_offset: i32,
}

impl ArchiveList {
    /// All snapshots, newest first.
    pub fn snapshots(&self) -> &[Snapshot] {
        &self.log.snapshots
    }

    /// Everything that is recorded.
    pub fn log(&self) -> &RequestLog {
        &self.log
    }

    /// What all of it cost.
    pub fn sums(&self) -> &Sums {
        &self.sums
    }

    /// Takes over what the archive lists.
    pub fn load(&mut self, log: RequestLog) {
        self.status = ArchiveStatus::Open;
        self.log = log;
        self.update_sums();
    }

    /// Takes a snapshot over that is new or has changed.
    pub fn upsert(&mut self, snapshot: Snapshot) {
        let snapshots = &mut self.log.snapshots;
        match snapshots.iter_mut().find(|known| known.id == snapshot.id) {
            Some(known) => *known = snapshot,
            None => {
                let at = snapshots.partition_point(|known| known.when() > snapshot.when());
                snapshots.insert(at, snapshot);
            }
        }
        self.update_sums();
    }

    fn update_sums(&mut self) {
        self.sums = total(&self.log);
        if let Some(report) = &self.report {
            self.open_report(report.utc_offset);
        }
    }

    /// Adds up the tables of the ledger, and keeps them up to date until they are closed.
    pub fn open_report(&mut self, utc_offset: i32) {
        let (days, targets) = (by_day(&self.log, utc_offset), by_target(&self.log));
        self.report = Some(Report { days, targets, utc_offset });
    }

    pub fn close_report(&mut self) {
        self.report = None;
    }

    /// The tables of the ledger, while it is open.
    pub fn report(&self) -> Option<&Report> {
        self.report.as_ref()
    }

    /// The newest snapshot that holds all that `request` could bring and is not older than `max_age`.
    pub fn held_for(&self, request: &Request, now: UnixTime, max_age: Option<Duration>) -> Option<&Snapshot> {
        held(self.snapshots(), request, now, max_age)
    }

    /// The earlier snapshots of the same target in the same mode, newest first.
    pub fn earlier_than<'a>(&'a self, later: &'a Snapshot) -> impl Iterator<Item = &'a Snapshot> {
        self.snapshots().iter().filter(|s| s.can_open() && s.is_before(later) && same_thing(&s.request, &later.request))
    }
}
