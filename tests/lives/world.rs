//! The environment of one simulated life: its clock, disk, files and records.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kew_tui::archive::memory::Disk;
use kew_tui::archive::{Archive, ArchiveLocation};
use kew_tui::domain::UnixTime;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use super::records::Records;
use crate::support::Rng;

/// Milliseconds since 1970.
const BEGINNING: i64 = 1_700_000_000_000;

pub struct World {
    began: Instant,
    pub disk: Arc<Disk>,
    /// Whether the user reads the balance all the time while it lags by the maximum.
    pub is_impatient: bool,
    directory: TempDir,
    records: Mutex<Records>,
}

impl World {
    pub fn new(seed: u64, keeps_log: bool) -> Arc<World> {
        let disk = Disk::new();
        disk.enable_yields();
        // Neighboring seeds must give unrelated sequences.
        let rng = Rng::new(seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31));
        let records = Mutex::new(Records::new(rng, keeps_log));
        let directory = tempfile::tempdir().unwrap();
        Arc::new(World { began: Instant::now(), disk, is_impatient: seed % 8 == 7, directory, records })
    }

    pub fn records(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Milliseconds since the simulation began.
    pub fn now(&self) -> u64 {
        self.began.elapsed().as_millis() as u64
    }

    pub fn clock(&self) -> UnixTime {
        UnixTime(BEGINNING + self.now() as i64)
    }

    pub fn location(&self) -> ArchiveLocation {
        ArchiveLocation::memory(Arc::clone(&self.disk), self.directory.path())
    }

    /// Opens the archive outside of any session; `None` after a crash.
    pub async fn open_archive(&self) -> Option<Archive> {
        self.location().open().await.ok()
    }

    /// The files of partly received responses.
    pub fn spool_files(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.directory.path().join("arriving")).into_iter().flatten().flatten();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        files.sort();
        files
    }

    pub fn note(&self, what: impl FnOnce() -> String) {
        self.records().note(self.now(), what);
    }

    pub fn report_violation(&self, what: String) {
        self.records().report_violation(self.now(), what);
    }

    pub fn below(&self, sides: usize) -> usize {
        self.records().rng.below(sides)
    }

    pub fn chance(&self, percent: usize) -> bool {
        self.records().chance(percent)
    }

    pub async fn sleep_between(&self, from: u64, to: u64) {
        let pause = self.records().between(from, to);
        sleep(Duration::from_millis(pause)).await;
    }
}
