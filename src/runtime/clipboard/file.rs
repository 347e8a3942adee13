//! A copy as a file, where nothing else is known to arrive.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::error::CopyError;

/// Writes a file of its own into `directory` and returns its path.
pub(super) fn keep(directory: &Path, text: &[u8], extension: &str) -> Result<String, CopyError> {
    write(directory, text, extension)
        .map_err(|error| CopyError::ArchiveFailure { directory: directory.to_owned(), error })
}

fn write(directory: &Path, text: &[u8], extension: &str) -> io::Result<String> {
    create_private(directory)?;
    // Readable by the user alone, and never over another file.
    let suffix = format!(".{extension}");
    let mut file = tempfile::Builder::new().prefix("links-").suffix(&suffix).tempfile_in(directory)?;
    file.write_all(text)?;
    let (_, path) = file.keep().map_err(|error| error.error)?;
    Ok(path.display().to_string())
}

fn create_private(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_users_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = keep(&directory.path().join("copies"), b"text\n", "csv").unwrap();
        assert!(path.ends_with(".csv"), "{path}");
        assert_eq!(fs::read(&path).unwrap(), b"text\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn one_that_can_not_be_written_is_said() {
        let blocked = tempfile::NamedTempFile::new().unwrap();
        let why = keep(&blocked.path().join("below"), b"x", "txt").unwrap_err().to_string();
        assert!(why.contains("below"), "{why}");
    }
}
