//! What only the SQLite store can do: files, permissions, full disks and schema versions.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use kew_tui::api::response;
use kew_tui::archive::sqlite::SqliteStore;
use kew_tui::archive::{Archive, ArchiveError, ArchiveLocation, Outcome, Store, StoreError, pack};
use kew_tui::domain::purchase::Charge;
use kew_tui::domain::snapshot::RequestStatus;
use kew_tui::domain::{Credits, UnixTime};
use sha2::{Digest, Sha256, Sha384};

use super::{claim, completed, note, pending, raw, request, save_response};

async fn open(directory: &Path) -> Result<Archive, ArchiveError> {
    ArchiveLocation::directory(directory).open().await
}

async fn connect(directory: &Path) -> sqlx::SqlitePool {
    let url = format!("sqlite://{}", directory.join("archive.sqlite").display());
    sqlx::SqlitePool::connect(&url).await.unwrap()
}

/// Opens an archive in a directory after `prepare` has written to it.
async fn open_prepared(prepare: impl FnOnce(&Path)) -> (Result<Archive, ArchiveError>, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    prepare(directory.path());
    (open(directory.path()).await, directory)
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_left_unchanged() {
    let garbage = b"not a database, but somebody may need it".repeat(100);
    let (opened, directory) = open_prepared(|path| fs::write(path.join("archive.sqlite"), &garbage).unwrap()).await;
    assert!(matches!(opened, Err(ArchiveError::Store { error: StoreError::Damaged(_), .. })), "{opened:?}");
    assert_eq!(fs::read(directory.path().join("archive.sqlite")).unwrap(), garbage);

    let (opened, _directory) =
        open_prepared(|path| fs::write(path.join("sessions"), "a file in the way").unwrap()).await;
    assert!(opened.is_err());

    let directory = tempfile::tempdir().unwrap();
    open(directory.path()).await.unwrap().close().await;
    let pool = connect(directory.path()).await;
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'x', 1, x'00', 0)";
    sqlx::query(newer).execute(&pool).await.unwrap();
    pool.close().await;
    assert!(matches!(open(directory.path()).await, Err(ArchiveError::Store { error: StoreError::Newer, .. })));
}

#[cfg(unix)]
#[tokio::test]
async fn the_archive_is_private_to_the_user() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("data");
    let archive = open(&directory).await.unwrap();
    save_response(&archive, "example.com", 5, 1_000).await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&directory), 0o700);
    for entry in fs::read_dir(&directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
    }
}

#[tokio::test]
async fn a_full_disk_loses_no_response() {
    let directory = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(directory.path()).await.unwrap());
    let archive = Archive::new(Arc::clone(&store) as Arc<dyn Store>, directory.path());
    let sent = claim(&archive, &pending(&request("example.com", 9_000), 1_000)).await;
    // SQLite's page limit fails like a full disk.
    store.limit_pages_for_tests(20).await;
    let mut state = 88_172_645_463_325_252_u64;
    let noise = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 24) as u8
    });
    let outcome = Outcome { raw: noise.take(400_000).collect(), ..completed(9_000) };
    let error = archive.finish(sent, UnixTime(2_000), &outcome).await.unwrap_err();
    assert!(matches!(error, ArchiveError::Store { error: StoreError::Full, .. }), "{error:?}");
    let path = kew_tui::archive::rescue(directory.path(), &outcome.raw).unwrap();
    assert_eq!(fs::read(path).unwrap(), outcome.raw);
    assert_eq!(archive.snapshots().await.unwrap()[0].status, RequestStatus::Running, "the ledger is unchanged");
}

