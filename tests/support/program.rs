//! Runs the real program without a terminal, next to a local API.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::{JoinHandle, spawn};
use std::time::Instant;

use kew_tui::demo;
use kew_tui::domain::Credits;
use tokio::runtime::Runtime;

use super::wait::{PATIENCE, wait_until};

pub const BINARY: &str = env!("CARGO_BIN_EXE_kew-tui");

/// A temporary home directory for the program, with its archive, and the address of an API.
pub struct TestHome {
    directory: tempfile::TempDir,
    url: String,
}

impl TestHome {
    pub fn new(url: &str) -> TestHome {
        TestHome { directory: tempfile::tempdir().unwrap(), url: url.to_owned() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The path as text.
    pub fn name(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// Writes a file in it and returns its path.
    pub fn file(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).unwrap();
        self.name(name)
    }

    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.directory.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The program with these arguments, a clean environment and an empty standard input.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        command.env_clear().env("HOME", self.path("home")).env("KEW_DATA_DIR", self.path("data"));
        command.env("KEW_API_URL", &self.url).env("KEYWORDS_EVERYWHERE_API_KEY", demo::KEY);
        command.current_dir(self.directory.path()).args(arguments).stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> CommandOutput {
        Running::start(self.command(arguments)).end()
    }

    /// Runs the program with `input` on its standard input.
    pub fn run_with(&self, input: &str, arguments: &[&str]) -> CommandOutput {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped());
        let mut running = Running::start(command);
        let mut stdin = running.child.stdin.take().unwrap();
        let input = input.to_owned();
        // In a separate thread, so that neither side waits for the other. A program that has read enough closes the pipe.
        let writing = spawn(move || drop(stdin.write_all(input.as_bytes())));
        let ran = running.end();
        writing.join().unwrap();
        ran
    }
}

#[derive(Debug)]
pub struct CommandOutput {
    /// The exit code; -1 if a signal ended the program.
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl From<Output> for CommandOutput {
    fn from(output: Output) -> CommandOutput {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        CommandOutput { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl CommandOutput {
    /// Its standard output, after checking that it succeeded.
    #[track_caller]
    pub fn success(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.out
    }

    /// The JSON error object.
    #[track_caller]
    pub fn error(&self) -> serde_json::Value {
        let line = self.err.lines().last().unwrap_or_default();
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// The program while it runs. Every wait has a deadline; dropping this kills the program.
pub struct Running {
    child: Child,
    stderr: JoinHandle<()>,
    lines: Receiver<String>,
    stderr_text: String,
}

impl Running {
    pub fn start(mut command: Command) -> Running {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let (sender, lines) = channel();
        let stderr = spawn(move || {
            let mut line = String::new();
            while stderr.read_line(&mut line).unwrap() > 0 {
                // A test that has failed reads no more.
                let _ = sender.send(std::mem::take(&mut line));
            }
        });
        Running { child, stderr, lines, stderr_text: String::new() }
    }

    /// Reads standard error until a line contains `text`.
    pub fn wait_for(&mut self, text: &str) {
        let until = Instant::now() + PATIENCE;
        loop {
            let line = self.lines.recv_timeout(until.saturating_duration_since(Instant::now()));
            let line = line.unwrap_or_else(|_| panic!("“{text}” was never written: {}", self.stderr_text));
            self.stderr_text.push_str(&line);
            if line.contains(text) {
                return;
            }
        }
    }

    #[cfg(unix)]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    #[cfg(unix)]
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Reads one line of its output and closes the pipe.
    pub fn close_output_after_a_line(&mut self) -> String {
        let mut line = String::new();
        BufReader::new(self.child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        line
    }

    #[track_caller]
    pub fn end(mut self) -> CommandOutput {
        // Read its output meanwhile, so that it never blocks on a full pipe.
        let reading = self.child.stdout.take().map(|mut stdout| {
            spawn(move || {
                let mut out = String::new();
                stdout.read_to_string(&mut out).unwrap();
                out
            })
        });
        wait_until("the program to end", || !self.is_running());
        // Its child processes may still hold its output open.
        wait_until("its output to end", || {
            self.stderr.is_finished() && reading.as_ref().is_none_or(JoinHandle::is_finished)
        });
        let out = reading.map(|reading| reading.join().unwrap()).unwrap_or_default();
        self.stderr_text.extend(self.lines.try_iter());
        CommandOutput {
            code: self.child.wait().unwrap().code().unwrap_or(-1),
            out,
            err: std::mem::take(&mut self.stderr_text),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Only a test that has failed leaves it running.
        let _ = self.child.kill();
    }
}

/// A [`TestHome`] next to the embedded demo API, which runs in this process and answers at once.
pub struct DemoHome {
    pub home: TestHome,
    api: demo::Server,
    tokio: Runtime,
}

impl DemoHome {
    pub fn new() -> DemoHome {
        DemoHome::with_balance(100_000)
    }

    pub fn with_balance(balance: u64) -> DemoHome {
        let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let options = demo::Options { port: 0, simulate_latency: false, balance: Credits(balance) };
        let api = tokio.block_on(demo::Server::start(options)).unwrap();
        DemoHome { home: TestHome::new(&api.url()), api, tokio }
    }

    /// The balance, as the API reports it.
    pub fn balance(&self) -> u64 {
        use kew_tui::api::{ApiKey, Client, Origin};
        let origin = Origin::parse(Some(&self.api.url())).unwrap();
        let client = Client::new(origin, &ApiKey::new(demo::KEY.into()), kew_tui::domain::Limits::default()).unwrap();
        self.tokio.block_on(client.balance()).unwrap().0
    }
}

impl std::ops::Deref for DemoHome {
    type Target = TestHome;

    fn deref(&self) -> &TestHome {
        &self.home
    }
}

pub fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(path).unwrap()
}
