//! Directories that only the user can look into.

use std::fs;
use std::io;
use std::path::Path;

/// Makes such a directory, and those above it; one that is there stays as it is.
///
/// # Errors
/// It can't be made.
pub fn create_private_directory(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}
