//! After any sequence of operations, every store shows the same archive.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::Path;
use std::time::Duration;

use kew_tui::archive::memory::CommitOnCrash;
use kew_tui::archive::{Archive, ArchiveError, Claim, OpenReading, Outcome, Reading, RequestHandle};
use kew_tui::domain::purchase::Agreed;
use kew_tui::domain::snapshot::{Annotations, RequestStatus};
use kew_tui::domain::{Credits, SnapshotId, UnixTime};
use proptest::prelude::*;

use super::{Home, Kind, agreed, completed, failed, note, pending, rejected, request};

/// A random operation. Numbers choose among existing items; some choose one that does not exist.
#[derive(Clone, Debug)]
enum Act {
    Claim { session: usize, target: u8, count: u64, agreed: usize, account: usize, is_read: bool },
    Finish { session: usize, which: usize, how: usize, rows: usize },
    BeginReading { session: usize, account: usize },
    EndReading { session: usize, credits: u64, except: usize },
    Settle { session: usize, which: usize, is_final: bool },
    Annotations { session: usize, id: i64, name: String, pinned: bool },
    Delete { session: usize, id: i64 },
    Note { session: usize, notes: Vec<(u8, bool)> },
    Reopen { session: usize },
    ExportAndImport { session: usize },
    Wait { seconds: i64 },
}

fn act() -> impl Strategy<Value = Act> {
    let session = 0_usize..2;
    let id = -1_i64..8;
    prop_oneof![
        6 => (session.clone(), 0_u8..3, 1_u64..40, 0_usize..3, 0_usize..2, any::<bool>()).prop_map(
            |(session, target, count, agreed, account, is_read)| Act::Claim { session, target, count, agreed, account, is_read }
        ),
        5 => (session.clone(), 0_usize..4, 0_usize..5, 0_usize..40)
            .prop_map(|(session, which, how, rows)| Act::Finish { session, which, how, rows }),
        3 => (session.clone(), 0_usize..2).prop_map(|(session, account)| Act::BeginReading { session, account }),
        3 => (session.clone(), 800_u64..1_001, 0_usize..6)
            .prop_map(|(session, credits, except)| Act::EndReading { session, credits, except }),
        2 => (session.clone(), 0_usize..4, any::<bool>())
            .prop_map(|(session, which, is_final)| Act::Settle { session, which, is_final }),
        1 => (session.clone(), id.clone(), "[a-c]{0,2}", any::<bool>())
            .prop_map(|(session, id, name, pinned)| Act::Annotations { session, id, name, pinned }),
        1 => (session.clone(), id).prop_map(|(session, id)| Act::Delete { session, id }),
        1 => (session.clone(), prop::collection::vec((0_u8..4, any::<bool>()), 0..4))
            .prop_map(|(session, notes)| Act::Note { session, notes }),
        1 => session.clone().prop_map(|session| Act::Reopen { session }),
        1 => session.prop_map(|session| Act::ExportAndImport { session }),
        2 => (-100_i64..300).prop_map(|seconds| Act::Wait { seconds }),
    ]
}

/// One archive and two sessions on it.
struct World {
    home: Home,
    sessions: [Archive; 2],
    now: i64,
    sent: Vec<RequestHandle>,
    open: Option<OpenReading>,
    read: Option<Reading>,
}

/// A result as text; an error without the name of the archive.
fn describe<T: Debug>(result: Result<T, ArchiveError>) -> String {
    match result {
        Err(ArchiveError::Store { error, .. }) => format!("{error:?}"),
        other => format!("{other:?}"),
    }
}

fn account(number: usize) -> &'static str {
    if number == 0 { "mine" } else { "theirs" }
}

fn outcome(how: usize, rows: usize) -> Outcome {
    match how {
        0 => completed(rows),
        1 => rejected(),
        2 => failed(),
        3 => Outcome { status: RequestStatus::Unsent, ..failed() },
        _ => Outcome {
            status: RequestStatus::Partial,
            charged: None,
            server_finished: rows.is_multiple_of(2),
            ..completed(rows)
        },
    }
}

impl World {
    async fn begin(kind: Kind) -> World {
        let home = Home::new(kind);
        let sessions = [home.open().await, home.open().await];
        World { home, sessions, now: 1_000_000, sent: Vec::new(), open: None, read: None }
    }

    /// Everything that can be read from the archive, as text.
    async fn look(&self) -> String {
        let [one, other] = &self.sessions;
        format!(
            "{:?} {:?} {:?}",
            one.log().await,
            other.notes().await,
            one.look_up(&pending(&request("t0.com", 9), self.now)).await
        )
    }

