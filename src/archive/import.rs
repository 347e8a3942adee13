//! Taking over what another archive exported, or this one long ago.

use crate::domain::signs::{CLOSE, OPEN};
use std::cmp::Ordering;
use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::base::Archive;
use super::error::{ArchiveError, StoreError};
use super::export::TransferCounts;
use super::manifest::{FORMAT, Format, LinkNote, MANIFEST, Manifest, ManifestEntry, Occurrences, hex};
use super::packed::store_packed;
use super::record::{DuplicateIndex, ImportedRequest};
use crate::domain::note::{LinkId, Note};
use crate::files;

impl Archive {
    /// Takes over what was exported, all of it or nothing. What the archive knows already is left alone, so that it can be done
    /// again and again.
    ///
    /// # Errors
    /// The directory holds no export, a file of it is not what the manifest says, or the archive can't be written. Nothing was
    /// changed then.
    pub async fn import(&self, directory: &Path) -> Result<TransferCounts, ArchiveError> {
        let Manifest { requests, notes, .. } = read_manifest(directory)?;
        // All of it is looked at before another program has to wait for this one.
        for entry in &requests {
            read_response(directory, entry)?;
        }
        let mut occurrences = Occurrences::default();
        let counted: Vec<(&ManifestEntry, DuplicateIndex)> =
            requests.iter().map(|entry| (entry, occurrences.count(entry))).collect();
        let load = |place: usize| {
            let (entry, nth) = counted.get(place).ok_or(StoreError::NotFound)?;
            load(directory, entry, *nth)
        };
        let notes: Vec<_> = notes.into_iter().map(note).filter(|(_, note)| !note.is_empty()).collect();
        let new = self.told(self.store.import(counted.len(), &load, &notes).await)?;
        Ok(TransferCounts { requests: new, known: counted.len().saturating_sub(new) })
    }
}

fn load(directory: &Path, entry: &ManifestEntry, nth: DuplicateIndex) -> Result<ImportedRequest, StoreError> {
    let raw = read_response(directory, entry).map_err(|error| StoreError::Source(Box::new(error)))?;
    Ok(entry.incoming(raw.as_deref().map(store_packed).transpose()?, nth))
}

fn note(LinkNote { source_url, target_url, note: text, tag }: LinkNote) -> (LinkId, Note) {
    (LinkId { source_url, target_url }, Note { text, tag })
}

/// More than this is no manifest: a hundred thousand requests take a quarter of it.
const LARGEST_MANIFEST: u64 = 256 << 20;

/// More than this fits in no row of the database.
const LARGEST_RESPONSE: u64 = 1 << 30;

fn read_manifest(directory: &Path) -> Result<Manifest, ArchiveError> {
    let path = directory.join(MANIFEST);
    let text = match files::read(&path, LARGEST_MANIFEST) {
        Ok(text) => text,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Err(ArchiveError::NoExport(directory.to_owned()));
        }
        Err(error) => return Err(ArchiveError::BadExport { path, reason: error.to_string() }),
    };
    let bad = |reason: &str| ArchiveError::BadExport { path: path.clone(), reason: reason.to_owned() };
    // Its format first: what follows may be laid out in another way.
    let Format { format } = serde_json::from_slice(&text).map_err(|e| bad(&e.to_string()))?;
    match format.cmp(&i64::from(FORMAT)) {
        Ordering::Greater => Err(bad("it was written by a newer version of kew-tui, which can import it")),
        Ordering::Less => Err(bad(&format!("unknown format {format}"))),
        Ordering::Equal => serde_json::from_slice(&text).map_err(|e| bad(&e.to_string())),
    }
}

/// The response to a request of a manifest, if it has one, as it was when it was exported.
fn read_response(directory: &Path, entry: &ManifestEntry) -> Result<Option<Vec<u8>>, ArchiveError> {
    let bad = |path: &Path, reason: &str| ArchiveError::BadExport { path: path.to_owned(), reason: reason.to_owned() };
    let manifest = || directory.join(MANIFEST);
    let (name, sum) = match (&entry.file, &entry.sha256) {
        (None, None) => return Ok(None),
        (Some(name), Some(sum)) => (name, sum),
        (Some(name), None) => return Err(bad(&manifest(), &format!("no checksum for {OPEN}{name}{CLOSE}"))),
        (None, Some(_)) => return Err(bad(&manifest(), "a checksum without a file name")),
    };
    // A name from a manifest is data: it must not lead to another place, as on Windows `C:x` would too.
    if name.contains(['/', '\\', ':']) {
        return Err(bad(&manifest(), &format!("{OPEN}{name}{CLOSE} is not the name of a file in the same directory")));
    }
    let path = directory.join(name);
    let raw = files::read(&path, LARGEST_RESPONSE).map_err(|e| bad(&path, &e.to_string()))?;
    if hex(&Sha256::digest(&raw)) == *sum {
        Ok(Some(raw))
    } else {
        Err(bad(&path, "its content is not what was exported (wrong checksum)"))
    }
}
