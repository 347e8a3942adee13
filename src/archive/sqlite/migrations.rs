//! The migrations of the archive.
//!
//! They are listed by hand: sqlx's macro that reads the directory builds SQLite, Tokio and sqlx a second time for the
//! compiler, which adds half a minute to every clean build.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{SqlSafeStr, SqlitePool};

/// (version, description, SQL)
const FILES: [(i64, &str, &str); 4] = [
    (1, "archive", include_str!("../../../assets/migrations/0001_archive.sql")),
    (2, "link notes", include_str!("../../../assets/migrations/0002_link_notes.sql")),
    (3, "charges", include_str!("../../../assets/migrations/0003_charges.sql")),
    (4, "tools", include_str!("../../../assets/migrations/0004_tools.sql")),
];

pub(super) fn migrator() -> Migrator {
    let migration = |(version, description, sql): (i64, &'static str, &'static str)| {
        Migration::new(version, description.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(FILES.map(migration).into())
}

/// Whether a migration that this version does not know has been applied to the archive.
pub(super) async fn is_from_newer(pool: &SqlitePool) -> bool {
    let newest =
        sqlx::query_scalar::<_, Option<i64>>("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(pool).await;
    newest.ok().flatten().is_some_and(|newest| FILES.iter().all(|(known, ..)| *known < newest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_migration_file_is_listed() {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/migrations");
        let mut names: Vec<String> =
            std::fs::read_dir(directory).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        let listed =
            FILES.map(|(version, description, _)| format!("{version:04}_{}.sql", description.replace(' ', "_")));
        assert_eq!(names, listed);
    }

    /// Archives store these checksums. A migration that has been released must never change.
    #[test]
    fn released_migrations_do_not_change() {
        let sums = migrator()
            .iter()
            .map(|migration| migration.checksum.iter().take(8).map(|b| format!("{b:02x}")).collect())
            .collect::<Vec<String>>();
        assert_eq!(sums, ["f89c60d49b7e0709", "f8d3b21a6bc7ca33", "f2214ec0bcb50ff1", "9062aa20a527ab2f"]);
    }
}
