//! Taking over what another archive exported, or this one long ago.

use crate::domain::signs::{CLOSE, OPEN};
use std::cmp::Ordering;
use std::collections::HashMap;
use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};
use sqlx::SqliteConnection;

use super::error::ArchiveError;
use super::manifest::{Entry, FORMAT, Format, LinkNote, MANIFEST, Manifest, Settlement, hex};
use super::packed::pack;
use super::store::Archive;
use super::upkeep::Moved;
use crate::files;

impl Archive {
    /// Takes over what was exported, all of it or nothing. What the archive knows already is left alone, so that it can be done
    /// again and again.
    ///
    /// # Errors
    /// The directory holds no export, a file of it is not what the manifest says, or the archive can't be written. Nothing was
    /// changed then.
    pub async fn import(&self, directory: &Path) -> Result<Moved, ArchiveError> {
        let manifest = read_manifest(directory)?;
        // All of it is looked at before another program has to wait for this one.
        for entry in &manifest.requests {
            read_response(directory, entry)?;
        }
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(|e| self.error(&e))?;
        let mut moved = Moved::default();
        let mut occurrences = Occurrences::default();
        for entry in &manifest.requests {
            let raw = read_response(directory, entry)?;
            let nth = occurrences.count(entry);
            let is_new = import_one(&mut transaction, entry, raw.as_deref(), nth).await;
            if is_new.map_err(|e| self.error(&e))? {
                moved.requests += 1;
            } else {
                moved.known += 1;
            }
        }
        for note in &manifest.notes {
            import_note(&mut transaction, note).await.map_err(|e| self.error(&e))?;
        }
        transaction.commit().await.map_err(|e| self.error(&e))?;
        Ok(moved)
    }
}

/// Takes over a note on a link of which nothing is said here.
async fn import_note(connection: &mut SqliteConnection, note: &LinkNote) -> sqlx::Result<()> {
    if note.note.is_empty() && note.tag.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO link_notes (source_url, target_url, note, tag) VALUES (?, ?, ?, ?)
         ON CONFLICT (source_url, target_url) DO NOTHING",
    )
    .bind(&note.source_url)
    .bind(&note.target_url)
    .bind(&note.note)
    .bind(&note.tag)
    .execute(connection)
    .await
    .map(|_| ())
}

/// Returns whether it was new.
async fn import_one(
    connection: &mut SqliteConnection,
    entry: &Entry,
    raw: Option<&[u8]>,
    nth: Nth,
) -> sqlx::Result<bool> {
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
    .fetch_all(&mut *connection)
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
    .execute(&mut *connection)
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
    .execute(&mut *connection)
    .await?;
    if let Some(settlement) = &entry.settlement {
        insert_settlement(connection, id, settlement).await?;
    }
    sqlx::query("INSERT INTO labels (request_id, name, note, tag, pinned) VALUES (?, ?, ?, ?, ?)")
        .bind(id)
        .bind(&entry.name)
        .bind(&entry.note)
        .bind(&entry.tag)
        .bind(entry.pinned)
        .execute(&mut *connection)
        .await?;
    if let Some(raw) = raw {
        sqlx::query("INSERT INTO answers (request_id, raw_bytes, sha256, zstd) VALUES (?, ?, ?, ?)")
            .bind(id)
            .bind(raw.len() as i64)
            .bind(Sha256::digest(raw).to_vec())
            .bind(pack(raw)?)
            .execute(&mut *connection)
            .await?;
    }
    Ok(true)
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
        Ordering::Greater => Err(bad("a newer version of kew-tui wrote it: import it with that one")),
        Ordering::Less => Err(bad(&format!("its format {format} is unknown"))),
        Ordering::Equal => serde_json::from_slice(&text).map_err(|e| bad(&e.to_string())),
    }
}

/// The response to a request of a manifest, if it has one, as it was when it was exported.
fn read_response(directory: &Path, entry: &Entry) -> Result<Option<Vec<u8>>, ArchiveError> {
    let bad = |path: &Path, reason: &str| ArchiveError::BadExport { path: path.to_owned(), reason: reason.to_owned() };
    let manifest = || directory.join(MANIFEST);
    let (name, sum) = match (&entry.file, &entry.sha256) {
        (None, None) => return Ok(None),
        (Some(name), Some(sum)) => (name, sum),
        (Some(name), None) => return Err(bad(&manifest(), &format!("there is no check sum of {OPEN}{name}{CLOSE}"))),
        (None, Some(_)) => return Err(bad(&manifest(), "there is a check sum without the name of its file")),
    };
    // A name from a manifest is data: it must not lead to another place, as on Windows `C:x` would too.
    if name.contains(['/', '\\', ':']) {
        return Err(bad(&manifest(), &format!("{OPEN}{name}{CLOSE} is not the name of a file beside it")));
    }
    let path = directory.join(name);
    let raw = files::read(&path, LARGEST_RESPONSE).map_err(|e| bad(&path, &e.to_string()))?;
    if hex(&Sha256::digest(&raw)) == *sum {
        Ok(Some(raw))
    } else {
        Err(bad(&path, "its content is not what was exported (another check sum)"))
    }
}
