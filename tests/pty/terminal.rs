//! A pseudo-terminal with the program in it, and a terminal emulator that reads what it writes.

use std::io::{BufRead, BufReader, Read, Write};
use std::num::NonZeroU16;
use std::process::{Child as Process, ChildStdout, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;

use base64::Engine;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::support::wait::{PATIENCE, wait_for, wait_until};

/// What has come from the program.
struct Seen {
    raw: Vec<u8>,
    emulator: vt100::Parser,
    /// Whether nobody reads any more.
    is_gone: bool,
    /// Whether nobody reads for a while.
    is_stalled: bool,
}

pub struct Session {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    reader: Option<JoinHandle<()>>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    modes_before: String,
    /// The program, where a shell is the child.
    program: Option<u32>,
    _home: tempfile::TempDir,
}

/// What the emulator takes for a size: at least one cell.
fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count.max(1)).unwrap()
}

fn size(width: u16, height: u16) -> PtySize {
    PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 }
}

impl Session {
    /// Starts the program at 120x36 in an environment of its own.
    pub fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Session {
        Session::start_by(&[super::BINARY], arguments, environment)
    }

    /// The same at another size.
    pub fn start_at((width, height): (u16, u16), arguments: &[&str], environment: &[(&str, &str)]) -> Session {
        Session::start_sized(size(width, height), &[super::BINARY], arguments, environment)
    }

    /// The same by a line for the shell in which `"$0" "$@"` is the program with its arguments.
    pub fn start_by_shell(line: &str, arguments: &[&str]) -> Session {
        Session::start_by(&["/bin/sh", "-c", line, super::BINARY], arguments, &[])
    }

    /// The same, where no file can grow above so many blocks of 512 bytes.
    pub fn start_with_file_limit(blocks: u32, arguments: &[&str], environment: &[(&str, &str)]) -> Session {
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        Session::start_by(&["/bin/sh", "-c", &script, super::BINARY], arguments, environment)
    }

    /// The same with a file as its standard input.
    pub fn start_piped(file: &std::path::Path, arguments: &[&str]) -> Session {
        Session::start_by_shell(&format!("exec \"$0\" \"$@\" < '{}'", file.display()), arguments)
    }

