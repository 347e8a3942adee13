//! Invariants for any content of the files that the program reads back: the archive, an export, the state file. They run like
//! those in `checks.rs`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use kew_tui::api::response;
use kew_tui::archive::{self, Archive, ArchiveError, TransferCounts, pack, unpack};
use kew_tui::domain::snapshot::{RequestLog, UnixTime};
use kew_tui::domain::{Snapshot, SnapshotId, ledger};
use kew_tui::runtime::state_file::StateFile;
use sha2::{Digest, Sha256};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The largest size a response may be unpacked to, whatever size it declares.
const MAX_BYTES: usize = 64 << 20;

/// An archive with any content: its responses and its rows.
pub fn archive(raw: &[u8]) {
    match raw.split_first() {
        Some((0..0x60, rest)) => response(rest),
        Some((_, rest)) => rows(rest),
        None => {}
    }
}

/// A response is read back as it was stored, or it is an error.
fn response(raw: &[u8]) {
    let mut input = Input(raw);
    let (declared, cut) = (input.number(), usize::from(input.byte()));
    let stored = input.0;
    if let Ok(unpacked) = unpack(stored, declared) {
        assert_eq!(i64::try_from(unpacked.len()).unwrap(), declared);
        assert!(unpacked.len() <= MAX_BYTES.max(stored.len() * 100));
    }
    let length = i64::try_from(stored.len()).unwrap();
    let packed = pack(stored).unwrap();
    assert_eq!(unpack(&packed, length).unwrap(), stored);
    assert!(declared == length || unpack(&packed, declared).is_err(), "{declared} is the wrong length");
    // A truncated or changed response is an error or has the right length.
    let cut = cut % (packed.len() + 1);
    if let Ok(unpacked) = unpack(&packed[..cut], length) {
        assert_eq!(unpacked, stored);
    }
    let mut changed = packed;
    if let Some(byte) = changed.get_mut(cut) {
        *byte ^= declared.to_le_bytes()[0];
    }
    if let Ok(unpacked) = unpack(&changed, length) {
        assert_eq!(unpacked.len(), stored.len());
    }
}

/// Each row becomes a snapshot or an unreadable record, and no sum overflows.
fn rows(raw: &[u8]) {
    static STORE: OnceLock<Mutex<Store>> = OnceLock::new();
    let store = STORE.get_or_init(|| Mutex::new(Store::open(LOOSE_TABLES)));
    let store = store.lock().unwrap_or_else(PoisonError::into_inner);
    let Some((exported, count)) = store.runtime.block_on(store.try_rows(raw)) else { return };
    // Everything readable is exported and can be imported elsewhere.
    let other = Store::other().lock().unwrap_or_else(PoisonError::into_inner);
    let imported = other.runtime.block_on(async {
        other.empty().await;
        other.archive.import(&store.export()).await
    });
    let imported = imported.unwrap_or_else(|error| panic!("{exported:?}: {error}"));
    assert!(exported.is_err() || (imported.requests + imported.known) as i64 == count);
    fs::remove_dir_all(store.export()).unwrap();
}

/// The program's tables without constraints.
const LOOSE_TABLES: &str = "
    PRAGMA foreign_keys = OFF;
    DROP TABLE labels; DROP TABLE settlements; DROP TABLE answers; DROP TABLE outcomes; DROP TABLE requests;
    DROP TABLE link_notes;
    CREATE TABLE requests (id, started_ms, scope, mode, target, num, quoted, owner, balance_before, version, account, reading,
                           tool);
    CREATE TABLE outcomes (request_id, finished_ms, kind, status, charged, link_count, skipped, failure, server_finished);
    CREATE TABLE settlements (request_id, settled_ms, balance_before, balance_after, shared, charged);
    CREATE TABLE labels (request_id, name, note, tag, pinned);
    CREATE TABLE answers (request_id, raw_bytes, sha256, zstd);
    CREATE TABLE link_notes (source_url, target_url, note, tag);";

