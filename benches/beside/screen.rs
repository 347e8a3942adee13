//! Runs a program in a pseudo-terminal of 160×48 and measures when its screen changes.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

const SIZE: (u16, u16) = (160, 48);
/// A frame is complete when the screen has not changed for this long.
const FRAME_QUIET: Duration = Duration::from_millis(12);
/// How long to wait for the first change after a key.
const KEY_TIMEOUT: Duration = Duration::from_secs(2);
/// A result is final when the screen has not changed for this long.
const RESULT_QUIET: Duration = Duration::from_millis(400);

/// A running program and its screen.
pub struct Screen {
    terminal: vt100::Parser,
    /// Output with the time at which it was read.
    output: Receiver<(Instant, Vec<u8>)>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    started: Instant,
    _master: Box<dyn MasterPty + Send>,
}

impl Screen {
    /// Starts a program with an empty home directory.
    pub fn start(command: &[String]) -> Screen {
        let (width, height) = SIZE;
        let pty = native_pty_system()
            .openpty(PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 })
            .expect("a pseudo-terminal");
        let home = tempfile::tempdir().expect("a directory").keep();
        let mut builder = CommandBuilder::new(command.first().expect("a command"));
        builder.args(command.iter().skip(1));
        builder.env("HOME", &home);
        builder.env("TERM", "xterm-256color");
        let started = Instant::now();
        let child = pty.slave.spawn_command(builder).expect("a program");
        drop(pty.slave);
        let mut reader = pty.master.try_clone_reader().expect("a reader");
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut bytes = vec![0; 256 * 1024];
            while let Ok(read) = reader.read(&mut bytes) {
                if read == 0 || sender.send((Instant::now(), bytes.get(..read).unwrap_or_default().to_vec())).is_err() {
                    return;
                }
            }
        });
        let cells = |count| NonZeroU16::new(count).expect("a size");
        let terminal = vt100::Parser::new(cells(height), cells(width), 0);
        let keys = pty.master.take_writer().expect("a writer");
        Screen { terminal, output, keys, child, started, _master: pty.master }
    }

    /// Processes the next output; returns when it was read and its length, or `None` after `time`.
    fn process_next(&mut self, time: Duration) -> Option<(Instant, usize)> {
        let (at, bytes) = match self.output.recv_timeout(time) {
            Ok(piece) => piece,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
        };
        self.terminal.process(&bytes);
        // Some programs query the cursor position or the device attributes at the start.
        for (query, reply) in [(&b"\x1b[6n"[..], "\x1b[1;1R"), (b"\x1b[c", "\x1b[?62;c"), (b"\x1b[0c", "\x1b[?62;c")] {
            if bytes.windows(query.len()).any(|window| window == query) {
                self.keys.write_all(reply.as_bytes()).expect("a program that reads");
            }
        }
        Some((at, bytes.len()))
    }

    fn wait_since(&mut self, since: Instant, matches: impl Fn(&str) -> bool, timeout: Duration) -> Option<Duration> {
        while since.elapsed() < timeout {
            if let Some((at, _)) = self.process_next(Duration::from_millis(250))
                && matches(&self.terminal.screen().contents())
            {
                return Some(at - since);
            }
        }
        None
    }

    /// The time from the start until the screen matches.
    pub fn wait_for(&mut self, matches: impl Fn(&str) -> bool, timeout: Duration) -> Option<Duration> {
        if matches(&self.terminal.screen().contents()) {
            return Some(self.started.elapsed());
        }
        self.wait_since(self.started, matches, timeout)
    }

    /// The time from these keys until the screen matches.
    pub fn send(&mut self, keys: &str, matches: impl Fn(&str) -> bool, timeout: Duration) -> Option<Duration> {
        self.wait_until_quiet(FRAME_QUIET);
        let sent = self.write(keys);
        self.wait_since(sent, matches, timeout)
    }

    fn write(&mut self, keys: &str) -> Instant {
        let sent = Instant::now();
        self.keys.write_all(keys.as_bytes()).expect("a program that reads");
        self.keys.flush().expect("a program that reads");
        sent
    }

    /// Processes output until the screen has not changed for `quiet`. Returns the time of the last change and the number of bytes.
    fn wait_until_quiet(&mut self, quiet: Duration) -> Option<(Instant, usize)> {
        let (mut changed, mut bytes) = (None, 0);
        let mut shown = self.terminal.screen().contents_formatted();
        let mut quiet_since = Instant::now();
        while quiet_since.elapsed() < quiet {
            let Some((at, piece)) = self.process_next(quiet) else { break };
            bytes += piece;
            let now = self.terminal.screen().contents_formatted();
            if now != shown {
                (shown, changed, quiet_since) = (now, Some(at), Instant::now());
            }
        }
        changed.map(|at| (at, bytes))
    }

    fn press_until_quiet(&mut self, keys: &str, quiet: Duration) -> Option<(Duration, usize)> {
        self.wait_until_quiet(Duration::from_millis(2));
        let sent = self.write(keys);
        while sent.elapsed() < KEY_TIMEOUT {
            if let Some((at, bytes)) = self.wait_until_quiet(quiet) {
                return Some((at - sent, bytes));
            }
        }
        None
    }

    /// The time until the resulting frame, and its size in bytes.
    pub fn press(&mut self, keys: &str) -> Option<(Duration, usize)> {
        self.press_until_quiet(keys, FRAME_QUIET)
    }

    /// Presses keys without measuring them.
    pub fn press_all(&mut self, keys: &[&str]) {
        for key in keys {
            self.press_until_quiet(key, RESULT_QUIET);
        }
    }

    /// CPU time so far, with a resolution of 10 ms.
    pub fn cpu(&self) -> Duration {
        let stat = self.read_proc("stat");
        let numbers = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        let ticks: u64 = numbers.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
        Duration::from_millis(ticks * 10)
    }

    /// In KiB.
    pub fn peak_memory(&self) -> u64 {
        let status = self.read_proc("status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
    }

    fn read_proc(&self, file: &str) -> String {
        let process = self.child.process_id().unwrap_or_default();
        std::fs::read_to_string(format!("/proc/{process}/{file}")).unwrap_or_default()
    }

    /// The time until it exits; killed after `timeout`.
    pub fn quit(&mut self, keys: &str, timeout: Duration) -> Option<Duration> {
        self.wait_until_quiet(FRAME_QUIET);
        let mut killer = self.child.clone_killer();
        let (ended, wait) = channel::<()>();
        std::thread::spawn(move || {
            if wait.recv_timeout(timeout) == Err(RecvTimeoutError::Timeout) {
                // Fails only if it has just exited.
                let _ = killer.kill();
            }
        });
        let sent = self.write(keys);
        self.child.wait().expect("a child");
        drop(ended);
        Some(sent.elapsed()).filter(|took| *took < timeout)
    }
}
