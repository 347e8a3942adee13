//! Runs another program with a time-out.

use std::io::{self, Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use super::error::CopyError;
use crate::config::api_key::without_key;

/// Interval of checks whether the program has ended.
const POLL_INTERVAL: Duration = Duration::from_millis(2);

/// Runs a program with `input` on its stdin, and returns its output. Kills it if it takes longer than `timeout`.
pub(super) fn run(program: &mut Command, input: Vec<u8>, timeout: Duration) -> Result<String, CopyError> {
    let name = program.get_program().to_string_lossy().into_owned();
    let failed = |error: io::Error| CopyError::Run { program: name.clone(), error };
    let deadline = Instant::now() + timeout;
    let program = without_key(program).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = program.spawn().map_err(failed)?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let (done, result) = channel();
    // The thread ends when the program does.
    thread::spawn(move || {
        let written = stdin.map_or(Ok(()), |mut stdin| stdin.write_all(&input));
        let mut response = Vec::new();
        let read = stdout.map_or(Ok(0), |mut stdout| stdout.read_to_end(&mut response));
        // Fails after the time-out, since the receiver is gone then.
        drop(done.send(written.and(read).map(|_| response)));
    });
    let output = result.recv_timeout(timeout);
    let status = loop {
        match child.try_wait() {
            Ok(None) if Instant::now() < deadline => thread::sleep(POLL_INTERVAL),
            ended => break ended,
        }
    };
    match (status, output) {
        (Ok(Some(status)), _) if !status.success() => Err(CopyError::Failed { program: name, status }),
        (Ok(Some(_)), Ok(Ok(response))) => Ok(String::from_utf8_lossy(&response).into_owned()),
        (Ok(Some(_)), Ok(Err(error))) | (Err(error), _) => Err(failed(error)),
        (Ok(_), _) => {
            // Fails if it has just ended, which is fine.
            drop(child.kill());
            drop(child.wait());
            Err(CopyError::Timeout { program: name })
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_does_not_respond_is_killed() {
        let large = vec![b'x'; 1 << 20];
        for (line, input, expected) in [
            ("cat", &b"text"[..], Ok("text")),
            ("cat >/dev/null; printf read", &large, Ok("read")),
            ("echo no; exit 3", b"", Err("3")),
            ("exec sleep 60", &large, Err("does not respond")),
            ("exec >&-; exec sleep 60", b"", Err("does not respond")),
        ] {
            let began = Instant::now();
            let result = run(Command::new("/bin/sh").args(["-c", line]), input.to_vec(), Duration::from_millis(500));
            match expected {
                Ok(response) => assert_eq!(result.unwrap(), response, "{line}"),
                Err(why) => {
                    let error = result.unwrap_err().to_string();
                    assert!(error.contains(why), "{line}: {error}");
                }
            }
            assert!(began.elapsed() < Duration::from_secs(10), "{line}");
        }
        assert!(run(&mut Command::new("/no/such/program"), Vec::new(), Duration::from_secs(1)).is_err());
    }
}