    /// The same with a program in front of it.
    pub fn start_by(program: &[&str], arguments: &[&str], environment: &[(&str, &str)]) -> Session {
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
            Mutex::new(Seen {
                raw: Vec::new(),
                emulator: vt100::Parser::new(cells(size.rows), cells(size.cols), 0),
                is_gone: false,
                is_stalled: false,
            }),
            Condvar::new(),
        ));
        let reader = std::thread::spawn({
            let seen = Arc::clone(&seen);
            move || read_all(reader, &seen)
        });
        // Kept open by the child alone, but for the modes, which are asked of the master.
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

    /// The same as a job of an interactive shell, which can stop and continue it.
    #[cfg(target_os = "linux")]
    pub fn start_as_job(arguments: &[&str], environment: &[(&str, &str)]) -> Session {
        let shell = ["/bin/bash", "--norc", "--noprofile", "--noediting", "-i"];
        let mut session = Session::start_by(&shell, &[], &[&[("PS1", "shell> ")], environment].concat());
        session.wait_for("shell> ");
        session.keys(&format!("'{}' {}\r", super::BINARY, arguments.join(" ")));
        session.find_program();
        session
    }

    /// The same below a shell that only waits for it, does not touch the terminal, and says then `over` and the exit code: what
    /// the leader of a session writes last may be lost.
    #[cfg(target_os = "linux")]
    pub fn start_below_shell(arguments: &[&str], environment: &[(&str, &str)]) -> Session {
        let line = "\"$0\" \"$@\"; echo \"over $?\"; read _";
        let mut session = Session::start_by(&["/bin/sh", "-c", line, super::BINARY], arguments, environment);
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

    pub fn pid(&self) -> u32 {
        self.program.unwrap_or_else(|| self.child.process_id().unwrap())
    }

    /// Nobody reads what the program writes, until somebody does again.
    pub fn stall(&self, is_stalled: bool) {
        self.seen.0.lock().unwrap().is_stalled = is_stalled;
        self.seen.1.notify_all();
    }

    pub fn keys(&mut self, keys: &str) {
        self.bytes(keys.as_bytes());
    }

    /// Sends any bytes that a terminal may send.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.writer.write_all(bytes).unwrap();
        self.writer.flush().unwrap();
    }

    pub fn resize(&mut self, width: u16, height: u16) {
        // The emulator first: what the program draws at once has to find room.
        self.resize_emulator(width, height);
        self.claim_size(width, height);
    }

    /// The terminal gets another size and does not say so.
    pub fn resize_emulator(&self, width: u16, height: u16) {
        self.seen.0.lock().unwrap().emulator.screen_mut().set_size(cells(height), cells(width));
    }

    /// The terminal says that it has another size.
    pub fn claim_size(&self, width: u16, height: u16) {
        self.master.resize(size(width, height)).unwrap();
    }

    pub fn signal(&self, name: &str) {
        let killed = Command::new("kill").args([&format!("-{name}"), &self.pid().to_string()]).status().unwrap();
        assert!(killed.success());
    }

    /// Presses a key and waits for the next frame, as if somebody typed.
    pub fn key_and_frame(&mut self, key: char) {
        let frames = |raw: &[u8]| raw.windows(END_OF_FRAME.len()).filter(|bytes| *bytes == END_OF_FRAME).count();
        let before = frames(&self.seen.0.lock().unwrap().raw);
        self.keys(&key.to_string());
        self.wait("a frame", |seen| frames(&seen.raw) > before);
    }

    /// Requests a full redraw and waits for that frame, whatever frames come before it.
    pub fn draw_anew(&mut self) {
        let clears = |raw: &[u8]| raw.windows(CLEARED.len()).filter(|bytes| *bytes == CLEARED).count();
        let before = clears(&self.seen.0.lock().unwrap().raw);
        self.keys("\x0c");
        self.wait("all to be drawn anew", |seen| clears(&seen.raw) > before && seen.raw.ends_with(END_OF_FRAME));
    }

    /// Everything that was written, as text.
    pub fn output(&self) -> String {
        String::from_utf8_lossy(&self.seen.0.lock().unwrap().raw).into_owned()
    }

    /// What was written from this byte on.
    pub fn output_from(&self, byte: usize) -> Vec<u8> {
        self.seen.0.lock().unwrap().raw[byte..].to_vec()
    }

    /// Forgets what was written between the first frame and the last, so that a long session's output does not fill the
    /// memory, and returns it.
    pub fn take_output(&self) -> String {
        let find = |raw: &[u8], from_back: bool| {
            let (mut ends, is_end) = (raw.windows(END_OF_FRAME.len()), |bytes: &[u8]| bytes == END_OF_FRAME);
            let at = if from_back { ends.rposition(is_end) } else { ends.position(is_end) };
            at.map(|at| at + END_OF_FRAME.len())
        };
        let raw = &mut self.seen.0.lock().unwrap().raw;
        let (Some(first), Some(last)) = (find(raw, false), find(raw, true)) else { return String::new() };
        String::from_utf8_lossy(&raw.drain(first..last).collect::<Vec<u8>>()).into_owned()
    }

    /// Whether the program is still there.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// The memory that it has right now, in KiB; 0 where the system does not say.
    pub fn resident(&self) -> u64 {
        self.status("VmRSS:")
    }

    /// The most memory that it ever had, in KiB.
    #[cfg(target_os = "linux")]
    pub fn most_resident(&self) -> u64 {
        self.status("VmHWM:")
    }

    /// A figure of the system about the program, in KiB.
    fn status(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
    }

    /// Looks at the screen.
    pub fn with_screen<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        look(self.seen.0.lock().unwrap().emulator.screen())
    }

    /// Waits until `text` is on the screen. The counter moves an event before a request is over, and a `q` between the two would
    /// be a question: who waits for the counter waits for both.
    pub fn wait_for(&self, text: &str) {
        let is_counter = text.starts_with("session ");
        self.wait(&format!("“{text}” to be on the screen"), |seen| {
            let screen = seen.emulator.screen().contents();
            screen.contains(text) && !(is_counter && screen.contains("s · maximum cost "))
        });
    }

    /// Waits until `text` is off the screen.
    pub fn wait_for_gone(&self, text: &str) {
        self.wait(&format!("“{text}” to be gone"), |seen| !seen.emulator.screen().contents().contains(text));
    }

    /// Waits until the program has taken the screen so many times and drawn it.
    #[cfg(target_os = "linux")]
    pub fn wait_until_taken(&self, times: usize) {
        self.wait("the screen to be taken and drawn", |seen| {
            let output = String::from_utf8_lossy(&seen.raw);
            output.matches("\x1b[?1049h").count() == times
                && output.rsplit("\x1b[?1049h").next().is_some_and(|after| after.contains("\x1b[?2026l"))
        });
    }

    /// Waits until this was written, also after the program has ended: its last words may still be on their way.
    pub fn wait_for_output(&self, text: &str) {
        self.wait(&format!("“{text}” to be written"), |seen| String::from_utf8_lossy(&seen.raw).contains(text));
    }

    /// Waits until the screen shows something else than this.
    pub fn wait_for_change(&self, contents: &str) {
        self.wait("the screen to change", |seen| seen.emulator.screen().contents() != contents);
    }

    fn wait(&self, what: &str, holds: impl Fn(&Seen) -> bool) {
        let (seen, changed) = &*self.seen;
        let seen = seen.lock().unwrap();
        let (seen, out) = changed.wait_timeout_while(seen, PATIENCE, |seen| !holds(seen)).unwrap();
        assert!(!out.timed_out(), "waited in vain for {what}:\n{}", seen.emulator.screen().contents());
    }

    /// Waits until the system has stopped the program.
    #[cfg(target_os = "linux")]
    pub fn wait_until_stopped(&self) {
        wait_for("the program to be stopped", || {
            let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid())).unwrap();
            let is_stopped = stat.rsplit(") ").next().is_some_and(|state| state.starts_with('T'));
            if is_stopped { Ok(()) } else { Err(stat) }
        });
    }

    /// What the program put on the terminal's clipboard last.
    pub fn clipboard(&self) -> String {
        let output = self.output();
        let encoded = output.rsplit("\x1b]52;c;").next().unwrap().split('\x07').next().unwrap();
        let text = base64::engine::general_purpose::STANDARD.decode(encoded).unwrap();
        String::from_utf8(text).unwrap()
    }

    /// Opens help and closes it again, quits, and leaves the terminal as it was.
    pub fn check_responsive_and_quit(&mut self) {
        self.keys("?");
        self.wait_for("All keys");
        self.keys("q");
        self.wait_for_gone("All keys");
        self.keys("q");
        assert_eq!(self.exit_code(), 0);
        self.terminal_is_as_before();
    }

    /// Waits for the end.
    pub fn exit_code(&mut self) -> u32 {
        let code = wait_for("the program to end", || match self.child.try_wait().unwrap() {
            Some(status) => Ok(status.exit_code()),
            None => Err(self.output()),
        });
        // What it wrote last may still be on its way.
        self.wait("the screen to be given back", |seen| !seen.emulator.screen().alternate_screen());
        code
    }

    /// The terminal goes away; waits until the program is gone too.
    pub fn hang_up(&mut self) {
        self.seen.0.lock().unwrap().is_gone = true;
        // What it draws wakes the reader, which then lets go of its end.
        self.keys("\x0c");
        let reader = self.reader.take().unwrap();
        reader.join().unwrap();
        self.writer = Box::new(std::io::sink());
        // Another one takes its place; the old one is closed by that.
        self.master = native_pty_system().openpty(size(1, 1)).unwrap().master;
        wait_until("the program to end without a terminal", || !self.is_running());
    }

    /// Waits until the program below a shell is gone.
    #[cfg(target_os = "linux")]
    pub fn wait_until_program_is_gone(&self) {
        wait_until("the program to be gone", || !std::fs::exists(format!("/proc/{}", self.pid())).unwrap());
    }

    /// Ends it without a word, and waits until it is gone.
    pub fn kill(&mut self) {
        self.signal("KILL");
        self.wait_for_end();
    }

    /// Waits until the program is gone, however it went.
    pub fn wait_for_end(&mut self) {
        wait_until("the program to be gone", || !self.is_running());
    }

    /// Waits until nobody has the terminal open any more.
    #[cfg(target_os = "linux")]
    pub fn terminal_is_let_go(&self) {
        let is_read = || self.reader.as_ref().is_some_and(|reader| !reader.is_finished());
        wait_until("everybody to let go of the terminal", || !is_read());
    }

    /// Every mode that the program sets is as it was.
    pub fn terminal_is_as_before(&self) {
        self.wait("the screen to be given back", |seen| !seen.emulator.screen().alternate_screen());
        // The line is given back right after the screen.
        wait_for(&format!("the terminal's modes to be {} again", self.modes_before), || {
            let modes = modes(self.master.as_ref());
            if modes == self.modes_before { Ok(()) } else { Err(modes) }
        });
        let seen = self.seen.0.lock().unwrap();
        let screen = seen.emulator.screen();
        assert!(!screen.bracketed_paste() && !screen.hide_cursor());
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        let output = String::from_utf8_lossy(&seen.raw).into_owned();
        assert_eq!(output.matches("\x1b[>1u").count(), output.matches("\x1b[<1u").count(), "kitty's keyboard flags");
        let (begun, ended) = (output.rfind("\x1b[?2026h"), output.rfind("\x1b[?2026l"));
        assert!(begun <= ended, "a synchronized update is open");
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Only a failed test leaves it running; one that has ended can't be killed, which is just as well.
        let _ = self.child.kill();
    }
}

