//! Writes a copy to a file, for when no other route can be confirmed.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::error::CopyError;

/// Writes a new file in `directory` and returns its path.
pub(super) fn write_file(directory: &Path, text: &[u8], extension: &str) -> Result<String, CopyError> {
    write(directory, text, extension).map_err(|error| CopyError::File { directory: directory.to_owned(), error })
}

fn write(directory: &Path, text: &[u8], extension: &str) -> io::Result<String> {
    create_private(directory)?;
    // Readable only by the user, and never overwrites a file.
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
    fn the_file_is_private() {
        let directory = tempfile::tempdir().unwrap();
        let path = write_file(&directory.path().join("copies"), b"text\n", "csv").unwrap();
        assert!(path.ends_with(".csv"), "{path}");
        assert_eq!(fs::read(&path).unwrap(), b"text\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn an_error_names_the_path() {
        let blocked = tempfile::NamedTempFile::new().unwrap();
        let why = write_file(&blocked.path().join("below"), b"x", "txt").unwrap_err().to_string();
        assert!(why.contains("below"), "{why}");
    }
}
