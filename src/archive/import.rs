//! Taking over what another archive exported, or this one long ago.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};
use sqlx::SqliteConnection;

use super::error::ArchiveError;
use super::manifest::{Entry, FORMAT, LinkNote, MANIFEST, Manifest, Settlement, hex};
use super::packed::pack;
use super::store::Archive;
use super::upkeep::Moved;
use crate::domain::note::{LinkId, Note};

impl Archive {
    /// Takes over what was exported. What the archive knows already is left alone, so that it can be done again and again.
    ///
    /// # Errors
    /// The directory holds no export, or a file of it is not what the manifest says: then nothing was changed. Or the
    /// archive can't be written: then what was taken over before stays.
    pub async fn import(&self, directory: &Path) -> Result<Moved, ArchiveError> {
        let manifest = read_manifest(directory)?;
        // All of it is looked at before any of it is taken over.
        for entry in &manifest.requests {
            read_file(directory, entry)?;
        }
        let mut moved = Moved::default();
        let mut occurrences = Occurrences::default();
        for entry in &manifest.requests {
            let raw = read_file(directory, entry)?;
            let nth = occurrences.count(entry);
            if self.import_one(entry, raw.as_deref(), nth).await.map_err(|e| self.error(&e))? {
                moved.requests += 1;
            } else {
                moved.known += 1;
            }
        }
        self.import_notes(manifest.notes).await?;
        Ok(moved)
    }

    /// Takes over notes on links of which nothing is said here.
    async fn import_notes(&self, notes: Vec<LinkNote>) -> Result<(), ArchiveError> {
        let known: HashSet<LinkId> = self.notes().await?.into_iter().map(|(link, _)| link).collect();
        let note = |note: LinkNote| {
            let link = LinkId { source_url: note.source_url, target_url: note.target_url };
            (link, Note { text: note.note, tag: note.tag })
        };
        let new: Vec<_> = notes.into_iter().map(note).filter(|(link, _)| !known.contains(link)).collect();
        self.set_notes(&new).await
    }

    /// Returns whether it was new.
    async fn import_one(&self, entry: &Entry, raw: Option<&[u8]>, nth: Nth) -> sqlx::Result<bool> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let sums: Vec<Option<Vec<u8>>> = sqlx::query_scalar(
            "SELECT a.sha256 FROM requests r LEFT JOIN outcomes o ON o.request_id = r.id
                                             LEFT JOIN answers a ON a.request_id = r.id
             WHERE r.started_ms = ? AND r.target = ? AND r.scope = ? AND r.mode = ? AND r.num = ?
               AND COALESCE(o.finished_ms, r.started_ms) = ?",
        )
        .bind(entry.started_ms)
        .bind(&entry.target)
        .bind(&entry.scope)
        .bind(&entry.mode)
        .bind(entry.num)
        .bind(entry.finished_ms())
        .fetch_all(&mut *transaction)
        .await?;
        let sum = raw.map(|raw| Sha256::digest(raw).to_vec());
        let same = sums.iter().filter(|there| **there == sum).count();
        // An answer that was deleted, here or before the export, does not make another request of it.
        let alike = sums.iter().filter(|there| there.is_none() || sum.is_none()).count();
        if same >= nth.same || alike >= nth.alike {
            return Ok(false);
        }
        let id = sqlx::query(
            "INSERT INTO requests (started_ms, scope, mode, target, num, quoted, balance_before, version, owner)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'imported')",
        )
        .bind(entry.started_ms)
        .bind(&entry.scope)
        .bind(&entry.mode)
        .bind(&entry.target)
        .bind(entry.num)
        .bind(entry.quoted)
        .bind(entry.balance_before)
        .bind(&entry.version)
        .execute(&mut *transaction)
        .await?
        .last_insert_rowid();
        sqlx::query(
            "INSERT INTO outcomes (request_id, finished_ms, kind, status, charged, link_count, skipped, failure)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(id)
        .bind(entry.finished_ms())
        .bind(&entry.kind)
        .bind(entry.status)
        .bind(entry.charged)
        .bind(entry.link_count)
        .bind(entry.skipped)
        .bind(&entry.failure)
        .execute(&mut *transaction)
        .await?;
        if let Some(settlement) = &entry.settlement {
            insert_settlement(&mut transaction, id, settlement).await?;
        }
        sqlx::query("INSERT INTO labels (request_id, name, note, tag, pinned) VALUES (?, ?, ?, ?, ?)")
            .bind(id)
            .bind(&entry.name)
            .bind(&entry.note)
            .bind(&entry.tag)
            .bind(entry.pinned)
            .execute(&mut *transaction)
            .await?;
        if let Some(raw) = raw {
            sqlx::query("INSERT INTO answers (request_id, raw_bytes, sha256, zstd) VALUES (?, ?, ?, ?)")
                .bind(id)
                .bind(raw.len() as i64)
                .bind(Sha256::digest(raw).to_vec())
                .bind(pack(raw)?)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(true)
    }
}

async fn insert_settlement(connection: &mut SqliteConnection, id: i64, settlement: &Settlement) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO settlements (request_id, settled_ms, balance_before, balance_after, shared, charged)
         VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(id)
    .bind(settlement.settled_ms)
    .bind(settlement.balance_before)
    .bind(settlement.balance_after)
    .bind(settlement.shared)
    .bind(settlement.charged)
    .execute(connection)
    .await
    .map(|_| ())
}

