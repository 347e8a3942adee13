//! Another program is asked, and not waited for in vain.

use std::io::{self, Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use super::error::CopyError;
use crate::config::api_key::without_key;

/// How often it is looked after.
const STEP: Duration = Duration::from_millis(2);

/// Runs a program with `input` on its standard input, and returns what it prints once it has read that. It is ended if it
/// takes longer.
pub(super) fn ask(program: &mut Command, input: Vec<u8>, patience: Duration) -> Result<String, CopyError> {
    let name = program.get_program().to_string_lossy().into_owned();
    let not_asked = |error: io::Error| CopyError::NotAsked { program: name.clone(), error };
    let until = Instant::now() + patience;
    let program = without_key(program).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = program.spawn().map_err(not_asked)?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let (tell, told) = channel();
    // It ends with the program.
    thread::spawn(move || {
        let written = stdin.map_or(Ok(()), |mut stdin| stdin.write_all(&input));
        let mut response = Vec::new();
        let read = stdout.map_or(Ok(0), |mut stdout| stdout.read_to_end(&mut response));
        // Who no longer waits has ended the program already.
        drop(tell.send(written.and(read).map(|_| response)));
    });
    let answered = told.recv_timeout(patience);
    let status = loop {
        match child.try_wait() {
            Ok(None) if Instant::now() < until => thread::sleep(STEP),
            ended => break ended,
        }
    };
    match (status, answered) {
        (Ok(Some(status)), _) if !status.success() => Err(CopyError::Failed { program: name, status }),
        (Ok(Some(_)), Ok(Ok(response))) => Ok(String::from_utf8_lossy(&response).into_owned()),
        (Ok(Some(_)), Ok(Err(error))) | (Err(error), _) => Err(not_asked(error)),
        (Ok(_), _) => {
            // If it has ended by itself meanwhile, there is nothing to end.
            drop(child.kill());
            drop(child.wait());
            Err(CopyError::Silent { program: name })
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_waited_for_in_vain() {
        let large = vec![b'x'; 1 << 20];
        for (line, input, expected) in [
            ("cat", &b"text"[..], Ok("text")),
            ("cat >/dev/null; printf read", &large, Ok("read")),
            ("echo no; exit 3", b"", Err("3")),
            ("exec sleep 60", &large, Err("does not respond")),
            ("exec >&-; exec sleep 60", b"", Err("does not respond")),
        ] {
            let began = Instant::now();
            let asked = ask(Command::new("/bin/sh").args(["-c", line]), input.to_vec(), Duration::from_millis(500));
            match expected {
                Ok(response) => assert_eq!(asked.unwrap(), response, "{line}"),
                Err(why) => {
                    let said = asked.unwrap_err().to_string();
                    assert!(said.contains(why), "{line}: {said}");
                }
            }
            assert!(began.elapsed() < Duration::from_secs(10), "{line}");
        }
        assert!(ask(&mut Command::new("/no/such/program"), Vec::new(), Duration::from_secs(1)).is_err());
    }
}
