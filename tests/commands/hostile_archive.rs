//! A damaged or hostile archive: the damage is reported, and the rest can be used.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{DemoHome, TestHome};

/// Changes the archive directly.
pub fn tamper(home: &TestHome, statements: &[&str]) {
    let url = format!("sqlite://{}", home.path("data/archive.sqlite").display());
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio.block_on(async {
        let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
        for sql in statements {
            sqlx::query(sqlx::AssertSqlSafe((*sql).to_owned())).execute(&pool).await.unwrap();
        }
        pool.close().await;
    });
}

fn with_two_snapshots() -> DemoHome {
    let home = DemoHome::new();
    for target in ["one.com", "two.com"] {
        home.run(&["fetch", target, "-n", "5"]).success();
    }
    home
}

#[test]
fn a_damaged_response_does_not_block_others() {
    for damage in [
        "UPDATE answers SET raw_bytes = 1 << 40 WHERE request_id = 1",
        "UPDATE answers SET raw_bytes = -1 WHERE request_id = 1",
        "UPDATE answers SET raw_bytes = 'x' WHERE request_id = 1",
        "UPDATE answers SET zstd = zeroblob(64) WHERE request_id = 1",
        "UPDATE answers SET zstd = char(27) || ']0;owned' || char(7) WHERE request_id = 1",
    ] {
        let home = with_two_snapshots();
        tamper(&home, &[damage]);
        let check = home.run(&["archive", "check"]);
        assert!(check.code == 7 && check.out.starts_with("snapshot 1: "), "{damage}: {check:?}");
        assert!(check.err.contains("1 of 2 snapshots"), "{check:?}");
        let opened = home.run(&["export", "1", "-f", "csv"]);
        assert!(opened.code == 1 && opened.err.contains("snapshot 1 is damaged"), "{damage}: {opened:?}");
        home.run(&["export", "2", "-f", "csv"]).success();
        let out = home.path("out").display().to_string();
        let export = home.run(&["archive", "export", &out]);
        assert!(export.code == 1 && export.err.contains("snapshot 1 is damaged"), "{damage}: {export:?}");
        let manifest: Value = serde_json::from_slice(&fs::read(home.path("out/manifest.json")).unwrap()).unwrap();
        assert_eq!(manifest["requests"].as_array().unwrap().len(), 2);
        assert!(manifest["requests"][1]["file"].is_string(), "the other response is exported: {manifest}");
        for ran in [check, opened, export] {
            assert!(!ran.out.contains('\x1b') && !ran.err.contains('\x1b'), "{ran:?}");
        }
    }
}

#[test]
fn impossible_numbers_do_not_overflow() {
    let home = with_two_snapshots();
    tamper(
        &home,
        &[
            "UPDATE outcomes SET link_count = 9223372036854775807, skipped = 9223372036854775807, charged = 9223372036854775807",
            "UPDATE requests SET quoted = 9223372036854775807, started_ms = 9223372036854775807",
            "INSERT INTO labels (request_id, name) VALUES (1, char(27) || ']0;owned' || char(7))
             ON CONFLICT (request_id) DO UPDATE SET name = excluded.name",
        ],
    );
    for arguments in [
        &["history", "-f", "table"][..],
        &["history", "-f", "json"],
        &["credits", "-f", "table"],
        &["credits", "--ledger", "-f", "table"],
        &["doctor"],
        &["archive", "check"],
        &["diff", "one.com"],
        &["fetch", "one.com", "-n", "5", "-f", "csv"],
    ] {
        let ran = home.run(arguments);
        assert!(!ran.err.contains("fault") && !ran.err.contains("panic"), "{arguments:?}: {ran:?}");
        assert!(!ran.out.contains('\x1b') && !ran.err.contains('\x1b'), "{arguments:?}: {ran:?}");
    }
    assert!(home.run(&["credits", "-f", "table"]).out.contains("18,446,744,073,709,551,614"));
}

#[test]
fn a_response_dated_in_the_future_is_not_fresh() {
    let home = with_two_snapshots();
    let held = home.run(&["fetch", "one.com", "-n", "5", "--max-age", "30d", "-f", "csv"]);
    assert!(held.err.contains(" 0 cr"), "{held:?}");
    tamper(&home, &["UPDATE requests SET started_ms = started_ms + 86400000"]);
    let fetched = home.run(&["fetch", "one.com", "-n", "5", "--max-age", "30d", "-f", "csv"]);
    assert!(fetched.code == 0 && fetched.err.contains("25 cr"), "{fetched:?}");
}

#[test]
fn foreign_files_are_refused() {
    for (sql, expected) in [
        ("CREATE TRIGGER t AFTER INSERT ON outcomes BEGIN DELETE FROM answers; END", "a trigger “t”"),
        ("CREATE VIEW v AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT x FROM n", "a view “v”"),
        ("CREATE TABLE other (x)", "a table “other”"),
    ] {
        let home = with_two_snapshots();
        tamper(&home, &[sql]);
        for arguments in [&["history"][..], &["archive", "check"], &["fetch", "three.com", "-n", "5"]] {
            let ran = home.run(arguments);
            assert!(ran.code == 1 && ran.err.contains(expected) && ran.err.contains("Nothing was changed"), "{ran:?}");
        }
    }
}

/// Every use of the standard output: data in a format, help, or text through `print`, which makes control characters visible.
#[test]
fn stdout_has_no_raw_control_characters() {
    let known = ["diff.rs", "completions.rs", "man.rs", "mod.rs", "output.rs", "print.rs", "report.rs"];
    let mut directories = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli")];
    while let Some(directory) = directories.pop() {
        for path in fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            let name = path.file_name().unwrap().to_str().unwrap();
            let text = fs::read_to_string(&path).unwrap();
            let writes = text.matches("stdout()").count() > text.matches("stdout().is_terminal()").count();
            assert!(!writes || known.contains(&name), "{name} writes to the standard output past src/cli/print.rs");
        }
    }
    assert_eq!(TestHome::new("").run(&["archive", "path"]).success().lines().count(), 1);
}
