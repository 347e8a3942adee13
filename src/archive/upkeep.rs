//! Looking after the archive: verifying every answer, reclaiming space, moving it as plain files.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::Row;

use super::error::ArchiveError;
use super::log::pack;
use super::store::{Archive, create_private_directory};
use crate::domain::note::{LinkId, Note};
use crate::domain::snapshot::Ending;
use crate::domain::{Snapshot, SnapshotId};

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// How many answers were looked at.
    pub answers: usize,
    /// What is wrong.
    pub damaged: Vec<Damage>,
}

/// An answer that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Which.
    pub id: SnapshotId,
    /// What is wrong with it.
    pub what: String,
}

/// What was moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Requests that were written.
    pub requests: usize,
    /// Requests that were there already.
    pub known: usize,
}

/// The file beside the answers that says what they are.
const MANIFEST: &str = "manifest.json";

/// The layout of the manifest.
const FORMAT: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    format: u32,
    requests: Vec<Entry>,
    /// What the user says of links.
    #[serde(default)]
    notes: Vec<LinkNote>,
}

/// A note on a link; the names are those of the database.
#[derive(Debug, Serialize, Deserialize)]
struct LinkNote {
    source_url: String,
    target_url: String,
    note: String,
    tag: String,
}

/// A request in the manifest; the names are those of the database.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    started_ms: i64,
    finished_ms: Option<i64>,
    scope: String,
    mode: String,
    target: String,
    num: i64,
    quoted: i64,
    balance_before: Option<i64>,
    version: String,
    kind: String,
    status: Option<i64>,
    charged: Option<i64>,
    link_count: i64,
    failure: Option<String>,
    name: String,
    note: String,
    tag: String,
    pinned: bool,
    /// The file with the answer, beside the manifest.
    file: Option<String>,
    sha256: Option<String>,
}

impl Archive {
    /// Verifies every answer: it unpacks, has its check sum, and `read` finds as many links in it as when it came.
    ///
    /// # Errors
    /// The archive can't be read at all.
    pub async fn check(&self, read: impl Fn(&[u8]) -> Option<usize>) -> Result<Checked, ArchiveError> {
        self.has_integrity("PRAGMA integrity_check").await?;
        let mut checked = Checked::default();
        for snapshot in self.snapshots().await?.iter().filter(|snapshot| snapshot.has_answer) {
            checked.answers += 1;
            if let Err(what) = self.check_one(snapshot, &read).await {
                checked.damaged.push(Damage { id: snapshot.id, what });
            }
        }
        Ok(checked)
    }

    /// Looks over the database itself, faster than [`Archive::check`] and without reading the answers.
    ///
    /// # Errors
    /// It is damaged, or can't be read.
    pub async fn quick_check(&self) -> Result<(), ArchiveError> {
        self.has_integrity("PRAGMA quick_check").await
    }

    async fn has_integrity(&self, question: &'static str) -> Result<(), ArchiveError> {
        let answer: String = sqlx::query_scalar(question).fetch_one(&self.pool).await.map_err(|e| self.error(&e))?;
        if answer == "ok" {
            return Ok(());
        }
        Err(ArchiveError::Damaged { path: self.path.clone(), reason: answer })
    }

    async fn check_one(&self, snapshot: &Snapshot, read: impl Fn(&[u8]) -> Option<usize>) -> Result<(), String> {
        let raw = self.answer(snapshot.id).await.map_err(|e| e.to_string())?;
        let kept = sqlx::query_scalar::<_, Vec<u8>>("SELECT sha256 FROM answers WHERE request_id = ?");
        let kept = kept.bind(snapshot.id.0).fetch_one(&self.pool).await.map_err(|e| e.to_string())?;
        if Sha256::digest(&raw).to_vec() != kept {
            return Err("its check sum differs".to_owned());
        }
        match read(&raw) {
            // Of an answer that nothing could be read of when it came, better readers may find more.
            Some(links) if links != snapshot.links && snapshot.ending != Ending::Unknown => {
                Err(format!("it holds {links} links, but had {}", snapshot.links))
            }
            None if snapshot.ending == Ending::Answered => Err("it can't be read any more".to_owned()),
            _ => Ok(()),
        }
    }

    /// Gives room that deleted answers took back to the system. Returns the bytes before and after.
    ///
    /// # Errors
    /// There is no room to write it anew, or another program uses it.
    pub async fn vacuum(&self) -> Result<(u64, u64), ArchiveError> {
        let size = || fs::metadata(&self.path).map_or(0, |meta| meta.len());
        let before = size();
        for step in ["VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"] {
            sqlx::query(step).execute(&self.pool).await.map_err(|e| self.error(&e))?;
        }
        Ok((before, size()))
    }