fn modes(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().unwrap())
}

fn read_all(mut reader: Box<dyn Read + Send>, seen: &(Mutex<Seen>, Condvar)) {
    let mut piece = [0; 8192];
    let mut unread = Vec::new();
    while let Ok(read) = reader.read(&mut piece) {
        if read == 0 {
            return;
        }
        let seen_now = seen.0.lock().unwrap();
        let mut seen_now = seen.1.wait_while(seen_now, |seen| seen.is_stalled).unwrap();
        seen_now.raw.extend_from_slice(&piece[..read]);
        // The emulator loses what follows a letter that comes in two pieces.
        unread.extend_from_slice(&piece[..read]);
        let whole = unread.len() - beginning_of_a_letter(&unread);
        seen_now.emulator.process(&unread[..whole]);
        unread.drain(..whole);
        // Once a frame is whole: nothing is being written that could fail first.
        if seen_now.is_gone && seen_now.raw.ends_with(END_OF_FRAME) {
            return;
        }
        drop(seen_now);
        seen.1.notify_all();
    }
}

/// How many bytes at the end are the beginning of a letter whose rest has not come yet.
fn beginning_of_a_letter(bytes: &[u8]) -> usize {
    match bytes.utf8_chunks().last() {
        Some(last) if std::str::from_utf8(last.invalid()).is_err_and(|error| error.error_len().is_none()) => {
            last.invalid().len()
        }
        _ => 0,
    }
}

/// What clears the screen.
pub const CLEARED: &[u8] = b"\x1b[2J";

/// What ends each frame.
const END_OF_FRAME: &[u8] = b"\x1b[?2026l";

/// `kew-tui demo-api` beside a session.
pub struct DemoApi {
    process: Process,
    _stdout: BufReader<ChildStdout>,
    url: String,
}

impl DemoApi {
    pub fn start() -> DemoApi {
        let mut process =
            Command::new(super::BINARY).arg("demo-api").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("KEW_API_URL=").unwrap().to_owned();
        DemoApi { process, _stdout: stdout, url }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn stop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}
