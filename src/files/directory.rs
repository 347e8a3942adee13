//! Directories that only the user can access.

use std::fs;
use std::io;
use std::path::Path;

/// Creates a directory and its parents. An existing one does not change.
pub fn create_private_directory(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}
