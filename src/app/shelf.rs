//! What the core knows of the archive: its list of snapshots, and whether it can be used.

use std::time::Duration;

use crate::domain::note::Notebook;
use crate::domain::{Request, Snapshot, UnixTime};

/// Whether the archive can be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ShelfState {
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

/// The snapshots of the archive, newest first.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    /// Whether the archive can be used.
    pub state: ShelfState,
    /// What the user has said of links.
    pub notes: Notebook,
    snapshots: Vec<Snapshot>,
}

impl Shelf {
    /// All snapshots, newest first.
    pub fn snapshots(&self) -> &[Snapshot] {
        &self.snapshots
    }

    /// Takes over what the archive lists.
    pub fn set(&mut self, snapshots: Vec<Snapshot>) {
        self.state = ShelfState::Open;
        self.snapshots = snapshots;
    }

    /// Takes a snapshot over that is new or has changed.
    pub fn change(&mut self, snapshot: Snapshot) {
        match self.snapshots.iter_mut().find(|known| known.id == snapshot.id) {
            Some(known) => *known = snapshot,
            None => {
                let at = self.snapshots.partition_point(|known| known.id > snapshot.id);
                self.snapshots.insert(at, snapshot);
            }
        }
    }

    /// The newest snapshot that holds all that `request` could bring and is not older than `max_age`.
    pub fn held_for(&self, request: &Request, now: UnixTime, max_age: Option<Duration>) -> Option<&Snapshot> {
        self.snapshots.iter().find(|snapshot| snapshot.answers(request, now, max_age))
    }

    /// The earlier snapshots of the same target in the same mode, newest first.
    pub fn before(&self, later: &Snapshot) -> impl Iterator<Item = &Snapshot> {
        let (target, mode, id) = (later.request.target.clone(), later.request.mode, later.id);
        self.snapshots
            .iter()
            .filter(move |s| s.has_answer && s.id < id && s.request.target == target && s.request.mode == mode)
    }

    /// Whether an equal request may have been charged without an answer, and nothing has settled it since.
    pub fn is_unsettled(&self, request: &Request) -> bool {
        let newest = self.snapshots.iter().find(|snapshot| snapshot.request == *request);
        newest.is_some_and(Snapshot::is_unsettled)
    }
}
