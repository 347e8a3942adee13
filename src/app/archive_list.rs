//! What the screen knows of the archive: the list of snapshots, and whether it is open.

use std::time::Duration;

use crate::domain::ledger::{by_day, by_target, total};
use crate::domain::note::Notebook;
use crate::domain::purchase::Sums;
use crate::domain::purchase::admission::find_held;
use crate::domain::snapshot::RequestLog;
use crate::domain::{Request, Snapshot, UnixTime};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ArchiveStatus {
    /// Started with `--no-archive`.
    #[default]
    Off,
    Opening,
    Open,
    /// Opening failed. Nothing is fetched then, because a paid response could be lost.
    Failed(String),
}

/// Snapshots and notes, newest first. Without an archive, the requests of this session.
#[derive(Clone, Debug, Default)]
pub struct ArchiveList {
    pub status: ArchiveStatus,
    pub notes: Notebook,
    log: RequestLog,
    /// Totals of `log`.
    sums: Sums,
    /// Present while the ledger is open.
    report: Option<Report>,
}

#[derive(Clone, Debug)]
pub struct Report {
    pub days: Vec<(String, Sums)>,
    pub targets: Vec<(String, Sums)>,
    utc_offset: i32,
}

impl ArchiveList {
    /// Newest first.
    pub fn snapshots(&self) -> &[Snapshot] {
        &self.log.snapshots
    }

    pub fn log(&self) -> &RequestLog {
        &self.log
    }

    pub fn sums(&self) -> &Sums {
        &self.sums
    }

    /// Replaces the list with the archive's log.
    pub fn load(&mut self, log: RequestLog) {
        self.status = ArchiveStatus::Open;
        self.log = log;
        self.update_sums();
    }

    /// Inserts a snapshot, or replaces the one with the same id.
    pub fn upsert(&mut self, snapshot: Snapshot) {
        let snapshots = &mut self.log.snapshots;
        match snapshots.iter_mut().find(|known| known.id == snapshot.id) {
            Some(known) => *known = snapshot,
            None => {
                let at = snapshots.partition_point(|known| known.sort_key() > snapshot.sort_key());
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

    /// Builds the ledger's tables. They are kept up to date until [`ArchiveList::close_report`].
    pub fn open_report(&mut self, utc_offset: i32) {
        let (days, targets) = (by_day(&self.log, utc_offset), by_target(&self.log));
        self.report = Some(Report { days, targets, utc_offset });
    }

    pub fn close_report(&mut self) {
        self.report = None;
    }

    /// The ledger's tables while the ledger is open.
    pub fn report(&self) -> Option<&Report> {
        self.report.as_ref()
    }

    /// The newest snapshot no older than `max_age` that has all links `request` could return.
    pub fn snapshot_for(&self, request: &Request, now: UnixTime, max_age: Option<Duration>) -> Option<&Snapshot> {
        find_held(self.snapshots(), request, now, max_age)
    }

    /// Earlier snapshots of the same target, and of the same mode or tool, that can be opened, newest first.
    pub fn earlier_than<'a>(&'a self, later: &'a Snapshot) -> impl Iterator<Item = &'a Snapshot> {
        self.snapshots().iter().filter(|s| s.can_open() && s.is_before(later) && s.is_like(later))
    }
}