    /// Runs an operation and describes its result.
    async fn act(&mut self, act: &Act) -> String {
        let now = UnixTime(self.now);
        match act {
            Act::Claim { session, target, count, agreed: how, account: number, is_read } => {
                let agreement = [Agreed::Nothing, Agreed::AfterFailure, Agreed::Refetch][*how];
                let pending = agreed(pending(&request(&format!("t{target}.com"), *count), self.now), agreement);
                let before = self.read.filter(|_| *is_read);
                let claim = self.sessions[*session].begin(&pending, account(*number), before).await;
                if let Ok(Claim::Proceed(handle)) = &claim {
                    self.sent.push(*handle);
                }
                describe(claim)
            }
            Act::Finish { session, which, how, rows } => {
                let Some(handle) = self.nth_sent(*which) else { return String::new() };
                let archive = &self.sessions[*session];
                let finished = describe(archive.finish(handle, now, &outcome(*how, *rows)).await);
                format!("{finished} {}", describe(archive.final_snapshot(handle).await))
            }
            Act::BeginReading { session, account: number } => {
                let open = self.sessions[*session].begin_reading(account(*number), now).await;
                self.open = open.as_ref().ok().cloned();
                describe(open)
            }
            Act::EndReading { session, credits, except } => {
                let Some(open) = self.open.take() else { return String::new() };
                let except = self.nth_sent(*except);
                let ended = self.sessions[*session].end_reading(open, now, Credits(*credits), except).await;
                self.read = ended.as_ref().map_or(self.read, |(read, _)| Some(*read));
                describe(ended)
            }
            Act::Settle { session, which, is_final } => {
                let Some((handle, read)) = self.nth_sent(*which).zip(self.read) else { return String::new() };
                let archive = &self.sessions[*session];
                let between = describe(archive.balance_readings(handle, read).await);
                format!("{between} {}", describe(archive.settle(handle, read, now, *is_final).await))
            }
            Act::Annotations { session, id, name, pinned } => {
                let annotations = Annotations { name: name.clone(), pinned: *pinned, ..Annotations::default() };
                describe(self.sessions[*session].set_annotations(SnapshotId(*id), &annotations).await)
            }
            Act::Delete { session, id } => describe(self.sessions[*session].delete_response(SnapshotId(*id)).await),
            Act::Note { session, notes } => {
                let notes: Vec<_> = notes
                    .iter()
                    .map(|(link, has_note)| note(&link.to_string(), if *has_note { "text" } else { "" }))
                    .collect();
                describe(self.sessions[*session].set_notes(&notes).await)
            }
            Act::Reopen { session } => {
                self.sessions[*session] = self.home.open().await;
                String::new()
            }
            Act::ExportAndImport { session } => export_and_import(&self.sessions[*session]).await,
            Act::Wait { seconds } => {
                self.now += seconds * 1_000;
                String::new()
            }
        }
    }

    /// Ends both sessions and begins new ones.
    async fn reopen(&mut self) {
        self.sessions = [self.home.open().await, self.home.open().await];
    }

    fn nth_sent(&self, which: usize) -> Option<RequestHandle> {
        self.sent.iter().rev().nth(which).copied()
    }
}

/// Exports an archive and imports the result into the same archive.
async fn export_and_import(archive: &Archive) -> String {
    let files = tempfile::tempdir().unwrap();
    let out = describe(archive.export(files.path()).await);
    format!("{out} {} {:?}", describe(archive.import(files.path()).await), contents(files.path()))
}

/// The files of a directory by their names.
fn contents(directory: &Path) -> BTreeMap<String, String> {
    let file = |entry: std::io::Result<std::fs::DirEntry>| {
        let entry = entry.unwrap();
        (entry.file_name().into_string().unwrap(), std::fs::read_to_string(entry.path()).unwrap())
    };
    std::fs::read_dir(directory).unwrap().map(file).collect()
}

async fn check_equal(acts: &[Act]) {
    let (mut one, mut other) = (World::begin(Kind::Sqlite).await, World::begin(Kind::Memory).await);
    for (step, act) in acts.iter().enumerate() {
        assert_eq!(one.act(act).await, other.act(act).await, "step {step}: {act:?}");
        assert_eq!(one.look().await, other.look().await, "after step {step}: {act:?}");
    }
    // Each imports what the other exports.
    let mut listed = Vec::new();
    for (from, into) in [(&one, Kind::Memory), (&other, Kind::Sqlite)] {
        let (files, into) = (tempfile::tempdir().unwrap(), Home::new(into));
        from.sessions[0].export(files.path()).await.unwrap();
        let archive = into.open().await;
        archive.import(files.path()).await.unwrap();
        for snapshot in archive.snapshots().await.unwrap().iter().filter(|snapshot| snapshot.has_response) {
            assert!(!archive.response(snapshot.id).await.unwrap().is_empty());
        }
        listed.push((contents(files.path()), archive.log().await.unwrap(), archive.notes().await.unwrap()));
    }
    assert_eq!(listed[0], listed[1]);
}

/// The machine crashes during a write, which is committed or lost. Every completed write survives.
async fn check_crash(acts: &[Act], writes: u64, commit: CommitOnCrash) {
    let (mut crashing, mut expected) = (World::begin(Kind::Memory).await, World::begin(Kind::Memory).await);
    crashing.home.disk.crash_after(writes, commit);
    for act in acts {
        crashing.act(act).await;
        if !crashing.home.disk.has_crashed() || commit == CommitOnCrash::Committed {
            expected.act(act).await;
        }
        if crashing.home.disk.has_crashed() {
            break;
        }
    }
    crashing.home.disk.crash();
    crashing.reopen().await;
    expected.reopen().await;
    assert_eq!(crashing.look().await, expected.look().await);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn every_store_behaves_like_the_model(acts in prop::collection::vec(act(), 1..40)) {
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let all = async { tokio::time::timeout(Duration::from_secs(60), check_equal(&acts)).await.unwrap() };
        tokio.block_on(all);
    }

    #[test]
    fn a_crash_leaves_no_partial_state(
        acts in prop::collection::vec(act(), 1..40), writes in 0_u64..20, is_committed: bool,
    ) {
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let commit = if is_committed { CommitOnCrash::Committed } else { CommitOnCrash::Lost };
        tokio.block_on(check_crash(&acts, writes, commit));
    }
}
