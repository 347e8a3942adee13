//! Starts the program in a pseudo-terminal.

use std::io::Read;
use std::sync::{Arc, Condvar, Mutex};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use super::super::BINARY;
use super::{BalanceReadings, END_OF_FRAME, Session, cells, modes, size};
#[cfg(target_os = "linux")]
use crate::support::wait::wait_for;

impl Session {
    /// Starts the program at 120x36 in a clean environment.
    pub fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Session {
        Session::start_with_command(&[BINARY], arguments, environment)
    }

    /// Starts the program at another size.
    pub fn start_at((width, height): (u16, u16), arguments: &[&str], environment: &[(&str, &str)]) -> Session {
        Session::start_sized(size(width, height), &[BINARY], arguments, environment)
    }

    /// Starts the program with a shell command in which `"$0" "$@"` is the program with its arguments.
    pub fn start_in_shell(line: &str, arguments: &[&str]) -> Session {
        Session::start_with_command(&["/bin/sh", "-c", line, BINARY], arguments, &[])
    }

    /// Starts the program with a limit on the size of files, in blocks of 512 bytes.
    pub fn start_with_file_limit(blocks: u32, arguments: &[&str], environment: &[(&str, &str)]) -> Session {
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        Session::start_with_command(&["/bin/sh", "-c", &script, BINARY], arguments, environment)
    }

    /// Starts the program with a file as its standard input.
    pub fn start_piped(file: &std::path::Path, arguments: &[&str]) -> Session {
        Session::start_in_shell(&format!("exec \"$0\" \"$@\" < '{}'", file.display()), arguments)
    }

    /// Starts the program through another one.
    pub fn start_with_command(program: &[&str], arguments: &[&str], environment: &[(&str, &str)]) -> Session {
        Session::start_sized(size(120, 36), program, arguments, environment)
    }

    fn start_sized(size: PtySize, program: &[&str], arguments: &[&str], environment: &[(&str, &str)]) -> Session {
        let home = tempfile::tempdir().unwrap();
        let pty = native_pty_system().openpty(size).unwrap();
        let modes_before = modes(pty.master.as_ref());
        let mut command = CommandBuilder::new(program[0]);
        command.cwd(home.path());
        command.args(&program[1..]);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("HOME", home.path());
        command.env("KEW_DATA_DIR", home.path().join("data"));
        command.args(arguments);
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pty.slave.spawn_command(command).unwrap();
        let reader = pty.master.try_clone_reader().unwrap();
        let writer = pty.master.take_writer().unwrap();
        let seen = Arc::new((
            Mutex::new(BalanceReadings {
                raw: Vec::new(),
                emulator: vt100::Parser::new(cells(size.rows), cells(size.cols), 0),
                is_hung_up: false,
                is_stalled: false,
            }),
            Condvar::new(),
        ));
        let reader = std::thread::spawn({
            let seen = Arc::clone(&seen);
            move || read_all(reader, &seen)
        });
        // Only the child keeps it open; the modes are read from the master.
        drop(pty.slave);
        Session {
            master: pty.master,
            writer,
            child,
            reader: Some(reader),
            seen,
            modes_before,
            program: None,
            _home: home,
        }
    }

    /// Starts the program as a job of an interactive shell, which can stop and continue it.
    #[cfg(target_os = "linux")]
    pub fn start_as_job(arguments: &[&str], environment: &[(&str, &str)]) -> Session {
        let shell = ["/bin/bash", "--norc", "--noprofile", "--noediting", "-i"];
        let mut session = Session::start_with_command(&shell, &[], &[&[("PS1", "shell> ")], environment].concat());
        session.wait_for("shell> ");
        session.keys(&format!("'{}' {}\r", BINARY, arguments.join(" ")));
        session.find_program();
        session
    }

    /// Starts the program below a shell that waits for it and then prints `over` and the exit code. Without the shell, the last
    /// output of the session leader may be lost.
    #[cfg(target_os = "linux")]
    pub fn start_below_shell(arguments: &[&str], environment: &[(&str, &str)]) -> Session {
        let line = "\"$0\" \"$@\"; echo \"over $?\"; read _";
        let mut session = Session::start_with_command(&["/bin/sh", "-c", line, BINARY], arguments, environment);
        session.find_program();
        session
    }

    #[cfg(target_os = "linux")]
    fn find_program(&mut self) {
        let shell = self.pid();
        self.program = Some(wait_for("the shell to start the program", || {
            let children = std::fs::read_to_string(format!("/proc/{shell}/task/{shell}/children")).unwrap();
            children.split_whitespace().next().map(|child| child.parse().unwrap()).ok_or("it has no child")
        }));
    }
}

fn read_all(mut reader: Box<dyn Read + Send>, seen: &(Mutex<BalanceReadings>, Condvar)) {
    let mut piece = [0; 8192];
    let mut unread = Vec::new();
    while let Ok(read) = reader.read(&mut piece) {
        if read == 0 {
            return;
        }
        let seen_now = seen.0.lock().unwrap();
        let mut seen_now = seen.1.wait_while(seen_now, |seen| seen.is_stalled).unwrap();
        seen_now.raw.extend_from_slice(&piece[..read]);
        // The emulator loses what follows a character that arrives in two pieces.
        unread.extend_from_slice(&piece[..read]);
        let complete = unread.len() - incomplete_character_len(&unread);
        seen_now.emulator.process(&unread[..complete]);
        unread.drain(..complete);
        // Only after a complete frame, so that no write fails first.
        if seen_now.is_hung_up && seen_now.raw.ends_with(END_OF_FRAME) {
            return;
        }
        drop(seen_now);
        seen.1.notify_all();
    }
}

/// The number of bytes at the end that begin a character whose rest has not arrived.
fn incomplete_character_len(bytes: &[u8]) -> usize {
    match bytes.utf8_chunks().last() {
        Some(last) if std::str::from_utf8(last.invalid()).is_err_and(|error| error.error_len().is_none()) => {
            last.invalid().len()
        }
        _ => 0,
    }
}
