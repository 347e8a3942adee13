//! Waiting for files, and through signals.

use std::io;
use std::os::fd::BorrowedFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

/// Waits until a file can be read or written, or is gone, or for so long. Whether it is.
///
/// # Errors
/// The system can't wait for this kind of file.
pub fn is_ready(file: BorrowedFd<'_>, wanted: PollFlags, at_most: Option<Duration>) -> io::Result<bool> {
    let timeout = at_most.map(timespec);
    patiently(|| {
        let mut files = [PollFd::from_borrowed_fd(file, wanted)];
        poll(&mut files, timeout.as_ref())
    })
    .map(|ready| ready > 0)
}

/// A time as the system counts it.
pub fn timespec(time: Duration) -> Timespec {
    Timespec { tv_sec: i64::try_from(time.as_secs()).unwrap_or(i64::MAX), tv_nsec: time.subsec_nanos().into() }
}

/// Does something until no signal comes between.
pub fn patiently<T>(mut attempt: impl FnMut() -> rustix::io::Result<T>) -> io::Result<T> {
    loop {
        match attempt() {
            Err(Errno::INTR) => {}
            other => return other.map_err(io::Error::from),
        }
    }
}
