//! A program in a pseudo-terminal of 160×48, and when what stood on its screen.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

const SIZE: (u16, u16) = (160, 48);
/// A frame that has stood so long is whole.
const REST: Duration = Duration::from_millis(12);
/// So long a key may leave the screen as it is.
const ANSWER: Duration = Duration::from_secs(2);
/// A result that has stood so long is the last one.
const LAST: Duration = Duration::from_millis(400);

/// A running program and its screen.
pub struct Screen {
    terminal: vt100::Parser,
    /// What it writes, stamped where it is read.
    output: Receiver<(Instant, Vec<u8>)>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    started: Instant,
    _master: Box<dyn MasterPty + Send>,
}

impl Screen {
    /// Starts a program, with an empty home of its own.
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

    /// Takes what was written within `time`; says when it came, and how much.
    fn take(&mut self, time: Duration) -> Option<(Instant, usize)> {
        let (at, bytes) = match self.output.recv_timeout(time) {
            Ok(piece) => piece,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
        };
        self.terminal.process(&bytes);
        // Some ask where the cursor is, or what the terminal can do, before they begin.
        for (question, response) in
            [(&b"\x1b[6n"[..], "\x1b[1;1R"), (b"\x1b[c", "\x1b[?62;c"), (b"\x1b[0c", "\x1b[?62;c")]
        {
            if bytes.windows(question.len()).any(|window| window == question) {
                self.keys.write_all(response.as_bytes()).expect("a program that reads");
            }
        }
        Some((at, bytes.len()))
    }

    fn wait_since(&mut self, since: Instant, holds: impl Fn(&str) -> bool, patience: Duration) -> Option<Duration> {
        while since.elapsed() < patience {
            if let Some((at, _)) = self.take(Duration::from_millis(250))
                && holds(&self.terminal.screen().contents())
            {
                return Some(at - since);
            }
        }
        None
    }

    /// How long after its start something is on the screen.
    pub fn wait_for(&mut self, holds: impl Fn(&str) -> bool, patience: Duration) -> Option<Duration> {
        if holds(&self.terminal.screen().contents()) {
            return Some(self.started.elapsed());
        }
        self.wait_since(self.started, holds, patience)
    }

    /// How long after these keys something is on the screen.
    pub fn send(&mut self, keys: &str, holds: impl Fn(&str) -> bool, patience: Duration) -> Option<Duration> {
        self.take_rest(REST);
        let sent = self.write(keys);
        self.wait_since(sent, holds, patience)
    }

    fn write(&mut self, keys: &str) -> Instant {
        let sent = Instant::now();
        self.keys.write_all(keys.as_bytes()).expect("a program that reads");
        self.keys.flush().expect("a program that reads");
        sent
    }

    /// Takes output until none came for so long; when the last of it changed the screen, and how much it was.
    fn take_rest(&mut self, rest: Duration) -> Option<(Instant, usize)> {
        let (mut changed, mut bytes) = (None, 0);
        let mut shown = self.terminal.screen().contents_formatted();
        let mut quiet_since = Instant::now();
        while quiet_since.elapsed() < rest {
            let Some((at, piece)) = self.take(rest) else { break };
            bytes += piece;
            let now = self.terminal.screen().contents_formatted();
            if now != shown {
                (shown, changed, quiet_since) = (now, Some(at), Instant::now());
            }
        }
        changed.map(|at| (at, bytes))
    }

    fn press_and_rest(&mut self, keys: &str, rest: Duration) -> Option<(Duration, usize)> {
        self.take_rest(Duration::from_millis(2));
        let sent = self.write(keys);
        while sent.elapsed() < ANSWER {
            if let Some((at, bytes)) = self.take_rest(rest) {
                return Some((at - sent, bytes));
            }
        }
        None
    }

    /// Presses a key: how long until the frame that it brings, and the bytes of that.
    pub fn press(&mut self, keys: &str) -> Option<(Duration, usize)> {
        self.press_and_rest(keys, REST)
    }

    /// Presses keys for what they do.
    pub fn press_all(&mut self, keys: &[&str]) {
        for key in keys {
            self.press_and_rest(key, LAST);
        }
    }

    /// The time of the processor that it took so far, in steps of 10 ms.
    pub fn cpu(&self) -> Duration {
        let stat = self.of_process("stat");
        let numbers = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        let ticks: u64 = numbers.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
        Duration::from_millis(ticks * 10)
    }

    /// The most memory that it had, in KiB.
    pub fn peak_memory(&self) -> u64 {
        let status = self.of_process("status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
    }

    fn of_process(&self, file: &str) -> String {
        let process = self.child.process_id().unwrap_or_default();
        std::fs::read_to_string(format!("/proc/{process}/{file}")).unwrap_or_default()
    }

    /// How long it takes to end; it is ended by force after `patience`.
    pub fn quit(&mut self, keys: &str, patience: Duration) -> Option<Duration> {
        self.take_rest(REST);
        let mut killer = self.child.clone_killer();
        let (ended, wait) = channel::<()>();
        std::thread::spawn(move || {
            if wait.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
                // It may have ended meanwhile.
                let _ = killer.kill();
            }
        });
        let sent = self.write(keys);
        self.child.wait().expect("a child");
        drop(ended);
        Some(sent.elapsed()).filter(|took| *took < patience)
    }
}