/// The insert of each table, and its number of values after the request's id.
const INSERTS: [(&str, usize); 6] = [
    ("INSERT INTO requests VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', NULL, NULL)", 9),
    ("INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)", 7),
    ("INSERT INTO settlements VALUES (?, ?, ?, ?, ?, ?)", 5),
    ("INSERT INTO labels VALUES (?, ?, ?, ?, ?)", 4),
    ("INSERT INTO answers VALUES (?, ?, ?, ?)", 3),
    ("INSERT INTO link_notes VALUES ('https://' || ?, ?, ?, ?)", 3),
];

const EMPTY: &str = "
    DELETE FROM labels; DELETE FROM settlements; DELETE FROM answers; DELETE FROM outcomes; DELETE FROM unchecked;
    DELETE FROM requests; DELETE FROM link_notes;";

/// Valid values of a row: most columns use these, so that the invalid ones are reached.
const VALID_VALUES: [&[&str]; 6] = [
    &["1000", "page", "all-links", "https://a.com/", "10", "150", "session-x.lock", "9000", "0.1.0"],
    &["2000", "answered", "200", "50", "10", "0", "no"],
    &["3000", "9000", "8950", "0", "50"],
    &["name", "note", "tag", "1"],
    &["2", "sum", "zstd"],
    &["https://a.com/", "note", "tag"],
];

/// An archive that is reused for every input.
struct Store {
    runtime: Runtime,
    archive: Archive,
    pool: SqlitePool,
    directory: TempDir,
}

impl Store {
    fn open(schema: &'static str) -> Store {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let directory = tempfile::tempdir().unwrap();
        let (archive, pool) = runtime.block_on(async {
            let archive = archive::ArchiveLocation::directory(directory.path().join("archive")).open().await.unwrap();
            let options = SqliteConnectOptions::new().filename(archive.location()).synchronous(SqliteSynchronous::Off);
            archive.close().await;
            let one = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1);
            let pool = one.connect_with(options.foreign_keys(false)).await.unwrap();
            sqlx::raw_sql(schema).execute(&pool).await.unwrap();
            (archive::ArchiveLocation::directory(directory.path().join("archive")).open().await.unwrap(), pool)
        });
        Store { runtime, archive, pool, directory }
    }

    /// The store that exports are imported into.
    fn other() -> &'static Mutex<Store> {
        static OTHER: OnceLock<Mutex<Store>> = OnceLock::new();
        OTHER.get_or_init(|| Mutex::new(Store::open("")))
    }

    /// The directory of an export.
    fn export(&self) -> PathBuf {
        self.directory.path().join("export")
    }

    async fn empty(&self) {
        sqlx::raw_sql(EMPTY).execute(&self.pool).await.unwrap();
    }

    /// Writes the rows and reads them back. For some inputs, exports them; returns the result and the number of requests.
    async fn try_rows(&self, raw: &[u8]) -> Option<(Result<TransferCounts, ArchiveError>, i64)> {
        let mut input = Input(raw);
        let flags = input.byte();
        let count = i64::from(flags % 3) + 1;
        let mut transaction = self.pool.begin().await.unwrap();
        sqlx::raw_sql(EMPTY).execute(&mut *transaction).await.unwrap();
        for id in 1..=count {
            for ((insert, columns), valid_value) in INSERTS.iter().zip(VALID_VALUES) {
                // Some requests have no outcome, annotation or response.
                if *columns != 9 && input.byte() % 8 == 7 {
                    continue;
                }
                let mut query = sqlx::query(*insert).bind(id);
                for column in 0..*columns {
                    query = match input.value(valid_value.get(column).copied().unwrap_or_default()) {
                        Value::Null => query.bind(None::<i64>),
                        Value::Number(number) => query.bind(number),
                        Value::Real(number) => query.bind(number),
                        Value::Text(text) => query.bind(text),
                        Value::Blob(bytes) => query.bind(bytes),
                    };
                }
                query.execute(&mut *transaction).await.unwrap();
            }
        }
        if flags & 0x40 != 0 {
            // Invalid UTF-8 in text columns.
            let cast =
                "UPDATE requests SET target = CAST(x'ff6181' AS TEXT), owner = CAST(x'c328' AS TEXT) WHERE id = 1";
            sqlx::query(cast).execute(&mut *transaction).await.unwrap();
        }
        for (flag, tool) in [
            (0x10, "UPDATE requests SET tool = 'Ahrefs' WHERE id = 1"),
            (0x08, "UPDATE requests SET tool = CAST(x'ff' AS TEXT) WHERE id = 2"),
        ] {
            if flags & flag != 0 {
                sqlx::query(tool).execute(&mut *transaction).await.unwrap();
            }
        }
        transaction.commit().await.unwrap();

        let log = self.archive.log().await.unwrap();
        assert_eq!((log.snapshots.len() + log.unreadable.len()) as i64, count, "no request is lost");
        sums(&log);
        for id in (1..=count).map(SnapshotId) {
            let known = log.snapshots.iter().find(|snapshot| snapshot.id == id);
            match self.archive.snapshot(id).await {
                Ok(snapshot) => assert_eq!(Some(&snapshot), known),
                Err(error) => assert!(known.is_none() && matches!(error, ArchiveError::NoSuchSnapshot), "{error}"),
            }
            if let Err(error) = self.archive.response(id).await {
                let expected = matches!(error, ArchiveError::NoSuchSnapshot | ArchiveError::DamagedResponse { .. });
                assert!(expected, "{error}");
            }
        }
        let _ = self.archive.notes().await;
        if flags >= 0xe0 {
            let checked = self.archive.check(|_, raw| Some(response::read(raw).ok()?.links.len())).await.unwrap();
            assert!(checked.responses >= checked.damaged.len());
            return Some((self.archive.export(&self.export()).await, count));
        }
        None
    }
}

