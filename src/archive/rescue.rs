//! Where an answer goes that the archive could not take.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::files;

/// Writes an answer into a file of its own in `directory`, or where there is no room or right, in the system's directory for
/// temporary files. Returns the file's path. It can be opened like any saved answer.
///
/// # Errors
/// Neither place could be written.
pub fn rescue(directory: &Path, raw: &[u8]) -> io::Result<PathBuf> {
    write(directory, raw).or_else(|_| write(&std::env::temp_dir(), raw))
}

fn write(directory: &Path, raw: &[u8]) -> io::Result<PathBuf> {
    files::create_private_directory(directory)?;
    let mut file = tempfile::Builder::new().prefix("rescued-answer-").suffix(".json").tempfile_in(directory)?;
    file.write_all(raw)?;
    file.as_file().sync_all()?;
    let (_, path) = file.keep().map_err(|error| error.error)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_finds_a_place() {
        let directory = tempfile::tempdir().unwrap();
        let path = rescue(directory.path(), b"{}").unwrap();
        assert!(path.starts_with(directory.path()));
        assert_eq!(std::fs::read(path).unwrap(), b"{}");
        let blocked = directory.path().join("file");
        std::fs::write(&blocked, "").unwrap();
        let elsewhere = rescue(&blocked, b"{}").unwrap();
        assert!(elsewhere.starts_with(std::env::temp_dir()));
        std::fs::remove_file(elsewhere).unwrap();
    }
}