    /// Writes every request that has ended into `directory`: the answers as plain JSON files, and a manifest. A file that is
    /// there already with the right content is left alone.
    ///
    /// # Errors
    /// The archive can't be read, or the directory can't be written. Of a damaged archive, all that can be read is there.
    pub async fn export(&self, directory: &Path) -> Result<Moved, ArchiveError> {
        let not_written = |path: &Path, error: &io::Error| ArchiveError::NotExported {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        create_private_directory(directory).map_err(|e| not_written(directory, &e))?;
        let mut moved = Moved::default();
        let mut requests = Vec::new();
        let mut written = HashSet::new();
        let mut damage = None;
        for id in self.not_running().await? {
            let mut entry = self.entry(id).await.map_err(|e| self.error(&e))?;
            match self.answer(id).await {
                Ok(raw) => {
                    let sum = hex(&Sha256::digest(&raw));
                    let name = format!("{}.json", sum.get(..16).unwrap_or(&sum));
                    let path = directory.join(&name);
                    // Of equal answers one file is enough; what counts is that it was written now.
                    if written.contains(&name) {
                        moved.requests += 1;
                    } else if fs::read(&path).is_ok_and(|there| there == raw) {
                        moved.known += 1;
                    } else {
                        write_private(&path, &raw).map_err(|e| not_written(&path, &e))?;
                        moved.requests += 1;
                        written.insert(name.clone());
                    }
                    entry.file = Some(name);
                    entry.sha256 = Some(sum);
                }
                Err(ArchiveError::NoSuchSnapshot) => {}
                Err(error) => damage = damage.or(Some(error)),
            }
            requests.push(entry);
        }
        let note = |(link, note): (LinkId, Note)| {
            let LinkId { source_url, target_url } = link;
            LinkNote { source_url, target_url, note: note.text, tag: note.tag }
        };
        let notes = self.notes().await?.into_iter().map(note).collect();
        let manifest = serde_json::to_vec_pretty(&Manifest { format: FORMAT, requests, notes });
        let path = directory.join(MANIFEST);
        let manifest = manifest.map_err(|e| not_written(&path, &e.into()))?;
        write_private(&path, &manifest).map_err(|e| not_written(&path, &e))?;
        damage.map_or(Ok(moved), Err)
    }

    /// The requests that are not running, oldest first, those that only another version can read included.
    async fn not_running(&self) -> Result<Vec<SnapshotId>, ArchiveError> {
        let all = sqlx::query_scalar::<_, i64>("SELECT id FROM requests").fetch_all(&self.pool).await;
        let mut ended: BTreeSet<i64> = all.map_err(|e| self.error(&e))?.into_iter().collect();
        for running in self.snapshots().await?.iter().filter(|snapshot| snapshot.ending == Ending::Running) {
            ended.remove(&running.id.0);
        }
        Ok(ended.into_iter().map(SnapshotId).collect())
    }

    async fn entry(&self, id: SnapshotId) -> sqlx::Result<Entry> {
        let row = sqlx::query(
            "SELECT r.started_ms, r.scope, r.mode, r.target, r.num, r.quoted, r.balance_before, r.version,
                    o.finished_ms, o.kind, o.status, o.charged, o.link_count, o.failure, l.name, l.note, l.tag, l.pinned
             FROM requests r LEFT JOIN outcomes o ON o.request_id = r.id LEFT JOIN labels l ON l.request_id = r.id
             WHERE r.id = ?",
        )
        .bind(id.0)
        .fetch_one(&self.pool)
        .await?;
        let text = |name| row.try_get::<Option<String>, _>(name).map(Option::unwrap_or_default);
        Ok(Entry {
            started_ms: row.try_get("started_ms")?,
            finished_ms: row.try_get("finished_ms")?,
            scope: row.try_get("scope")?,
            mode: row.try_get("mode")?,
            target: row.try_get("target")?,
            num: row.try_get("num")?,
            quoted: row.try_get("quoted")?,
            balance_before: row.try_get("balance_before")?,
            version: row.try_get("version")?,
            kind: row.try_get::<Option<String>, _>("kind")?.unwrap_or_else(|| Ending::Unknown.name().to_owned()),
            status: row.try_get("status")?,
            charged: row.try_get("charged")?,
            link_count: row.try_get::<Option<i64>, _>("link_count")?.unwrap_or(0),
            failure: row.try_get("failure")?,
            name: text("name")?,
            note: text("note")?,
            tag: text("tag")?,
            pinned: row.try_get::<Option<bool>, _>("pinned")?.unwrap_or(false),
            file: None,
            sha256: None,
        })
    }

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
            "INSERT INTO outcomes (request_id, finished_ms, kind, status, charged, link_count, failure) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(id)
        .bind(entry.finished_ms())
        .bind(&entry.kind)
        .bind(entry.status)
        .bind(entry.charged)
        .bind(entry.link_count)
        .bind(&entry.failure)
        .execute(&mut *transaction)
        .await?;
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

impl Entry {
    /// When it ended; a request of which nobody knows that ended when it began.
    fn finished_ms(&self) -> i64 {
        self.finished_ms.unwrap_or(self.started_ms)
    }
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

/// Written whole or not at all, and readable by the user alone.
fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::io::Write;
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map(|_| ()).map_err(|error| error.error)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
