//! A file that is written whole or not at all: it is written beside its place and then takes it, so that nobody ever sees
//! half of it.

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::owners::{refuse_foreign_links, refuse_if_anothers};

/// Writes one of the program's own files, which only the user can read. Whatever stands in its place makes way, also a link or
/// a pipe.
///
/// # Errors
/// It can't be written; what was there before still is.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = AtomicFile::beside(path.to_owned(), true, Readers::User, None)?;
    file.write_all(bytes)?;
    file.finish()
}

/// A file that is being written. Dropped before its end, it leaves nothing behind.
#[derive(Debug)]
pub struct AtomicFile {
    file: NamedTempFile,
    path: PathBuf,
    overwrite: bool,
}

impl AtomicFile {
    /// Begins a file for this place, and so finds out at once whether it can be written there.
    ///
    /// # Errors
    /// The directory can't be written, or, without `overwrite`, something is there already
    /// ([`io::ErrorKind::AlreadyExists`]).
    pub fn begin(path: &Path, overwrite: bool) -> io::Result<AtomicFile> {
        AtomicFile::begin_for(path, overwrite, Readers::AsBefore)
    }

    /// Begins a file that only the user can read and write, whatever stood in its place before.
    ///
    /// # Errors
    /// As with [`AtomicFile::begin`].
    pub fn begin_private(path: &Path, overwrite: bool) -> io::Result<AtomicFile> {
        AtomicFile::begin_for(path, overwrite, Readers::User)
    }

    fn begin_for(path: &Path, overwrite: bool, readers: Readers) -> io::Result<AtomicFile> {
        refuse_foreign_links(path)?;
        if !overwrite && path.symlink_metadata().is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        // A symbolic link stays, and what it leads to is written anew.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let before = path.metadata().ok();
        if before.as_ref().is_some_and(|before| !before.is_file()) {
            return Err(io::Error::other("not a regular file, so it can't be replaced"));
        }
        AtomicFile::beside(path, overwrite, readers, before)
    }

    fn beside(path: PathBuf, overwrite: bool, readers: Readers, before: Option<Metadata>) -> io::Result<AtomicFile> {
        let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".kew-tui-");
        // The rights of any new file of the user's; without this it is a private one.
        #[cfg(unix)]
        if readers == Readers::AsBefore {
            builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        }
        let file = builder.tempfile_in(directory)?;
        // Of a file that another user made, the rights are not those that the user wants for this one.
        let before = before.filter(|_| readers == Readers::AsBefore && refuse_if_anothers(&path).is_ok());
        if let Some(before) = before {
            file.as_file().set_permissions(before.permissions())?;
        }
        Ok(AtomicFile { file, path, overwrite })
    }

    /// Lets it take its place.
    ///
    /// # Errors
    /// The disk is full, or something came there meanwhile that may not be overwritten.
    pub fn finish(self) -> io::Result<()> {
        self.file.as_file().sync_all()?;
        let taken =
            if self.overwrite { self.file.persist(&self.path) } else { self.file.persist_noclobber(&self.path) };
        taken.map(|_| ()).map_err(|error| error.error)
    }
}

/// Who may read a file that is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Readers {
    /// Those who could read the one in its place, or any new file.
    AsBefore,
    User,
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
    fn it_takes_its_place_in_the_end_and_only_where_it_may() {
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
        assert_eq!((fs::read_to_string(&path).unwrap().as_str(), names()), ("one", 1), "given up, it leaves nothing");

        let late = directory.path().join("late.csv");
        let file = AtomicFile::begin(&late, false).unwrap();
        fs::write(&late, "another's").unwrap();
        assert!(file.finish().is_err());
        assert_eq!((fs::read_to_string(&late).unwrap().as_str(), names()), ("another's", 2));
        for nowhere in [directory.path().join("no/such/links.csv"), directory.path().to_owned()] {
            assert!(AtomicFile::begin(&nowhere, true).is_err());
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_and_rights_stay_as_they_were() {
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
        let mut file = AtomicFile::begin_private(&link, true).unwrap();
        file.write_all(b"three").unwrap();
        file.finish().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "three");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600, "whatever it was before");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_of_the_programs_own_takes_the_place_of_anything() {
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