/// Sums saturate, and every snapshot can be described.
fn sums(log: &RequestLog) {
    let total = ledger::total(log);
    let requests = log.requests().count() + log.unreadable.len();
    assert_eq!(total.requests, requests);
    let committed = total.committed();
    assert!(committed >= total.charged && committed >= total.unknown && committed >= total.running);
    for offset in [0, -43_200, i32::MAX, i32::MIN] {
        assert_eq!(ledger::by_day(log, offset).is_empty(), requests == 0);
    }
    assert_eq!(ledger::by_target(log).is_empty(), requests == 0);
    for snapshot in &log.snapshots {
        assert!(!ledger::rfc3339(snapshot.at).is_empty());
        let _ = (
            ledger::audit_note(snapshot),
            snapshot.arrived(),
            snapshot.limit(),
            snapshot.kind(),
            snapshot.charge.note(),
        );
        let since = UnixTime(i64::MAX).since(snapshot.at);
        let _ = (kew_tui::domain::snapshot::ago(since), snapshot.at.plus(since));
    }
    let links: usize = log.snapshots.iter().map(|Snapshot { links, skipped, .. }| links + skipped).sum();
    assert!(links <= log.snapshots.len() * 2 * u32::MAX as usize);
}

/// An export with any content is imported completely or not at all. The first two bytes are the length of the manifest,
/// which its files follow. `sum-0` is replaced by the checksum of the first file.
pub fn manifest(raw: &[u8]) {
    let store = Store::other().lock().unwrap_or_else(PoisonError::into_inner);
    store.runtime.block_on(store.try_import(raw));
}

impl Store {
    async fn try_import(&self, raw: &[u8]) {
        let mut input = Input(raw);
        let directory = self.export();
        fs::create_dir(&directory).unwrap();
        let mut manifest = input.piece(2).to_vec();
        let mut files = Vec::new();
        while !input.0.is_empty() && files.len() < 4 {
            let file = input.piece(2);
            let sum: String = Sha256::digest(file).iter().map(|byte| format!("{byte:02x}")).collect();
            manifest = replace(&manifest, format!("sum-{}", files.len()).as_bytes(), sum.as_bytes());
            fs::write(directory.join(files.len().to_string()), file).unwrap();
            files.push(file);
        }
        fs::write(directory.join("manifest.json"), &manifest).unwrap();
        self.empty().await;
        let result = self.archive.import(&directory).await;
        let rows = self.count().await;
        match result {
            Err(error) => {
                assert!(!error.to_string().is_empty());
                assert_eq!(rows, [0; 6], "a failed import changes nothing");
            }
            Ok(imported) => {
                let [requests, outcomes, labels, settlements, responses, notes] = rows;
                assert_eq!([requests, outcomes, labels], [imported.requests as i64; 3]);
                assert!(settlements <= requests && responses <= requests);
                let log = self.archive.log().await.unwrap();
                assert_eq!((log.snapshots.len() + log.unreadable.len()) as i64, requests);
                if requests > 0 {
                    sums(&log);
                }
                for snapshot in log.snapshots.iter().filter(|snapshot| snapshot.has_response) {
                    let response = self.archive.response(snapshot.id).await.unwrap();
                    assert!(files.contains(&response.as_slice()), "a response that no file contains");
                }
                assert_eq!(self.archive.notes().await.unwrap().len() as i64, notes);
                let again = self.archive.import(&directory).await.unwrap();
                assert_eq!((again.requests, again.known), (0, imported.requests + imported.known));
                assert_eq!(self.count().await, rows, "a second import changes nothing");
            }
        }
        fs::remove_dir_all(&directory).unwrap();
    }

