//! Files that are what they should be. A pipe that nobody writes into waits for ever when it is opened, and a device may never
//! end: what is to be a plain file is opened without waiting, looked at, and read up to a bound.

use std::fs::{File, FileType, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

/// Opens a plain file, or a link to one.
///
/// # Errors
/// It can't be opened, or it is something else.
pub fn open(path: &Path) -> io::Result<File> {
    open_if(OpenOptions::new().read(true), path, FileType::is_file)
}

/// Opens anything that can be read, without waiting for another program to open its other end.
///
/// # Errors
/// It can't be opened, or it is a directory.
pub fn open_any(path: &Path) -> io::Result<File> {
    open_if(OpenOptions::new().read(true), path, |kind| !kind.is_dir())
}

/// Opens what needs no other program: a plain file, or a device such as `/dev/null`.
///
/// # Errors
/// It can't be opened, or it is a pipe, a socket or a directory.
pub fn open_unless_pipe(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    open_if(options, path, |kind| kind.is_file() || is_device(*kind))
}

/// Opens a plain file for reading and writing. One that is made is the user's alone.
///
/// # Errors
/// It can't be opened or made, or something else is there.
pub fn open_or_create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    open_if(&mut options, path, FileType::is_file)
}

/// Makes a plain file that is the user's alone.
///
/// # Errors
/// It can't be made, or something is there already.
pub fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Reads a plain file of at most so many bytes.
///
/// # Errors
/// It can't be read, is something else, or is larger.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    read_up_to(open(path)?, most)
}

/// Reads a text of at most so many bytes from a plain file, or from a device such as `/dev/null`.
///
/// # Errors
/// It can't be read, is something else or no text, or is larger.
pub fn read_text(path: &Path, most: u64) -> io::Result<String> {
    let bytes = read_up_to(open_unless_pipe(OpenOptions::new().read(true), path)?, most)?;
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not valid UTF-8"))
}

fn read_up_to(file: File, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("larger than {most} bytes")));
    }
    Ok(bytes)
}

fn open_if(options: &mut OpenOptions, path: &Path, is_wanted: impl Fn(&FileType) -> bool) -> io::Result<File> {
    // Without it, opening a pipe waits for somebody at its other end.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    let file = options.open(path).map_err(no_reader)?;
    // What was opened, not what stands under its name by now.
    let kind = file.metadata()?.file_type();
    if !is_wanted(&kind) {
        return Err(no_plain_file());
    }
    // Reading and writing wait as ever.
    #[cfg(unix)]
    rustix::fs::fcntl_setfl(&file, rustix::fs::fcntl_getfl(&file)? - rustix::fs::OFlags::NONBLOCK)?;
    Ok(file)
}

fn no_plain_file() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")
}

/// A pipe that nobody reads from can't be opened for writing without waiting.
fn no_reader(error: io::Error) -> io::Error {
    #[cfg(unix)]
    if rustix::io::Errno::from_io_error(&error) == Some(rustix::io::Errno::NXIO) {
        return no_plain_file();
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
    fn files_are_read_up_to_a_bound() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "12345").unwrap();
        assert_eq!(read(file.path(), 5).unwrap(), b"12345");
        assert_eq!(read(file.path(), 4).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        assert!(read(file.path().parent().unwrap(), 5).is_err(), "a directory");
    }

    #[cfg(unix)]
    #[test]
    fn pipes_and_devices_hold_nobody_up() {
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
