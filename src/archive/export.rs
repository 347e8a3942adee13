//! Writing the archive out as plain files.

use std::collections::HashSet;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::base::Archive;
use super::error::ArchiveError;
use super::manifest::{FORMAT, LinkNote, MANIFEST, Manifest, ManifestEntry, hex};
use super::read;
use super::record::{Readability, Record, RequestFate};
use super::store::RecordSelector;
use crate::domain::SnapshotId;
use crate::domain::note::{LinkId, Note};
use crate::files;

/// What was moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TransferCounts {
    /// Requests that were written.
    pub requests: usize,
    /// Requests that were there already.
    pub known: usize,
}

/// An export that is being written.
struct Export<'a> {
    archive: &'a Archive,
    directory: &'a Path,
    /// Names of files with a response that were written now.
    written: HashSet<String>,
    moved: TransferCounts,
    /// The first thing that could not be read.
    damage: Option<ArchiveError>,
}

impl Archive {
    /// Writes every request that has ended into `directory`: the answers as plain JSON files, and a manifest. A file that is
    /// there already with the right content is left alone.
    ///
    /// # Errors
    /// The archive can't be read, or the directory can't be written. Of a damaged archive, all that can be read is there.
    pub async fn export(&self, directory: &Path) -> Result<TransferCounts, ArchiveError> {
        files::create_private_directory(directory).map_err(|e| ArchiveError::not_exported(directory, &e))?;
        let (written, moved) = (HashSet::new(), TransferCounts::default());
        let mut export = Export { archive: self, directory, written, moved, damage: None };
        let requests = export.requests(self.records(RecordSelector::All).await?).await?;
        let notes = export.notes().await;
        let manifest = serde_json::to_vec_pretty(&Manifest { format: FORMAT, requests, notes });
        let path = directory.join(MANIFEST);
        let manifest = manifest.map_err(|e| ArchiveError::not_exported(&path, &e.into()))?;
        files::write_private(&path, &manifest).map_err(|e| ArchiveError::not_exported(&path, &e))?;
        let Export { moved, damage, .. } = export;
        damage.map_or(Ok(moved), Err)
    }
}

impl Export<'_> {
    fn note_damage(&mut self, error: ArchiveError) {
        self.damage.get_or_insert(error);
    }

    /// Those that are not running, oldest first, those that only another version can read included.
    async fn requests(&mut self, mut records: Vec<Record>) -> Result<Vec<ManifestEntry>, ArchiveError> {
        records.retain(|record| record.fate != RequestFate::Running);
        records.sort_unstable_by_key(read::when);
        let mut requests = Vec::new();
        for record in records {
            if record.legible != Readability::Whole {
                self.note_damage(ArchiveError::DamagedRecord(record.id.0));
                continue;
            }
            let (id, has_response) = (record.id, record.has_response);
            let mut entry = ManifestEntry::of(record);
            if has_response {
                self.add_response(id, &mut entry).await?;
            }
            requests.push(entry);
        }
        Ok(requests)
    }

    async fn add_response(&mut self, id: SnapshotId, entry: &mut ManifestEntry) -> Result<(), ArchiveError> {
        let raw = match self.archive.response(id).await {
            Ok(raw) => raw,
            // It was deleted a moment ago.
            Err(ArchiveError::NoSuchSnapshot) => return Ok(()),
            Err(error) => {
                self.note_damage(error);
                return Ok(());
            }
        };
        let sum = hex(&Sha256::digest(&raw));
        let name = format!("{}.json", sum.get(..16).unwrap_or(&sum));
        let path = self.directory.join(&name);
        // Of equal answers one file is enough; what counts is that it was written now.
        if self.written.contains(&name) {
            self.moved.requests += 1;
        } else if files::read(&path, raw.len() as u64).is_ok_and(|there| there == raw) {
            self.moved.known += 1;
        } else {
            files::write_private(&path, &raw).map_err(|e| ArchiveError::not_exported(&path, &e))?;
            self.moved.requests += 1;
            self.written.insert(name.clone());
        }
        (entry.file, entry.sha256) = (Some(name), Some(sum));
        Ok(())
    }

    async fn notes(&mut self) -> Vec<LinkNote> {
        let archive = self.archive;
        let each = archive.told(archive.store.notes().await);
        let each =
            each.map_or_else(|error| vec![Err(error)], |notes| notes.into_iter().map(|n| archive.told(n)).collect());
        let mut notes = Vec::new();
        for note in each {
            match note {
                Ok((LinkId { source_url, target_url }, Note { text: note, tag })) => {
                    notes.push(LinkNote { source_url, target_url, note, tag });
                }
                Err(error) => self.note_damage(error),
            }
        }
        notes
    }
}
