//! Words and calls that only a few files may contain.

use std::fs;
use std::path::{Path, PathBuf};

pub fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files
}

#[test]
fn only_the_sqlite_folder_names_sqlite() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let shipped = |path: &Path| fs::read_to_string(path).unwrap().to_lowercase();
    let (mut wrong, mut speaks) = (Vec::new(), 0);
    for path in rust_files(&src) {
        if path.starts_with(src.join("archive/sqlite")) {
            speaks += usize::from(shipped(&path).contains("sqlx"));
        } else if ["sqlx", "pragma", "select ", "insert into"].iter().any(|word| shipped(&path).contains(word)) {
            wrong.push(path);
        }
    }
    assert!(wrong.is_empty() && speaks > 3, "{wrong:?}");
    // The rules of the archive mention neither a database nor a file system.
    for file in ["store.rs", "record.rs", "read.rs", "readings.rs", "log.rs", "check.rs", "memory/state.rs"] {
        let text = shipped(&src.join("archive").join(file));
        for word in ["sqlite", "path", "fs::", "archive.sqlite"] {
            assert!(!text.contains(word), "archive/{file}: {word}");
        }
    }
}
