//! Checks what an archive's file contains. A file from elsewhere could contain triggers and views that run as part of
//! the program's own statements, so nothing in it is used before all its objects are known to be the program's own.

use sqlx::{Row, SqlitePool};

use super::super::error::StoreError;
use super::migrations::is_from_newer;
use crate::domain::signs::{CLOSE, OPEN};

/// Every table and index that any version has created; see `assets/migrations`.
const KNOWN: [&str; 13] = [
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

/// Rejects a file with anything that the program does not create: triggers, views, virtual tables, unknown names.
pub(super) async fn refuse_foreign_objects(pool: &SqlitePool) -> Result<(), StoreError> {
    // Names that begin with sqlite_ are reserved for SQLite's own tables and indexes. Triggers, views and virtual
    // tables have no root page, so they are rejected whatever their name is.
    let rows = sqlx::query("SELECT type, name, COALESCE(rootpage, 0) > 0 AS has_root_page FROM sqlite_schema");
    let mut foreign = None;
    for row in rows.fetch_all(pool).await? {
        let text = |column| row.try_get::<String, _>(column).unwrap_or_default();
        let (kind, name) = (text("type"), text("name"));
        let has_root_page = row.try_get("has_root_page").unwrap_or(false);
        let is_known = KNOWN.contains(&name.as_str()) || name.starts_with("sqlite_");
        if !has_root_page {
            return Err(foreign_object(&kind, &name));
        }
        if !is_known {
            foreign = foreign.or(Some((kind, name)));
        }
    }
    match foreign {
        None => Ok(()),
        // A newer version may have created more tables.
        Some(_) if is_from_newer(pool).await => Err(StoreError::Newer),
        Some((kind, name)) => Err(foreign_object(&kind, &name)),
    }
}

fn foreign_object(kind: &str, name: &str) -> StoreError {
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

    async fn migrated() -> SqlitePool {
        let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
        migrator().run(&pool).await.unwrap();
        pool
    }

    #[tokio::test]
    async fn only_known_objects_are_accepted() {
        let pool = migrated().await;
        let check = async || refuse_foreign_objects(&pool).await;
        check().await.unwrap();
        sqlx::raw_sql("ANALYZE").execute(&pool).await.unwrap();
        check().await.unwrap();
        for (sql, message) in [
            ("CREATE VIEW all_links AS SELECT 1", "a view “all_links”"),
            ("CREATE TRIGGER t AFTER INSERT ON outcomes BEGIN DELETE FROM answers; END", "a trigger “t”"),
            ("CREATE TABLE other (x)", "a table “other”"),
            ("CREATE INDEX i ON outcomes (abs(charged))", "an index “i”"),
        ] {
            let pool = migrated().await;
            sqlx::query(sql).execute(&pool).await.unwrap();
            let error = refuse_foreign_objects(&pool).await.unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }

    #[tokio::test]
    async fn unknown_table_of_a_newer_version_is_reported_as_newer() {
        let pool = migrated().await;
        sqlx::query("CREATE TABLE other (x)").execute(&pool).await.unwrap();
        let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                     VALUES (9999, 'x', 1, x'00', 0)";
        sqlx::query(newer).execute(&pool).await.unwrap();
        assert!(matches!(refuse_foreign_objects(&pool).await, Err(StoreError::Newer)));
    }
}