#[tokio::test]
async fn a_damaged_note_does_not_block_an_export() {
    let (from, to, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let archive = open(from.path()).await.unwrap();
    save_response(&archive, "one.com", 5, 1_000).await;
    archive.set_notes(&[note("a", "n"), note("c", "n")]).await.unwrap();
    let pool = connect(from.path()).await;
    sqlx::query("UPDATE link_notes SET note = x'ff00' WHERE source_url = 'a'").execute(&pool).await.unwrap();
    archive.export(files.path()).await.unwrap_err();
    let other = open(to.path()).await.unwrap();
    assert_eq!(other.import(files.path()).await.unwrap().requests, 1);
    assert_eq!(other.notes().await.unwrap(), [note("c", "n")]);
}

#[tokio::test]
async fn an_import_that_fails_midway_changes_nothing() {
    let (from, to, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let archive = open(from.path()).await.unwrap();
    for (target, now) in [("one.com", 1_000), ("two.com", 2_000), ("three.com", 3_000)] {
        save_response(&archive, target, 200, now).await;
    }
    archive.set_notes(&[note("a", "n")]).await.unwrap();
    archive.export(files.path()).await.unwrap();
    let other = open(to.path()).await.unwrap();
    save_response(&other, "own.com", 1, 500).await;
    // The last write fails like a full disk.
    let pool = connect(to.path()).await;
    let full = "CREATE TRIGGER full BEFORE INSERT ON link_notes BEGIN SELECT RAISE(FAIL, 'no room'); END";
    sqlx::query(full).execute(&pool).await.unwrap();
    other.import(files.path()).await.unwrap_err();
    assert_eq!(other.snapshots().await.unwrap().len(), 1, "none of the three was imported");
    sqlx::query("DROP TRIGGER full").execute(&pool).await.unwrap();
    assert_eq!(other.import(files.path()).await.unwrap().requests, 3);
    assert_eq!((other.snapshots().await.unwrap().len(), other.notes().await.unwrap().len()), (4, 1));
}

/// The files of `assets/migrations`, in order.
const MIGRATIONS: [&str; 4] = [
    include_str!("../../assets/migrations/0001_archive.sql"),
    include_str!("../../assets/migrations/0002_link_notes.sql"),
    include_str!("../../assets/migrations/0003_charges.sql"),
    include_str!("../../assets/migrations/0004_tools.sql"),
];

/// An archive with the first `steps` migrations and one response, as a version of that time left it.
async fn create_schema_version(steps: usize, directory: &Path) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(directory.join("archive.sqlite"));
    let pool = sqlx::SqlitePool::connect_with(options.create_if_missing(true)).await.unwrap();
    let ledger = "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL,
                  installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL,
                  checksum BLOB NOT NULL, execution_time BIGINT NOT NULL)";
    sqlx::query(ledger).execute(&pool).await.unwrap();
    for (version, sql) in (1_i64..).zip(MIGRATIONS).take(steps) {
        sqlx::raw_sql(sql).execute(&pool).await.unwrap();
        let taken = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                     VALUES (?, '', 1, ?, 0)";
        sqlx::query(taken).bind(version).bind(Sha384::digest(sql).to_vec()).execute(&pool).await.unwrap();
    }
    for sql in [
        "INSERT INTO requests (id, started_ms, scope, mode, target, num, quoted, balance_before, version, owner)
         VALUES (4, 1000, 'page', 'one-per-domain', 'https://one.com/', 9, 45, 100, '0.1.0', 'session-x.lock'),
                (5, 2000, 'page', 'one-per-domain', 'https://two.com/', 9, 45, 75, '0.1.0', 'session-x.lock')",
        "INSERT INTO outcomes (request_id, finished_ms, kind, status, charged, link_count)
         VALUES (4, 1700, 'answered', 200, 25, 5)",
        "INSERT INTO labels (request_id, name, pinned) VALUES (4, 'before the move', 1)",
    ] {
        sqlx::query(sql).execute(&pool).await.unwrap();
    }
    let response = "INSERT INTO answers (request_id, raw_bytes, sha256, zstd) VALUES (4, ?, ?, ?)";
    let (raw, packed) = (raw(5), pack(&raw(5)).unwrap());
    let response = sqlx::query(response).bind(raw.len() as i64).bind(Sha256::digest(&raw).to_vec()).bind(packed);
    response.execute(&pool).await.unwrap();
    pool.close().await;
}

#[tokio::test]
async fn archives_of_every_schema_version_open_unchanged() {
    for steps in 1..=MIGRATIONS.len() {
        let directory = tempfile::tempdir().unwrap();
        create_schema_version(steps, directory.path()).await;
        for _ in 0..2 {
            let archive = open(directory.path()).await.unwrap();
            let log = archive.log().await.unwrap();
            let listed: Vec<_> = log.snapshots.iter().map(|s| (s.id.0, s.status, s.charge, s.links)).collect();
            let completed = (4, RequestStatus::Completed, Charge::Response(Credits(25)), 5);
            assert_eq!(listed, [(5, RequestStatus::Failed, Charge::Unknown, 0), completed], "{steps}");
            assert!(log.snapshots.iter().all(|snapshot| snapshot.tool.is_none()), "a request stays a request");
            let annotations = &log.snapshots[1].annotations;
            assert_eq!((annotations.name.as_str(), annotations.pinned), ("before the move", true));
            assert_eq!(archive.response(log.snapshots[1].id).await.unwrap(), raw(5));
            let checked =
                archive.check(|_, raw| response::read(raw).ok().map(|response| response.links.len())).await.unwrap();
            assert_eq!((checked.responses, checked.damaged), (1, Vec::new()));
            archive.close().await;
        }
    }
}

/// If the tool can't be read, it is not known whether the links were paid for, so they are not taken for a response.
#[tokio::test]
async fn a_snapshot_whose_tool_cannot_be_read_is_no_response() {
    let directory = tempfile::tempdir().unwrap();
    let archive = open(directory.path()).await.unwrap();
    save_response(&archive, "one.com", 5, 1_000).await;
    let pool = connect(directory.path()).await;
    sqlx::query("UPDATE requests SET tool = x'ff00'").execute(&pool).await.unwrap();
    let log = archive.log().await.unwrap();
    assert_eq!((log.snapshots.len(), log.unreadable.len()), (0, 1));
}

#[tokio::test]
async fn errors_name_the_archive_and_give_advice() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("archive.sqlite"), "not a database, but mine".repeat(100)).unwrap();
    let error = open(directory.path()).await.unwrap_err().to_string();
    let file = directory.path().join("archive.sqlite").display().to_string();
    assert!(error.starts_with(&format!("the archive {file} is damaged: ")) && error.contains("Copy it"), "{error}");
}
