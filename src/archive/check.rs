//! Checks the integrity of stored responses, and compacts the store.

use sha2::{Digest, Sha256};

use super::base::Archive;
use super::error::ArchiveError;
use super::packed::unpack;
use super::store::CheckDepth;
use crate::domain::snapshot::RequestStatus;
use crate::domain::{Snapshot, SnapshotId};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    pub responses: usize,
    pub damaged: Vec<Damage>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DamageKind {
    /// The store can't return it, or it can't be unpacked.
    #[error("{0}")]
    Unreadable(String),
    #[error("wrong checksum")]
    Checksum,
    #[error("contains {links} links instead of {expected}")]
    Links { links: usize, expected: usize },
    #[error("the response is no longer readable")]
    UnreadableResponse,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    pub id: SnapshotId,
    pub what: DamageKind,
}

impl Archive {
    /// Checks that every response unpacks, matches its checksum, and has as many links as when it was saved. `read`
    /// returns the number of links in the response of a snapshot.
    pub async fn check(&self, read: impl Fn(&Snapshot, &[u8]) -> Option<usize>) -> Result<CheckReport, ArchiveError> {
        self.with_location(self.store.verify(CheckDepth::Full).await)?;
        let mut report = CheckReport::default();
        for snapshot in self.snapshots().await?.iter().filter(|snapshot| snapshot.has_response) {
            report.responses += 1;
            if let Err(what) = self.check_one(snapshot, &read).await {
                report.damaged.push(Damage { id: snapshot.id, what });
            }
        }
        Ok(report)
    }

    /// Faster than [`Archive::check`]: checks the store, but not the responses.
    pub async fn quick_check(&self) -> Result<(), ArchiveError> {
        self.with_location(self.store.verify(CheckDepth::Quick).await)
    }

    async fn check_one(
        &self,
        snapshot: &Snapshot,
        read: impl Fn(&Snapshot, &[u8]) -> Option<usize>,
    ) -> Result<(), DamageKind> {
        let stored = match self.with_location(self.store.response(snapshot.id).await) {
            Ok(stored) => stored,
            Err(ArchiveError::DamagedResponse { reason, .. }) => return Err(DamageKind::Unreadable(reason)),
            Err(error) => return Err(DamageKind::Unreadable(error.to_string())),
        };
        let raw =
            unpack(&stored.packed, stored.raw_bytes).map_err(|error| DamageKind::Unreadable(error.to_string()))?;
        if Sha256::digest(&raw).to_vec() != stored.sha256 {
            return Err(DamageKind::Checksum);
        }
        match read(snapshot, &raw) {
            // A newer reader may find more links in a response that could not be read completely.
            Some(links)
                if links < snapshot.links
                    || (links > snapshot.links && snapshot.status == RequestStatus::Completed) =>
            {
                Err(DamageKind::Links { links, expected: snapshot.links })
            }
            None if snapshot.status == RequestStatus::Completed => Err(DamageKind::UnreadableResponse),
            _ => Ok(()),
        }
    }

    /// Returns the space of deleted responses to the file system.
    ///
    /// # Errors
    /// The disk has no room for a second copy, or another program is using the archive.
    pub async fn compact(&self) -> Result<(), ArchiveError> {
        self.with_location(self.store.compact().await)
    }
}
