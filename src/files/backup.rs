//! Backups of files that are about to be replaced.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

/// More backups than anyone keeps.
const MAX_BACKUPS: u32 = 9_999;

/// Keeps the content of a file beside it and returns the name: `list.txt.bak`, or with a number, `list.txt.bak.2`, if that
/// backup has other content. An existing backup is never changed.
///
/// # Errors
/// The backup can't be written.
pub(super) fn back_up(path: &Path) -> io::Result<PathBuf> {
    for number in 1..=MAX_BACKUPS {
        let backup = backup_path(path, number);
        match link_or_copy(path, &backup) {
            Ok(()) => return Ok(backup),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let is_file = backup.symlink_metadata().is_ok_and(|metadata| metadata.is_file());
                if is_file && has_same_content(path, &backup)? {
                    return Ok(backup);
                }
            }
            Err(error) => {
                return Err(io::Error::new(error.kind(), format!("no backup: {}: {error}", backup.display())));
            }
        }
    }
    Err(io::Error::other("no backup: too many exist already; delete old backups"))
}

fn backup_path(path: &Path, number: u32) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".bak");
    if number > 1 {
        name.push(format!(".{number}"));
    }
    PathBuf::from(name)
}

/// A hard link is complete at once and keeps the mode and the date, but not every file system has hard links.
fn link_or_copy(path: &Path, backup: &Path) -> io::Result<()> {
    match fs::hard_link(path, backup) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => copy(path, backup),
        linked => linked,
    }
}

fn copy(path: &Path, backup: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(backup)?;
    let copied = || -> io::Result<()> {
        file.set_permissions(path.metadata()?.permissions())?;
        io::copy(&mut File::open(path)?, &mut file)?;
        file.sync_all()
    }();
    if copied.is_err() {
        // The first error matters more.
        let _ = fs::remove_file(backup);
    }
    copied
}

pub(super) fn has_same_content(a: &Path, b: &Path) -> io::Result<bool> {
    if a.metadata()?.len() != b.metadata()?.len() {
        return Ok(false);
    }
    let bytes = |path: &Path| File::open(path).map(|file| BufReader::new(file).bytes());
    for (a, b) in bytes(a)?.zip(bytes(b)?) {
        if a? != b? {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_is_never_changed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("list.txt");
        let replace = |text: &str| {
            // Another file under the same name, as a replacement is.
            fs::remove_file(&path).ok();
            fs::write(&path, text).unwrap();
        };
        for (text, name) in
            [("one", "list.txt.bak"), ("two", "list.txt.bak.2"), ("one", "list.txt.bak"), ("six", "list.txt.bak.3")]
        {
            replace(text);
            assert_eq!(back_up(&path).unwrap(), directory.path().join(name));
        }
        let read = |name| fs::read_to_string(directory.path().join(name)).unwrap();
        assert_eq!(["list.txt.bak", "list.txt.bak.2", "list.txt.bak.3"].map(read), ["one", "two", "six"]);
    }

    #[test]
    fn without_links_the_file_is_copied() {
        let directory = tempfile::tempdir().unwrap();
        let (path, backup) = (directory.path().join("list.txt"), directory.path().join("list.txt.bak"));
        fs::write(&path, "one").unwrap();
        copy(&path, &backup).unwrap();
        assert_eq!(fs::read_to_string(&backup).unwrap(), "one");
        assert_eq!(copy(&path, &backup).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    }
}
