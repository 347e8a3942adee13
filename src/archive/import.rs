//! Imports an exported archive.

use crate::domain::signs::{CLOSE, OPEN};
use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::base::Archive;
use super::error::{ArchiveError, StoreError};
use super::export::TransferCounts;
use super::manifest::{
    FORMAT, FORMAT_WITH_TOOLS, Format, LinkNote, MANIFEST, Manifest, ManifestEntry, Occurrences, hex,
};
use super::packed::{MAX_RESPONSE_BYTES, stored_response};
use super::record::{DuplicateIndex, ImportedRequest};
use crate::domain::note::{LinkId, Note};
use crate::files;

impl Archive {
    /// Imports an export, all or nothing. What the archive already has is skipped, so importing twice is harmless.
    ///
    /// # Errors
    /// The directory holds no export, a file does not match the manifest, or the archive can't be written. In each case
    /// nothing was changed.
    pub async fn import(&self, directory: &Path) -> Result<TransferCounts, ArchiveError> {
        let Manifest { requests, notes, .. } = read_manifest(directory)?;
        // Verify everything before the write lock is taken, so that no other program waits for it.
        for entry in &requests {
            read_response(directory, entry)?;
        }
        let mut occurrences = Occurrences::default();
        let entries: Vec<(&ManifestEntry, DuplicateIndex)> =
            requests.iter().map(|entry| (entry, occurrences.count(entry))).collect();
        let load = |index: usize| {
            let (entry, nth) = entries.get(index).ok_or(StoreError::NotFound)?;
            load(directory, entry, *nth)
        };
        let notes: Vec<_> = notes.into_iter().map(note).filter(|(_, note)| !note.is_empty()).collect();
        let new = self.with_location(self.store.import(entries.len(), &load, &notes).await)?;
        Ok(TransferCounts { requests: new, known: entries.len().saturating_sub(new) })
    }
}

fn load(directory: &Path, entry: &ManifestEntry, nth: DuplicateIndex) -> Result<ImportedRequest, StoreError> {
    let raw = read_response(directory, entry).map_err(|error| StoreError::Source(Box::new(error)))?;
    Ok(entry.to_import(raw.as_deref().map(stored_response).transpose()?, nth))
}

fn note(LinkNote { source_url, target_url, note: text, tag }: LinkNote) -> (LinkId, Note) {
    (LinkId { source_url, target_url }, Note { text, tag })
}

/// A manifest of 100,000 requests takes a quarter of this.
const MAX_MANIFEST_BYTES: u64 = 256 << 20;

fn read_manifest(directory: &Path) -> Result<Manifest, ArchiveError> {
    let path = directory.join(MANIFEST);
    let text = match files::read(&path, MAX_MANIFEST_BYTES) {
        Ok(text) => text,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Err(ArchiveError::NotAnExport(directory.to_owned()));
        }
        Err(error) => return Err(ArchiveError::BadExport { path, reason: error.to_string() }),
    };
    let bad = |reason: &str| ArchiveError::BadExport { path: path.clone(), reason: reason.to_owned() };
    // Check the format first: other formats may have a different layout.
    let Format { format } = serde_json::from_slice(&text).map_err(|e| bad(&e.to_string()))?;
    let (oldest, newest) = (i64::from(FORMAT), i64::from(FORMAT_WITH_TOOLS));
    match format {
        _ if format > newest => Err(bad("it was written by a newer version of kew-tui; use that version to import it")),
        _ if format < oldest => Err(bad(&format!("unknown format {format}"))),
        _ => serde_json::from_slice(&text).map_err(|e| bad(&e.to_string())),
    }
}

/// Verifies the checksum. `None` if the request has no response.
fn read_response(directory: &Path, entry: &ManifestEntry) -> Result<Option<Vec<u8>>, ArchiveError> {
    let bad = |path: &Path, reason: &str| ArchiveError::BadExport { path: path.to_owned(), reason: reason.to_owned() };
    let manifest = || directory.join(MANIFEST);
    let (name, sum) = match (&entry.file, &entry.sha256) {
        (None, None) => return Ok(None),
        (Some(name), Some(sum)) => (name, sum),
        (Some(name), None) => return Err(bad(&manifest(), &format!("no checksum for {OPEN}{name}{CLOSE}"))),
        (None, Some(_)) => return Err(bad(&manifest(), "a checksum without a file name")),
    };
    // The name comes from the manifest: it must not lead to another directory, as `C:x` does on Windows.
    if name.contains(['/', '\\', ':']) {
        return Err(bad(&manifest(), &format!("{OPEN}{name}{CLOSE} is not the name of a file in the same directory")));
    }
    let path = directory.join(name);
    let raw = files::read(&path, MAX_RESPONSE_BYTES).map_err(|e| bad(&path, &e.to_string()))?;
    if hex(&Sha256::digest(&raw)) == *sum {
        Ok(Some(raw))
    } else {
        Err(bad(&path, "its content is not what was exported (wrong checksum)"))
    }
}