/// How many requests of a manifest, up to this one, began and ended at the same moments and asked the same.
#[derive(Clone, Copy)]
struct Nth {
    /// Those with the same answer.
    same: usize,
    /// Those with any.
    alike: usize,
}

/// Counts equal requests of a manifest, so that each of them is taken over and none twice.
#[derive(Default)]
struct Occurrences<'a> {
    same: HashMap<(Identity<'a>, Option<&'a str>), usize>,
    alike: HashMap<Identity<'a>, usize>,
}

/// What tells requests apart: when they began and ended, and what was asked.
type Identity<'a> = (i64, i64, &'a str, &'a str, &'a str, i64);

impl<'a> Occurrences<'a> {
    fn count(&mut self, entry: &'a Entry) -> Nth {
        let Entry { started_ms, target, scope, mode, num, .. } = entry;
        let identity = (*started_ms, entry.finished_ms(), target.as_str(), scope.as_str(), mode.as_str(), *num);
        let same = self.same.entry((identity, entry.sha256.as_deref())).or_default();
        let alike = self.alike.entry(identity).or_default();
        (*same, *alike) = (*same + 1, *alike + 1);
        Nth { same: *same, alike: *alike }
    }
}

fn read_manifest(directory: &Path) -> Result<Manifest, ArchiveError> {
    let path = directory.join(MANIFEST);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Err(ArchiveError::NoExport(directory.to_owned()));
        }
        Err(error) => return Err(ArchiveError::BadExport { path, reason: error.to_string() }),
    };
    let bad = |reason: String| ArchiveError::BadExport { path: path.clone(), reason };
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|e| bad(e.to_string()))?;
    if manifest.format > FORMAT {
        return Err(bad("a newer version of kew-tui wrote it: import it with that one".to_owned()));
    }
    Ok(manifest)
}

/// The answer to a request of a manifest, if it has one.
fn read_file(directory: &Path, entry: &Entry) -> Result<Option<Vec<u8>>, ArchiveError> {
    let Some(name) = &entry.file else { return Ok(None) };
    let bad = |path: &Path, reason: String| ArchiveError::BadExport { path: path.to_owned(), reason };
    // A name from a manifest is data: it must not lead to another place.
    if name.contains(['/', '\\']) {
        return Err(bad(&directory.join(MANIFEST), format!("“{name}” is not the name of a file beside it")));
    }
    let path = directory.join(name);
    let raw = fs::read(&path).map_err(|e| bad(&path, e.to_string()))?;
    match &entry.sha256 {
        Some(sum) if hex(&Sha256::digest(&raw)) != *sum => {
            Err(bad(&path, "its content is not what was exported (another check sum)".to_owned()))
        }
        _ => Ok(Some(raw)),
    }
}
