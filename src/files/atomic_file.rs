//! A file that is written completely or not at all: a temporary file next to it replaces it at the end.

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::backup::{back_up, has_same_content};
use super::owners::{refuse_foreign_links, reject_other_owner};

/// Writes one of the program's own files, which only the user can read. Replaces anything at `path`, even a link or a
/// pipe.
///
/// # Errors
/// It can't be written; an existing file is unchanged.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = AtomicFile::create_next_to(path.to_owned(), true, Access::Private, None)?;
    file.write_all(bytes)?;
    file.finish()
}

/// If it is dropped before [`AtomicFile::finish`], the temporary file is deleted.
#[derive(Debug)]
pub struct AtomicFile {
    file: NamedTempFile,
    path: PathBuf,
    overwrite: bool,
}

impl AtomicFile {
    /// Creates the temporary file, so that it is known at once whether the directory can be written.
    ///
    /// # Errors
    /// The directory can't be written, or there is a file at `path` and `overwrite` is false
    /// ([`io::ErrorKind::AlreadyExists`]).
    pub fn begin(path: &Path, overwrite: bool) -> io::Result<AtomicFile> {
        AtomicFile::begin_for(path, overwrite, Access::Inherited)
    }

    /// Only the user can read and write the file, whatever the mode of the file that it replaces.
    ///
    /// # Errors
    /// As with [`AtomicFile::begin`].
    pub fn create_private_file(path: &Path, overwrite: bool) -> io::Result<AtomicFile> {
        AtomicFile::begin_for(path, overwrite, Access::Private)
    }

    fn begin_for(path: &Path, overwrite: bool, access: Access) -> io::Result<AtomicFile> {
        refuse_foreign_links(path)?;
        if !overwrite && path.symlink_metadata().is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        // A symbolic link is kept, and its target replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let before = path.metadata().ok();
        if before.as_ref().is_some_and(|before| !before.is_file()) {
            return Err(io::Error::other("it is not a regular file, so it can't be replaced"));
        }
        AtomicFile::create_next_to(path, overwrite, access, before)
    }

    fn create_next_to(
        path: PathBuf,
        overwrite: bool,
        access: Access,
        before: Option<Metadata>,
    ) -> io::Result<AtomicFile> {
        let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".kew-tui-");
        // The mode of any new file, before the umask; the default of `tempfile` is private.
        #[cfg(unix)]
        if access == Access::Inherited {
            builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        }
        let file = builder.tempfile_in(directory)?;
        // Another user's file does not decide who can read this one.
        let before = before.filter(|_| access == Access::Inherited && reject_other_owner(&path).is_ok());
        if let Some(before) = before {
            file.as_file().set_permissions(before.permissions())?;
        }
        Ok(AtomicFile { file, path, overwrite })
    }

    /// Replaces the file at `path`.
    ///
    /// # Errors
    /// The disk is full, or a file that must not be overwritten was created at `path` in the meantime.
    pub fn finish(self) -> io::Result<()> {
        self.file.as_file().sync_all()?;
        let persisted =
            if self.overwrite { self.file.persist(&self.path) } else { self.file.persist_noclobber(&self.path) };
        persisted.map(|_| ()).map_err(|error| error.error)
    }

    /// Like [`AtomicFile::finish`], but keeps the file that is replaced beside it, under the returned name. Returns `None`
    /// if there is no such file or its content does not change.
    ///
    /// # Errors
    /// As with [`AtomicFile::finish`], or the backup can't be written; then nothing is replaced.
    pub fn finish_with_backup(self) -> io::Result<Option<PathBuf>> {
        let is_changed = self.path.is_file() && !has_same_content(self.file.path(), &self.path)?;
        let backup = if is_changed { Some(back_up(&self.path)?) } else { None };
        self.finish()?;
        Ok(backup)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    /// Anyone who could read the file that is replaced, or any new file.
    Inherited,
    Private,
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_at_the_end_and_only_if_allowed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("links.csv");
        let names = || fs::read_dir(directory.path()).unwrap().count();
        let mut file = AtomicFile::begin(&path, false).unwrap();
        file.write_all(b"one").unwrap();
        assert!(!path.exists());
        file.finish().unwrap();
        assert_eq!((fs::read_to_string(&path).unwrap().as_str(), names()), ("one", 1));

        assert_eq!(AtomicFile::begin(&path, false).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        let mut file = AtomicFile::begin(&path, true).unwrap();
        file.write_all(b"two").unwrap();
        drop(file);
        assert_eq!((fs::read_to_string(&path).unwrap().as_str(), names()), ("one", 1), "dropped, it leaves nothing");

        let late = directory.path().join("late.csv");
        let file = AtomicFile::begin(&late, false).unwrap();
        fs::write(&late, "another's").unwrap();
        assert!(file.finish().is_err());
        assert_eq!((fs::read_to_string(&late).unwrap().as_str(), names()), ("another's", 2));
        let finished = |text: &str| {
            let mut file = AtomicFile::begin(&path, true).unwrap();
            file.write_all(text.as_bytes()).unwrap();
            file.finish_with_backup().unwrap()
        };
        assert_eq!(finished("one"), None, "nothing changes");
        let backup = finished("two").unwrap();
        assert_eq!([&path, &backup].map(|path| fs::read_to_string(path).unwrap()), ["two", "one"]);
        for nowhere in [directory.path().join("no/such/links.csv"), directory.path().to_owned()] {
            assert!(AtomicFile::begin(&nowhere, true).is_err());
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_and_modes_are_kept() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let (path, link) = (directory.path().join("links.csv"), directory.path().join("latest.csv"));
        fs::write(&path, "one").unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let mut file = AtomicFile::begin(&link, true).unwrap();
        file.write_all(b"two").unwrap();
        file.finish().unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o640);
        let mut file = AtomicFile::create_private_file(&link, true).unwrap();
        file.write_all(b"three").unwrap();
        file.finish().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "three");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600, "whatever it was before");
    }

    #[cfg(unix)]
    #[test]
    fn private_file_replaces_anything() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let (other, link, pipe) = ["other", "link", "pipe"].map(|name| directory.path().join(name)).into();
        fs::write(&other, "another's").unwrap();
        std::os::unix::fs::symlink(&other, &link).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for path in [&link, &pipe] {
            write_private(path, b"ours").unwrap();
            let there = path.symlink_metadata().unwrap();
            assert!(there.is_file() && there.permissions().mode() & 0o777 == 0o600);
            assert_eq!(fs::read_to_string(path).unwrap(), "ours");
        }
        assert_eq!(fs::read_to_string(&other).unwrap(), "another's");
    }
}
