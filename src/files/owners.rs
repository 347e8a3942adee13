//! Whose files they are. In a directory that several people share, another one may have put a link, a pipe or a file where the
//! user's own is expected; root can do anything anyway. The rules are those of ssh. Other systems than Unix keep a user's files
//! from others by default, and have no such modes.

use std::io;
use std::path::Path;

/// Refuses a path that leads through a symbolic link of another user's.
///
/// # Errors
/// It does, or its links lead in a circle.
pub fn refuse_foreign_links(path: &Path) -> io::Result<()> {
    system::refuse_foreign_links(path)
}

/// Refuses what belongs to another user, or what another user can change.
///
/// # Errors
/// It does, or the file can't be looked at.
pub fn refuse_if_others_can_change(path: &Path) -> io::Result<()> {
    system::refuse_if_others_can_change(path)
}

/// Refuses what [`refuse_if_others_can_change`] does, and what another user can read.
///
/// # Errors
/// It does, or the file can't be looked at.
pub fn refuse_if_others_can_read(path: &Path) -> io::Result<()> {
    system::refuse_if_others_can_read(path)
}

/// Refuses what belongs to another user.
///
/// # Errors
/// It does, or the file can't be looked at.
pub fn refuse_if_anothers(path: &Path) -> io::Result<()> {
    system::refuse_if_anothers(path)
}

#[cfg(unix)]
mod system {
    use std::fs::{self, Metadata};
    use std::io;
    use std::os::unix::fs::MetadataExt;
    use std::path::{Path, PathBuf};

    /// As many links as Linux follows.
    const MOST_LINKS: usize = 40;

    const OTHERS_WRITE: u32 = 0o022;
    const OTHERS_READ: u32 = 0o077;

    pub(super) fn refuse_foreign_links(path: &Path) -> io::Result<()> {
        let mut path: PathBuf = path.to_owned();
        for _ in 0..MOST_LINKS {
            let Some((link, target)) = first_link(&path)? else { return Ok(()) };
            let rest = path.strip_prefix(&link).map(Path::to_owned).unwrap_or_default();
            // What a link says is relative to where it is.
            let led = link.parent().unwrap_or(Path::new("")).join(target);
            path = if rest.as_os_str().is_empty() { led } else { led.join(rest) };
        }
        Err(io::Error::other("too many symbolic links"))
    }

    /// The first link on the way to a path, and what it says. What is not there is no link.
    fn first_link(path: &Path) -> io::Result<Option<(PathBuf, PathBuf)>> {
        let mut ways: Vec<&Path> = path.ancestors().filter(|way| !way.as_os_str().is_empty()).collect();
        ways.reverse();
        for way in ways {
            let Ok(there) = way.symlink_metadata() else { return Ok(None) };
            if there.is_symlink() {
                if !is_trusted(&there) {
                    let what = format!("{} is another user's symbolic link", way.display());
                    return Err(refusal(what));
                }
                return Ok(Some((way.to_owned(), fs::read_link(way)?)));
            }
        }
        Ok(None)
    }

    pub(super) fn refuse_if_anothers(path: &Path) -> io::Result<()> {
        check_owner(path, &path.metadata()?)
    }

    pub(super) fn refuse_if_others_can_change(path: &Path) -> io::Result<()> {
        let there = path.metadata()?;
        check_owner(path, &there)?;
        check_mode(path, &there, OTHERS_WRITE, "change")
    }

    pub(super) fn refuse_if_others_can_read(path: &Path) -> io::Result<()> {
        let there = path.metadata()?;
        check_owner(path, &there)?;
        check_mode(path, &there, OTHERS_WRITE, "change")?;
        // What root keeps for a service, such as a container's secret, may be for others to read.
        if there.uid() == own() { check_mode(path, &there, OTHERS_READ, "read") } else { Ok(()) }
    }

    fn check_owner(path: &Path, there: &Metadata) -> io::Result<()> {
        if is_trusted(there) {
            return Ok(());
        }
        let path = path.display();
        Err(refusal(format!("{path} belongs to another user (uid {}): use one of your own", there.uid())))
    }

    fn check_mode(path: &Path, there: &Metadata, others: u32, can: &str) -> io::Result<()> {
        // A group of the user's own, as many systems make one for each user, has nobody else in it.
        let others = if there.gid() == there.uid() && others == OTHERS_WRITE { 0o002 } else { others };
        if there.mode() & others == 0 {
            return Ok(());
        }
        let (path, mode) = (path.display(), there.mode() & 0o7777);
        let better = match (there.is_dir(), can) {
            (true, _) => "go-w",
            (false, "read") => "600",
            (false, _) => "go-w",
        };
        Err(refusal(format!("other users can {can} {path} (mode {mode:04o}): run chmod {better} {path}")))
    }

    /// Whether it is the user's own, or root's.
    fn is_trusted(there: &Metadata) -> bool {
        there.uid() == own() || there.uid() == 0
    }

    fn own() -> u32 {
        rustix::process::geteuid().as_raw()
    }

    fn refusal(what: String) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidInput, what)
    }
}

#[cfg(not(unix))]
mod system {
    use std::io;
    use std::path::Path;

    pub(super) fn refuse_foreign_links(_: &Path) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn refuse_if_anothers(path: &Path) -> io::Result<()> {
        path.metadata().map(|_| ())
    }

    pub(super) fn refuse_if_others_can_change(path: &Path) -> io::Result<()> {
        path.metadata().map(|_| ())
    }

    pub(super) fn refuse_if_others_can_read(path: &Path) -> io::Result<()> {
        path.metadata().map(|_| ())
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, chown, lchown, symlink};

    use super::*;

    #[test]
    fn modes_are_those_of_ssh() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for (mode, change, read) in [
            (0o600, true, true),
            (0o644, true, false),
            (0o640, true, false),
            (0o602, false, false),
            (0o666, false, false),
        ] {
            fs::set_permissions(file.path(), fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(refuse_if_others_can_change(file.path()).is_ok(), change, "{mode:o}");
            assert_eq!(refuse_if_others_can_read(file.path()).is_ok(), read, "{mode:o}");
        }
        let error = refuse_if_others_can_read(file.path()).unwrap_err().to_string();
        assert!(error.contains("mode 0666") && error.contains("chmod"), "{error}");
    }

    #[test]
    fn links_of_the_user_are_followed_and_circles_end() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        symlink("b", path("a")).unwrap();
        symlink("c/file", path("b")).unwrap();
        refuse_foreign_links(&path("a")).unwrap();
        symlink("y", path("x")).unwrap();
        symlink("x", path("y")).unwrap();
        assert!(refuse_foreign_links(&path("x")).is_err());
    }

    /// Only root can give files away.
    #[test]
    fn what_another_user_put_there_is_refused() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        fs::create_dir(path("real")).unwrap();
        symlink("real", path("planted")).unwrap();
        lchown(path("planted"), Some(12_345), Some(12_345)).unwrap();
        symlink("planted", path("own")).unwrap();
        for way in ["planted", "planted/links.csv", "own", "own/links.csv"] {
            let error = refuse_foreign_links(&path(way)).unwrap_err().to_string();
            assert!(error.contains("planted is another user's symbolic link"), "{error}");
        }
        refuse_foreign_links(&path("real/links.csv")).unwrap();
        chown(path("real"), Some(12_345), None).unwrap();
        assert!(refuse_if_others_can_change(&path("real")).is_err() && refuse_if_anothers(&path("real")).is_err());
    }
}
