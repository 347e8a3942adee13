//! Opens regular files safely. Opening a pipe that has no writer blocks forever, and a device may never end, so a file
//! is opened without blocking, checked, and read up to a limit.

use std::fs::{File, FileType, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

/// Opens a regular file, or a link to one.
pub fn open(path: &Path) -> io::Result<File> {
    open_if(OpenOptions::new().read(true), path, FileType::is_file)
}

/// Opens anything that can be read except a directory, without waiting for the other end of a pipe.
pub fn open_any(path: &Path) -> io::Result<File> {
    open_if(OpenOptions::new().read(true), path, |kind| !kind.is_dir())
}

/// Opens a regular file, or a device such as `/dev/null`.
pub fn open_unless_pipe(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    open_if(options, path, |kind| kind.is_file() || is_device(*kind))
}

/// Opens a regular file for reading and writing, or creates one that only the user can access.
pub fn open_or_create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    open_if(&mut options, path, FileType::is_file)
}

/// Creates a regular file that only the user can access.
///
/// # Errors
/// It can't be created, or there is a file already.
pub fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Reads a regular file of at most `max_bytes`.
pub fn read(path: &Path, max_bytes: u64) -> io::Result<Vec<u8>> {
    read_up_to(open(path)?, max_bytes)
}

/// Reads at most `max_bytes` from a regular file, or from a device such as `/dev/null`.
pub fn read_unless_pipe(path: &Path, max_bytes: u64) -> io::Result<Vec<u8>> {
    read_up_to(open_unless_pipe(OpenOptions::new().read(true), path)?, max_bytes)
}

fn read_up_to(file: File, max_bytes: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > max_bytes {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("larger than {max_bytes} bytes")));
    }
    Ok(bytes)
}

fn open_if(options: &mut OpenOptions, path: &Path, is_wanted: impl Fn(&FileType) -> bool) -> io::Result<File> {
    // Without it, opening a pipe waits for the other end.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    let file = options.open(path).map_err(map_no_reader)?;
    // Check what was opened: the path may lead elsewhere by now.
    let kind = file.metadata()?.file_type();
    if !is_wanted(&kind) {
        return Err(not_regular());
    }
    // Reads and writes block again.
    #[cfg(unix)]
    rustix::fs::fcntl_setfl(&file, rustix::fs::fcntl_getfl(&file)? - rustix::fs::OFlags::NONBLOCK)?;
    Ok(file)
}

fn not_regular() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")
}

/// Opening a pipe for writing without blocking fails if it has no reader.
fn map_no_reader(error: io::Error) -> io::Error {
    #[cfg(unix)]
    if rustix::io::Errno::from_io_error(&error) == Some(rustix::io::Errno::NXIO) {
        return not_regular();
    }
    error
}

#[cfg(unix)]
fn is_device(kind: FileType) -> bool {
    std::os::unix::fs::FileTypeExt::is_char_device(&kind)
}

#[cfg(not(unix))]
fn is_device(_: FileType) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_up_to_a_limit() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "12345").unwrap();
        assert_eq!(read(file.path(), 5).unwrap(), b"12345");
        assert_eq!(read(file.path(), 4).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        assert!(read(file.path().parent().unwrap(), 5).is_err(), "a directory");
    }

    #[cfg(unix)]
    #[test]
    fn pipes_and_devices_do_not_block() {
        let directory = tempfile::tempdir().unwrap();
        let (pipe, link) = (directory.path().join("pipe"), directory.path().join("link"));
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
        for path in [&pipe, &link] {
            assert!(read(path, 5).is_err() && open(path).is_err() && open_or_create(path).is_err());
        }
        assert!(open_unless_pipe(OpenOptions::new().read(true), &pipe).is_err());
        assert!(open_unless_pipe(OpenOptions::new().append(true), &pipe).is_err());
        assert!(open_unless_pipe(OpenOptions::new().read(true), Path::new("/dev/null")).is_ok());
        let made = directory.path().join("made");
        open_or_create(&made).unwrap();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&made.metadata().unwrap().permissions()) & 0o777, 0o600);
    }
}
