//! Waits for file descriptors and retries interrupted system calls.

use std::io;
use std::os::fd::BorrowedFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

/// Waits until `file` is ready or closed. Returns false after the timeout.
///
/// # Errors
/// The system can't poll this kind of file.
pub fn is_ready(file: BorrowedFd<'_>, wanted: PollFlags, max_wait: Option<Duration>) -> io::Result<bool> {
    let timeout = max_wait.map(timespec);
    retry_interrupted(|| {
        let mut files = [PollFd::from_borrowed_fd(file, wanted)];
        poll(&mut files, timeout.as_ref())
    })
    .map(|ready| ready > 0)
}

pub fn timespec(time: Duration) -> Timespec {
    Timespec { tv_sec: i64::try_from(time.as_secs()).unwrap_or(i64::MAX), tv_nsec: time.subsec_nanos().into() }
}

/// Repeats a system call until no signal interrupts it (EINTR).
pub fn retry_interrupted<T>(mut attempt: impl FnMut() -> rustix::io::Result<T>) -> io::Result<T> {
    loop {
        match attempt() {
            Err(Errno::INTR) => {}
            other => return other.map_err(io::Error::from),
        }
    }
}
