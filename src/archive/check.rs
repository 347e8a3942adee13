//! Looking whether the archive is whole, and giving room back.

use sha2::{Digest, Sha256};

use super::base::Archive;
use super::error::ArchiveError;
use super::packed::unpack;
use super::store::CheckDepth;
use crate::domain::snapshot::RequestStatus;
use crate::domain::{Snapshot, SnapshotId};

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// How many answers were looked at.
    pub responses: usize,
    /// What is wrong.
    pub damaged: Vec<Damage>,
}

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DamageKind {
    /// It can't be had from the store, or not unpacked.
    #[error("{0}")]
    Unreadable(String),
    #[error("wrong checksum")]
    CheckSum,
    #[error("contains {links} links instead of {had}")]
    Links { links: usize, had: usize },
    #[error("the response is no longer readable")]
    NoResponse,
}

/// An answer that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    pub id: SnapshotId,
    /// What is wrong with it.
    pub what: DamageKind,
}

impl Archive {
    /// Verifies every answer: it unpacks, has its check sum, and `read` finds as many links in it as when it came.
    ///
    /// # Errors
    /// The archive can't be read at all.
    pub async fn check(&self, read: impl Fn(&[u8]) -> Option<usize>) -> Result<Checked, ArchiveError> {
        self.told(self.store.verify(CheckDepth::Fully).await)?;
        let mut checked = Checked::default();
        for snapshot in self.snapshots().await?.iter().filter(|snapshot| snapshot.has_response) {
            checked.responses += 1;
            if let Err(what) = self.check_one(snapshot, &read).await {
                checked.damaged.push(Damage { id: snapshot.id, what });
            }
        }
        Ok(checked)
    }

    /// Looks it over, faster than [`Archive::check`] and without reading the answers.
    ///
    /// # Errors
    /// It is damaged, or can't be read.
    pub async fn look_over(&self) -> Result<(), ArchiveError> {
        self.told(self.store.verify(CheckDepth::Quickly).await)
    }

    async fn check_one(&self, snapshot: &Snapshot, read: impl Fn(&[u8]) -> Option<usize>) -> Result<(), DamageKind> {
        let stored = match self.told(self.store.response(snapshot.id).await) {
            Ok(stored) => stored,
            Err(ArchiveError::DamagedResponse { reason, .. }) => return Err(DamageKind::Unreadable(reason)),
            Err(error) => return Err(DamageKind::Unreadable(error.to_string())),
        };
        let raw =
            unpack(&stored.packed, stored.raw_bytes).map_err(|error| DamageKind::Unreadable(error.to_string()))?;
        if Sha256::digest(&raw).to_vec() != stored.sha256 {
            return Err(DamageKind::CheckSum);
        }
        match read(&raw) {
            // Of an answer that could not be read as a whole when it came, better readers may find more.
            Some(links)
                if links < snapshot.links
                    || (links > snapshot.links && snapshot.status == RequestStatus::Completed) =>
            {
                Err(DamageKind::Links { links, had: snapshot.links })
            }
            None if snapshot.status == RequestStatus::Completed => Err(DamageKind::NoResponse),
            _ => Ok(()),
        }
    }

    /// Gives room that deleted answers took back to the system.
    ///
    /// # Errors
    /// There is no room to write it anew, or another program uses it.
    pub async fn compact(&self) -> Result<(), ArchiveError> {
        self.told(self.store.compact().await)
    }
}
