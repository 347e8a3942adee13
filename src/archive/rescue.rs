//! The last resort for a response that the archive could not save.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::files;

/// Writes a response to a file of its own in `directory`, or in the system's temporary directory if that fails. Returns
/// the path; the file can be opened like any saved response.
pub fn rescue(directory: &Path, raw: &[u8]) -> io::Result<PathBuf> {
    write(directory, raw).or_else(|_| write(&std::env::temp_dir(), raw))
}

fn write(directory: &Path, raw: &[u8]) -> io::Result<PathBuf> {
    files::create_private_directory(directory)?;
    let mut file = tempfile::Builder::new().prefix("rescued-response-").suffix(".json").tempfile_in(directory)?;
    file.write_all(raw)?;
    file.as_file().sync_all()?;
    let (_, path) = file.keep().map_err(|error| error.error)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn falls_back_to_the_temporary_directory() {
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
