//! Runs the user's command that prints the API key, with a time limit. Does not wait for processes that the command leaves running.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use secrecy::zeroize::Zeroizing;

use super::key_variables::without_key;
use crate::domain::encoding::decode;

/// Upper limit for the length of a key, in bytes.
pub(super) const MAX_KEY_BYTES: u64 = 4096;

/// How long the command may take; the user may have to type a passphrase.
pub(super) const TIMEOUT: Duration = Duration::from_secs(60);

/// Interval of checks whether the command has ended.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Never contains what the command printed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error("api_key_command has no closing quote")]
    UnclosedQuote,
    #[error("api_key_command could not be started: {program}: {error}")]
    NotStarted { program: String, error: io::Error },
    #[error("api_key_command failed: {program}: {status}")]
    Failed { program: String, status: ExitStatus },
    #[error("api_key_command printed more than a key: {program}")]
    TooMuch { program: String },
    #[error("api_key_command timed out: {program} printed no key after {} seconds", .timeout.as_secs())]
    TimedOut { program: String, timeout: Duration },
    #[error("api_key_command could not be waited for: {program}: {error}")]
    Wait { program: String, error: io::Error },
}

/// Runs the command without a shell, so nothing in it is expanded. It may ask for a passphrase on the terminal, so it must run
/// before the screen is set up.
pub(super) fn run(command: &str, timeout: Duration) -> Result<String, CommandError> {
    let words = shlex::split(command).unwrap_or_default();
    let Some((program, arguments)) = words.split_first() else {
        return Err(CommandError::UnclosedQuote);
    };
    let name = || program.clone();
    let mut child = without_key(&mut Command::new(program))
        .args(arguments)
        .stdin(Stdio::inherit())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(|error| CommandError::NotStarted { program: name(), error })?;
    let outcome = wait(&mut child, timeout);
    if !matches!(outcome, Outcome::Exited(..)) {
        // Fails if it has just ended, which is fine.
        drop(child.kill());
        drop(child.wait());
    }
    match outcome {
        Outcome::Exited(status, _) if !status.success() => Err(CommandError::Failed { program: name(), status }),
        Outcome::Exited(_, printed) => Ok(decode(&printed).0.into_owned()),
        Outcome::TooMuch => Err(CommandError::TooMuch { program: name() }),
        Outcome::TimedOut => Err(CommandError::TimedOut { program: name(), timeout }),
        Outcome::Wait(error) => Err(CommandError::Wait { program: name(), error }),
    }
}

/// How waiting for the command ended.
enum Outcome {
    Exited(ExitStatus, Zeroizing<Vec<u8>>),
    TooMuch,
    TimedOut,
    Wait(io::Error),
}

/// Waits until the command itself ends. Its children may keep running and keep stdout open.
fn wait(child: &mut Child, timeout: Duration) -> Outcome {
    let deadline = Instant::now() + timeout;
    let chunks = child.stdout.take().map(read_in_thread);
    // Wiped when dropped. Has its full capacity from the start: a reallocation would leave a copy of the key in memory.
    let mut printed = Zeroizing::new(Vec::with_capacity(MAX_KEY_BYTES as usize * 2));
    let (mut is_open, mut status) = (true, None);
    loop {
        match chunks.as_ref().filter(|_| is_open).map(|chunks| chunks.recv_timeout(POLL_INTERVAL)) {
            Some(Ok(chunk)) => {
                printed.extend_from_slice(&chunk);
                if printed.len() as u64 > MAX_KEY_BYTES {
                    return Outcome::TooMuch;
                }
                continue;
            }
            Some(Err(RecvTimeoutError::Timeout)) => {}
            Some(Err(RecvTimeoutError::Disconnected)) | None => {
                is_open = false;
                thread::sleep(POLL_INTERVAL.min(Duration::from_millis(2)));
            }
        }
        // The command had ended one interval ago, and no more output has come since.
        if let Some(status) = status {
            return Outcome::Exited(status, printed);
        }
        match child.try_wait() {
            Ok(Some(exited)) if !is_open => return Outcome::Exited(exited, printed),
            Ok(exited) => status = exited,
            Err(error) => return Outcome::Wait(error),
        }
        if status.is_none() && Instant::now() >= deadline {
            return Outcome::TimedOut;
        }
    }
}

/// Reads on a thread, which ends with the output or with the process.
pub(super) fn read_in_thread(mut out: impl Read + Send + 'static) -> Receiver<Zeroizing<Vec<u8>>> {
    let (sender, chunks) = sync_channel(1);
    thread::spawn(move || {
        loop {
            let mut chunk = Zeroizing::new(vec![0; MAX_KEY_BYTES as usize]);
            match out.read(&mut chunk) {
                Ok(0) | Err(_) => break,
                Ok(read) => chunk.truncate(read),
            }
            if sender.send(chunk).is_err() {
                break;
            }
        }
    });
    chunks
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn run_for(command: &str, milliseconds: u64) -> (Result<String, CommandError>, Duration) {
        let start = Instant::now();
        (run(command, Duration::from_millis(milliseconds)), start.elapsed())
    }

    #[test]
    fn waiting_is_limited() {
        for (command, milliseconds, expected) in [
            ("printf %s key", 60_000, Ok("key")),
            ("sh -c 'sleep 5 & printf key'", 60_000, Ok("key")),
            ("sh -c 'printf k; sleep 0.2; printf ey'", 60_000, Ok("key")),
            ("printf '\\357\\273\\277key'", 60_000, Ok("key")),
            ("sh -c 'exec >&-; sleep 0.2'", 60_000, Ok("")),
            ("sleep 5", 200, Err("no key after")),
            ("sh -c 'exec >&-; sleep 5'", 200, Err("no key after")),
            ("sh -c 'printf key; sleep 5'", 200, Err("no key after")),
            ("yes", 60_000, Err("more than a key")),
            ("cat /dev/zero", 60_000, Err("more than a key")),
            ("false", 60_000, Err("failed")),
        ] {
            let (outcome, took) = run_for(command, milliseconds);
            match expected {
                Ok(key) => assert_eq!(outcome.unwrap(), key, "{command}"),
                Err(says) => {
                    let why = outcome.unwrap_err().to_string();
                    assert!(why.contains(says), "{command}: {why}");
                }
            }
            assert!(took < Duration::from_secs(4), "{command} took {took:?}");
        }
    }
}
