//! Checks who owns a file and who else can access it. In a shared directory, another user may have put a link, a pipe
//! or a file in place of the user's own; root is trusted, since it can do anything anyway. The rules are those of ssh.
//! Systems other than Unix protect a user's files by default and have no such modes.

use std::io;
use std::path::Path;

/// Rejects a path with a symbolic link that belongs to another user.
///
/// # Errors
/// There is one, or the links form a loop.
pub fn refuse_foreign_links(path: &Path) -> io::Result<()> {
    system::refuse_foreign_links(path)
}

/// Rejects what another user owns or can change.
pub fn refuse_if_others_can_change(path: &Path) -> io::Result<()> {
    system::refuse_if_others_can_change(path)
}

/// Rejects what another user owns, can change or can read.
pub fn refuse_if_others_can_read(path: &Path) -> io::Result<()> {
    system::refuse_if_others_can_read(path)
}

/// Rejects what another user owns.
pub fn reject_other_owner(path: &Path) -> io::Result<()> {
    system::reject_other_owner(path)
}

#[cfg(unix)]
mod system {
    use std::fs::{self, Metadata};
    use std::io;
    use std::os::unix::fs::MetadataExt;
    use std::path::{Path, PathBuf};

    /// The limit of Linux.
    const MAX_LINKS: usize = 40;

    const OTHERS_WRITE: u32 = 0o022;
    const OTHERS_READ: u32 = 0o077;

    pub(super) fn refuse_foreign_links(path: &Path) -> io::Result<()> {
        let mut path: PathBuf = path.to_owned();
        for _ in 0..MAX_LINKS {
            let Some((link, target)) = first_link(&path)? else { return Ok(()) };
            let rest = path.strip_prefix(&link).map(Path::to_owned).unwrap_or_default();
            // The target of a link is relative to the link's directory.
            let resolved = link.parent().unwrap_or(Path::new("")).join(target);
            path = if rest.as_os_str().is_empty() { resolved } else { resolved.join(rest) };
        }
        Err(io::Error::other("too many symbolic links"))
    }

    /// The first link on a path, and its target. Missing files are not links.
    fn first_link(path: &Path) -> io::Result<Option<(PathBuf, PathBuf)>> {
        let mut ancestors: Vec<&Path> = path.ancestors().filter(|ancestor| !ancestor.as_os_str().is_empty()).collect();
        ancestors.reverse();
        for ancestor in ancestors {
            let Ok(metadata) = ancestor.symlink_metadata() else { return Ok(None) };
            if metadata.is_symlink() {
                if !is_trusted(&metadata) {
                    let what = format!("{} is a symbolic link that belongs to another user", ancestor.display());
                    return Err(rejection(what));
                }
                return Ok(Some((ancestor.to_owned(), fs::read_link(ancestor)?)));
            }
        }
        Ok(None)
    }

    pub(super) fn reject_other_owner(path: &Path) -> io::Result<()> {
        check_owner(path, &path.metadata()?)
    }

    pub(super) fn refuse_if_others_can_change(path: &Path) -> io::Result<()> {
        let metadata = path.metadata()?;
        check_owner(path, &metadata)?;
        check_mode(path, &metadata, OTHERS_WRITE, "change")
    }

    pub(super) fn refuse_if_others_can_read(path: &Path) -> io::Result<()> {
        let metadata = path.metadata()?;
        check_owner(path, &metadata)?;
        check_mode(path, &metadata, OTHERS_WRITE, "change")?;
        // Root may let others read what it provides for a service, such as a container's secret.
        if metadata.uid() == own_uid() { check_mode(path, &metadata, OTHERS_READ, "read") } else { Ok(()) }
    }

    fn check_owner(path: &Path, metadata: &Metadata) -> io::Result<()> {
        if is_trusted(metadata) {
            return Ok(());
        }
        let path = path.display();
        Err(rejection(format!("{path} belongs to another user (ID {}); use your own", metadata.uid())))
    }

    fn check_mode(path: &Path, metadata: &Metadata, others: u32, can: &str) -> io::Result<()> {
        // Many systems give each user a group of their own, which has no other members.
        let others = if metadata.gid() == metadata.uid() && others == OTHERS_WRITE { 0o002 } else { others };
        if metadata.mode() & others == 0 {
            return Ok(());
        }
        let (path, mode) = (path.display(), metadata.mode() & 0o7777);
        let better = match (metadata.is_dir(), can) {
            (true, _) => "go-w",
            (false, "read") => "600",
            (false, _) => "go-w",
        };
        Err(rejection(format!("other users can {can} {path} (mode {mode:04o}); run chmod {better} {path}")))
    }

    fn is_trusted(metadata: &Metadata) -> bool {
        metadata.uid() == own_uid() || metadata.uid() == 0
    }

    fn own_uid() -> u32 {
        rustix::process::geteuid().as_raw()
    }

    fn rejection(what: String) -> io::Error {
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

    pub(super) fn reject_other_owner(path: &Path) -> io::Result<()> {
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
    fn modes_follow_the_rules_of_ssh() {
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
    fn own_links_are_followed_and_loops_are_rejected() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        symlink("b", path("a")).unwrap();
        symlink("c/file", path("b")).unwrap();
        refuse_foreign_links(&path("a")).unwrap();
        symlink("y", path("x")).unwrap();
        symlink("x", path("y")).unwrap();
        assert!(refuse_foreign_links(&path("x")).is_err());
    }

    /// Only root can give a file to another user.
    #[test]
    fn other_users_files_are_rejected() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        fs::create_dir(path("real")).unwrap();
        symlink("real", path("planted")).unwrap();
        lchown(path("planted"), Some(12_345), Some(12_345)).unwrap();
        symlink("planted", path("mine")).unwrap();
        for name in ["planted", "planted/links.csv", "mine", "mine/links.csv"] {
            let error = refuse_foreign_links(&path(name)).unwrap_err().to_string();
            assert!(error.contains("planted is a symbolic link that belongs to another user"), "{error}");
        }
        refuse_foreign_links(&path("real/links.csv")).unwrap();
        chown(path("real"), Some(12_345), None).unwrap();
        assert!(refuse_if_others_can_change(&path("real")).is_err() && reject_other_owner(&path("real")).is_err());
    }
}
