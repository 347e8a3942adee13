//! Looking after the archive: verifying every answer, reclaiming space, moving it as plain files.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};
use sqlx::Row;

use super::error::ArchiveError;
use super::manifest::{Entry, FORMAT, LinkNote, MANIFEST, Manifest, Settlement, hex};
use super::store::{Archive, create_private_directory};
use crate::domain::note::{LinkId, Note};
use crate::domain::snapshot::Ending;
use crate::domain::{Snapshot, SnapshotId};
use crate::files;

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
        let raw = match self.answer(snapshot.id).await {
            Ok(raw) => raw,
            Err(ArchiveError::DamagedResponse { reason, .. }) => return Err(reason),
            Err(error) => return Err(error.to_string()),
        };
        let kept = sqlx::query_scalar::<_, Vec<u8>>("SELECT sha256 FROM answers WHERE request_id = ?");
        let kept = kept.bind(snapshot.id.0).fetch_one(&self.pool).await.map_err(|e| e.to_string())?;
        if Sha256::digest(&raw).to_vec() != kept {
            return Err("its check sum differs".to_owned());
        }
        match read(&raw) {
            // Of an answer that could not be read as a whole when it came, better readers may find more.
            Some(links)
                if links < snapshot.links || (links > snapshot.links && snapshot.ending == Ending::Answered) =>
            {
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
            let mut entry = match self.entry(id).await {
                Ok(entry) => entry,
                Err(error) => {
                    damage = damage.or_else(|| Some(self.error(&error)));
                    continue;
                }
            };
            match self.answer(id).await {
                Ok(raw) => {
                    let sum = hex(&Sha256::digest(&raw));
                    let name = format!("{}.json", sum.get(..16).unwrap_or(&sum));
                    let path = directory.join(&name);
                    // Of equal answers one file is enough; what counts is that it was written now.
                    if written.contains(&name) {
                        moved.requests += 1;
                    } else if files::read(&path, raw.len() as u64).is_ok_and(|there| there == raw) {
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
        let mut notes = Vec::new();
        for note in self.each_note().await.unwrap_or_else(|error| vec![Err(error)]) {
            match note {
                Ok((LinkId { source_url, target_url }, Note { text: note, tag })) => {
                    notes.push(LinkNote { source_url, target_url, note, tag });
                }
                Err(error) => damage = damage.or(Some(error)),
            }
        }
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
                    o.finished_ms, o.kind, o.status, o.charged, o.link_count, o.skipped, o.failure,
                    s.settled_ms, s.balance_before AS seen_before, s.balance_after AS seen_after, s.shared,
                    s.charged AS settled, l.name, l.note, l.tag, l.pinned
             FROM requests r LEFT JOIN outcomes o ON o.request_id = r.id LEFT JOIN labels l ON l.request_id = r.id
                             LEFT JOIN settlements s ON s.request_id = r.id
             WHERE r.id = ?",
        )
        .bind(id.0)
        .fetch_one(&self.pool)
        .await?;
        let text = |name| row.try_get::<Option<String>, _>(name).map(Option::unwrap_or_default);
        let settlement = match row.try_get::<Option<i64>, _>("settled_ms")? {
            Some(settled_ms) => Some(Settlement {
                settled_ms,
                balance_before: row.try_get("seen_before")?,
                balance_after: row.try_get("seen_after")?,
                shared: row.try_get("shared")?,
                charged: row.try_get("settled")?,
            }),
            None => None,
        };
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
            kind: row.try_get::<Option<String>, _>("kind")?.unwrap_or_else(|| Ending::Failed.name().to_owned()),
            status: row.try_get("status")?,
            charged: row.try_get("charged")?,
            link_count: row.try_get::<Option<i64>, _>("link_count")?.unwrap_or(0),
            skipped: row.try_get::<Option<i64>, _>("skipped")?.unwrap_or(0),
            settlement,
            failure: row.try_get("failure")?,
            name: text("name")?,
            note: text("note")?,
            tag: text("tag")?,
            pinned: row.try_get::<Option<bool>, _>("pinned")?.unwrap_or(false),
            file: None,
            sha256: None,
        })
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
