//! What may be in an archive's file. A file that others wrote could bring triggers and views of its own, which run within
//! the program's own statements: nothing of it is used before it is certain that it holds what the program makes.

use sqlx::{Row, SqlitePool};

use super::super::error::StoreError;
use super::migrations::is_from_newer;
use crate::domain::signs::{CLOSE, OPEN};

/// Every table and index that a version of the program has made; what `assets/migrations` lays out.
const OWN: [&str; 13] = [
    "_sqlx_migrations",
    "answers",
    "balances",
    "balances_by_time",
    "identity",
    "labels",
    "link_notes",
    "outcomes",
    "readings",
    "requests",
    "requests_by_target",
    "settlements",
    "unchecked",
];

/// Refuses a file with anything that the program does not make: triggers, views, tables of other kinds, unknown names.
///
/// # Errors
/// It holds such a thing, was written by a newer version, or can't be read.
pub(super) async fn refuse_foreign_objects(pool: &SqlitePool) -> Result<(), StoreError> {
    // SQLite's own tables and indexes begin with its name. What takes no room in the file (triggers, views, virtual tables) is
    // none of them, whatever its name is.
    let rows = sqlx::query("SELECT type, name, COALESCE(rootpage, 0) > 0 AS is_plain FROM sqlite_schema");
    let mut foreign = None;
    for row in rows.fetch_all(pool).await? {
        let text = |column| row.try_get::<String, _>(column).unwrap_or_default();
        let (kind, name) = (text("type"), text("name"));
        let is_plain = row.try_get("is_plain").unwrap_or(false);
        let is_known = OWN.contains(&name.as_str()) || name.starts_with("sqlite_");
        if !is_plain {
            return Err(refusal(&kind, &name));
        }
        if !is_known {
            foreign = foreign.or(Some((kind, name)));
        }
    }
    match foreign {
        None => Ok(()),
        // A newer version may know more tables.
        Some(_) if is_from_newer(pool).await => Err(StoreError::Newer),
        Some((kind, name)) => Err(refusal(&kind, &name)),
    }
}

fn refusal(kind: &str, name: &str) -> StoreError {
    let what = match kind {
        "trigger" | "view" | "table" => format!("a {kind} {OPEN}{name}{CLOSE}"),
        "index" => format!("an index {OPEN}{name}{CLOSE}"),
        _ => format!("{OPEN}{name}{CLOSE}"),
    };
    StoreError::NotOpened(format!(
        "it contains {what}, which kew-tui did not create. Nothing was changed. Use a copy that you trust, or set KEW_DATA_DIR \
         to another directory"
    ))
}

#[cfg(test)]
mod tests {
    use super::super::migrations::migrator;
    use super::*;

    async fn laid_out() -> SqlitePool {
        let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
        migrator().run(&pool).await.unwrap();
        pool
    }

    #[tokio::test]
    async fn what_the_program_makes_is_known() {
        let pool = laid_out().await;
        let looked = async || refuse_foreign_objects(&pool).await;
        looked().await.unwrap();
        sqlx::raw_sql("ANALYZE").execute(&pool).await.unwrap();
        looked().await.unwrap();
        for (sql, says) in [
            ("CREATE VIEW all_links AS SELECT 1", "a view “all_links”"),
            ("CREATE TRIGGER t AFTER INSERT ON outcomes BEGIN DELETE FROM answers; END", "a trigger “t”"),
            ("CREATE TABLE other (x)", "a table “other”"),
            ("CREATE INDEX i ON outcomes (abs(charged))", "an index “i”"),
        ] {
            let pool = laid_out().await;
            sqlx::query(sql).execute(&pool).await.unwrap();
            let error = refuse_foreign_objects(&pool).await.unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }

    #[tokio::test]
    async fn a_table_of_a_newer_version_is_told_as_such() {
        let pool = laid_out().await;
        sqlx::query("CREATE TABLE other (x)").execute(&pool).await.unwrap();
        let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                     VALUES (9999, 'x', 1, x'00', 0)";
        sqlx::query(newer).execute(&pool).await.unwrap();
        assert!(matches!(refuse_foreign_objects(&pool).await, Err(StoreError::Newer)));
    }
}
