//! Exports the archive: responses as JSON files, plus a manifest.

use std::collections::HashSet;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::base::Archive;
use super::error::ArchiveError;
use super::manifest::{LinkNote, MANIFEST, Manifest, ManifestEntry, format_of, hex};
use super::read;
use super::record::{Readability, Record, RequestFate};
use super::store::RecordSelector;
use crate::domain::SnapshotId;
use crate::domain::note::{LinkId, Note};
use crate::files;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TransferCounts {
    /// Newly written.
    pub requests: usize,
    /// Already present.
    pub known: usize,
}

struct Export<'a> {
    archive: &'a Archive,
    directory: &'a Path,
    /// Names of the response files that this export has written.
    written: HashSet<String>,
    counts: TransferCounts,
    /// The first thing that could not be read.
    damage: Option<ArchiveError>,
}

impl Archive {
    /// Writes every request that is not running to `directory`: responses as JSON files, plus a manifest. Existing
    /// files with the right content are kept.
    ///
    /// # Errors
    /// The archive can't be read, or the directory can't be written. If the archive is damaged, everything readable has
    /// been exported.
    pub async fn export(&self, directory: &Path) -> Result<TransferCounts, ArchiveError> {
        files::create_private_directory(directory).map_err(|e| ArchiveError::not_exported(directory, &e))?;
        let (written, counts) = (HashSet::new(), TransferCounts::default());
        let mut export = Export { archive: self, directory, written, counts, damage: None };
        let requests = export.requests(self.records(RecordSelector::All).await?).await?;
        let notes = export.notes().await;
        let format = format_of(&requests);
        let manifest = serde_json::to_vec_pretty(&Manifest { format, requests, notes });
        let path = directory.join(MANIFEST);
        let manifest = manifest.map_err(|e| ArchiveError::not_exported(&path, &e.into()))?;
        files::write_private(&path, &manifest).map_err(|e| ArchiveError::not_exported(&path, &e))?;
        let Export { counts, damage, .. } = export;
        damage.map_or(Ok(counts), Err)
    }
}

impl Export<'_> {
    fn record_damage(&mut self, error: ArchiveError) {
        self.damage.get_or_insert(error);
    }

    /// Oldest first, including requests that only a newer version can read.
    async fn requests(&mut self, mut records: Vec<Record>) -> Result<Vec<ManifestEntry>, ArchiveError> {
        records.retain(|record| record.fate != RequestFate::Running);
        records.sort_unstable_by_key(read::sort_key);
        let mut requests = Vec::new();
        for record in records {
            if record.readability != Readability::Complete {
                self.record_damage(ArchiveError::DamagedRecord(record.id.0));
                continue;
            }
            let (id, has_response) = (record.id, record.has_response);
            let mut entry = ManifestEntry::from_record(record);
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
            // Deleted since the records were read.
            Err(ArchiveError::NoSuchSnapshot) => return Ok(()),
            Err(error) => {
                self.record_damage(error);
                return Ok(());
            }
        };
        let sum = hex(&Sha256::digest(&raw));
        let extension = if entry.tool.is_some() { "ndjson" } else { "json" };
        let name = format!("{}.{extension}", sum.get(..16).unwrap_or(&sum));
        let path = self.directory.join(&name);
        // Identical responses share a file; it counts as written if this export wrote it.
        if self.written.contains(&name) {
            self.counts.requests += 1;
        } else if files::read(&path, raw.len() as u64).is_ok_and(|existing| existing == raw) {
            self.counts.known += 1;
        } else {
            files::write_private(&path, &raw).map_err(|e| ArchiveError::not_exported(&path, &e))?;
            self.counts.requests += 1;
            self.written.insert(name.clone());
        }
        (entry.file, entry.sha256) = (Some(name), Some(sum));
        Ok(())
    }

    async fn notes(&mut self) -> Vec<LinkNote> {
        let archive = self.archive;
        let each = archive.with_location(archive.store.notes().await);
        let each = each.map_or_else(
            |error| vec![Err(error)],
            |notes| notes.into_iter().map(|n| archive.with_location(n)).collect(),
        );
        let mut notes = Vec::new();
        for note in each {
            match note {
                Ok((LinkId { source_url, target_url }, Note { text: note, tag })) => {
                    notes.push(LinkNote { source_url, target_url, note, tag });
                }
                Err(error) => self.record_damage(error),
            }
        }
        notes
    }
}