    async fn count(&self) -> [i64; 6] {
        let mut counts = [0; 6];
        let tables = [
            "SELECT count(*) FROM requests",
            "SELECT count(*) FROM outcomes",
            "SELECT count(*) FROM labels",
            "SELECT count(*) FROM settlements",
            "SELECT count(*) FROM answers",
            "SELECT count(*) FROM link_notes",
        ];
        for (count, sql) in counts.iter_mut().zip(tables) {
            *count = sqlx::query_scalar(sql).fetch_one(&self.pool).await.unwrap();
        }
        counts
    }
}

/// The state file is read or refused; what was read stays the same after it is written.
pub fn state(raw: &[u8]) {
    static DIRECTORY: OnceLock<Mutex<TempDir>> = OnceLock::new();
    let directory = DIRECTORY.get_or_init(|| Mutex::new(tempfile::tempdir().unwrap()));
    let directory = directory.lock().unwrap_or_else(PoisonError::into_inner);
    let path: &Path = &directory.path().join("kept.json");
    fs::write(path, raw).unwrap();
    let state_file = StateFile::new(directory.path(), &[]);
    match state_file.read() {
        Err(declared) => {
            assert!(declared.to_string().contains("kept.json"), "{declared}");
            assert_eq!(fs::read(path).unwrap(), raw, "a file that can't be read is left alone");
        }
        Ok(kept) => {
            state_file.set(Box::new(kept.clone()));
            state_file.write().unwrap();
            assert_eq!(state_file.read().unwrap(), kept);
            let plain_text = fs::read(path).unwrap();
            state_file.set(Box::new(kept.clone()));
            state_file.write().unwrap();
            assert_eq!(fs::read(path).unwrap(), plain_text);
        }
    }
}

enum Value {
    Null,
    Number(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

/// The input, consumed from the front; after its end come zeros.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
    }

    fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or_default()
    }

    fn number(&mut self) -> i64 {
        let mut bytes = [0; 8];
        let taken = self.take(8);
        bytes[..taken.len()].copy_from_slice(taken);
        i64::from_le_bytes(bytes)
    }

    /// Bytes after a length prefix of `length` bytes.
    fn piece(&mut self, length: usize) -> &'a [u8] {
        let length = self.take(length).iter().rev().fold(0, |length, byte| length << 8 | usize::from(*byte));
        self.take(length)
    }

    fn value(&mut self, valid_value: &str) -> Value {
        match self.byte() % 16 {
            0..8 if valid_value == "zstd" => Value::Blob(pack(b"{}").unwrap()),
            0..8 if valid_value == "sum" => Value::Blob(Sha256::digest(b"{}").to_vec()),
            0..8 => valid_value.parse().map_or_else(|_| Value::Text(valid_value.to_owned()), Value::Number),
            8 => Value::Null,
            9 => Value::Real(f64::from_bits(self.number().cast_unsigned())),
            10 => Value::Blob(self.piece(1).to_vec()),
            11 => Value::Number([i64::MIN, i64::MAX, -1, 0][usize::from(self.byte()) % 4]),
            12 | 13 => Value::Number(self.number()),
            _ => Value::Text(String::from_utf8_lossy(self.piece(1)).into_owned()),
        }
    }
}

fn replace(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.windows(from.len()).position(|window| window == from) {
        replaced.extend_from_slice(&rest[..at]);
        replaced.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    replaced.extend_from_slice(rest);
    replaced
}
