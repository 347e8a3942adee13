//! The command of the user's that prints the API key. It is waited for, but not for ever, and not for what it leaves running.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use secrecy::zeroize::Zeroizing;

use super::key_variables::without_key;

/// More than this is no key.
pub(super) const LONGEST: u64 = 4096;

/// How long a key may take: a person may have to type a passphrase.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// How often the command is looked after.
const STEP: Duration = Duration::from_millis(20);

/// Why the command gives no key. What it printed is no part of it.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error("api_key_command has no closing quote")]
    Quote,
    #[error("api_key_command could not be started: {program}: {error}")]
    NotStarted { program: String, error: io::Error },
    #[error("api_key_command failed: {program}: {status}")]
    Failed { program: String, status: ExitStatus },
    #[error("api_key_command printed text that is not valid UTF-8")]
    NoText,
    #[error("api_key_command printed more than a key: {program}")]
    TooMuch { program: String },
    #[error("api_key_command timed out: {program} printed no key after {} seconds", .patience.as_secs())]
    TooLate { program: String, patience: Duration },
    #[error("api_key_command could not be waited for: {program}: {error}")]
    Lost { program: String, error: io::Error },
}

/// Runs the command without a shell, so that nothing in it is expanded. It may ask for a passphrase on the terminal, which is
/// why this comes before the screen is taken.
pub(super) fn run(command: &str, patience: Duration) -> Result<String, CommandError> {
    let words = shlex::split(command).unwrap_or_default();
    let Some((program, arguments)) = words.split_first() else {
        return Err(CommandError::Quote);
    };
    let name = || program.clone();
    let mut child = without_key(&mut Command::new(program))
        .args(arguments)
        .stdin(Stdio::inherit())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(|error| CommandError::NotStarted { program: name(), error })?;
    let ended = wait(&mut child, patience);
    if !matches!(ended, Ended::Itself(..)) {
        // If it has ended by itself meanwhile, there is nothing to end.
        drop(child.kill());
        drop(child.wait());
    }
    match ended {
        Ended::Itself(status, _) if !status.success() => Err(CommandError::Failed { program: name(), status }),
        Ended::Itself(_, printed) => match std::str::from_utf8(&printed) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(CommandError::NoText),
        },
        Ended::TooMuch => Err(CommandError::TooMuch { program: name() }),
        Ended::TooLate => Err(CommandError::TooLate { program: name(), patience }),
        Ended::Lost(error) => Err(CommandError::Lost { program: name(), error }),
    }
}

/// How it came to an end.
enum Ended {
    Itself(ExitStatus, Zeroizing<Vec<u8>>),
    TooMuch,
    TooLate,
    Lost(io::Error),
}

/// Waits until the command has ended. Who it has started may go on, and may hold its output: that is not waited for.
fn wait(child: &mut Child, patience: Duration) -> Ended {
    let until = Instant::now() + patience;
    let pieces = child.stdout.take().map(read_beside);
    // Wiped when dropped, and never moved as it grows: no other copy of the key stays in memory.
    let mut printed = Zeroizing::new(Vec::with_capacity(LONGEST as usize * 2));
    let (mut is_open, mut status) = (true, None);
    loop {
        match pieces.as_ref().filter(|_| is_open).map(|pieces| pieces.recv_timeout(STEP)) {
            Some(Ok(piece)) => {
                printed.extend_from_slice(&piece);
                if printed.len() as u64 > LONGEST {
                    return Ended::TooMuch;
                }
                continue;
            }
            Some(Err(RecvTimeoutError::Timeout)) => {}
            Some(Err(RecvTimeoutError::Disconnected)) | None => {
                is_open = false;
                thread::sleep(STEP.min(Duration::from_millis(2)));
            }
        }
        // It had ended a step ago, and nothing more has come.
        if let Some(status) = status {
            return Ended::Itself(status, printed);
        }
        match child.try_wait() {
            Ok(Some(ended)) if !is_open => return Ended::Itself(ended, printed),
            Ok(ended) => status = ended,
            Err(error) => return Ended::Lost(error),
        }
        if status.is_none() && Instant::now() >= until {
            return Ended::TooLate;
        }
    }
}

/// Reads on a thread of its own, which ends with the output or with the program.
pub(super) fn read_beside(mut out: impl Read + Send + 'static) -> Receiver<Zeroizing<Vec<u8>>> {
    let (tell, pieces) = sync_channel(1);
    thread::spawn(move || {
        loop {
            let mut piece = Zeroizing::new(vec![0; LONGEST as usize]);
            match out.read(&mut piece) {
                Ok(0) | Err(_) => break,
                Ok(read) => piece.truncate(read),
            }
            if tell.send(piece).is_err() {
                break;
            }
        }
    });
    pieces
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn run_for(command: &str, milliseconds: u64) -> (Result<String, CommandError>, Duration) {
        let start = Instant::now();
        (run(command, Duration::from_millis(milliseconds)), start.elapsed())
    }

    #[test]
    fn nothing_is_waited_for_in_vain() {
        for (command, milliseconds, expected) in [
            ("printf %s key", 60_000, Ok("key")),
            ("sh -c 'sleep 5 & printf key'", 60_000, Ok("key")),
            ("sh -c 'printf k; sleep 0.2; printf ey'", 60_000, Ok("key")),
            ("sh -c 'exec >&-; sleep 0.2'", 60_000, Ok("")),
            ("sleep 5", 200, Err("no key after")),
            ("sh -c 'exec >&-; sleep 5'", 200, Err("no key after")),
            ("sh -c 'printf key; sleep 5'", 200, Err("no key after")),
            ("yes", 60_000, Err("more than a key")),
            ("cat /dev/zero", 60_000, Err("more than a key")),
            ("false", 60_000, Err("failed")),
        ] {
            let (ended, took) = run_for(command, milliseconds);
            match expected {
                Ok(key) => assert_eq!(ended.unwrap(), key, "{command}"),
                Err(says) => {
                    let why = ended.unwrap_err().to_string();
                    assert!(why.contains(says), "{command}: {why}");
                }
            }
            assert!(took < Duration::from_secs(4), "{command} took {took:?}");
        }
    }
}
