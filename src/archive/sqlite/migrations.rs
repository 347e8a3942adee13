//! The steps from one layout of the archive to the next.
//!
//! They are listed by hand: the macro of sqlx that reads the directory needs SQLite, Tokio and sqlx itself a second time, for
//! the compiler, which is half a minute of every clean build.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{SqlSafeStr, SqlitePool};

/// Every file of `assets/migrations`, by its number.
const FILES: [(i64, &str, &str); 3] = [
    (1, "archive", include_str!("../../../assets/migrations/0001_archive.sql")),
    (2, "link notes", include_str!("../../../assets/migrations/0002_link_notes.sql")),
    (3, "charges", include_str!("../../../assets/migrations/0003_charges.sql")),
];

/// What brings an archive of any older version up to date.
pub(super) fn migrator() -> Migrator {
    let migration = |(version, description, sql): (i64, &'static str, &'static str)| {
        Migration::new(version, description.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(FILES.map(migration).into())
}

/// Whether the archive has taken a step that this version does not know.
pub(super) async fn is_from_newer(pool: &SqlitePool) -> bool {
    let newest =
        sqlx::query_scalar::<_, Option<i64>>("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(pool).await;
    newest.ok().flatten().is_some_and(|newest| FILES.iter().all(|(known, ..)| *known < newest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_in_the_list() {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/migrations");
        let mut names: Vec<String> =
            std::fs::read_dir(directory).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        let listed =
            FILES.map(|(version, description, _)| format!("{version:04}_{}.sql", description.replace(' ', "_")));
        assert_eq!(names, listed);
    }

    /// Archives know the steps that they have taken by these sums. A file that has been released never changes.
    #[test]
    fn what_archives_have_taken_stays_as_it_was() {
        let sums = migrator()
            .iter()
            .map(|step| step.checksum.iter().take(8).map(|b| format!("{b:02x}")).collect())
            .collect::<Vec<String>>();
        assert_eq!(sums, ["f89c60d49b7e0709", "f8d3b21a6bc7ca33", "f2214ec0bcb50ff1"]);
    }
}
