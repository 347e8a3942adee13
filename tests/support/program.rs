//! The real program without a terminal, beside an API that answers on this machine.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use kew_tui::demo;
use kew_tui::domain::Credits;
use tokio::runtime::Runtime;

pub const BINARY: &str = env!("CARGO_BIN_EXE_kew-tui");

/// A home of its own for the program, with an archive, and the address of an API. All of it is gone in the end.
pub struct Place {
    directory: tempfile::TempDir,
    url: String,
}

impl Place {
    pub fn new(url: &str) -> Place {
        Place { directory: tempfile::tempdir().unwrap(), url: url.to_owned() }
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The same as text.
    pub fn name(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// Writes a file and returns its path.
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

    /// The program with these arguments, its environment and nothing on its standard input.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        command.env_clear().env("HOME", self.path("home")).env("KEW_DATA_DIR", self.path("data"));
        command.env("KEW_API_URL", &self.url).env("KEYWORDS_EVERYWHERE_API_KEY", demo::KEY);
        command.current_dir(self.directory.path()).args(arguments).stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.command(arguments).output().unwrap().into()
    }
}

/// What became of a run.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code; -1 if a signal ended it.
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Ran {
    /// What it wrote, if it did what it was to do.
    #[track_caller]
    pub fn good(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.out
    }

    /// The error as scripts read it.
    #[track_caller]
    pub fn error(&self) -> serde_json::Value {
        let line = self.err.lines().last().unwrap_or_default();
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// The embedded API in this process, answering at once, and a place for the program beside it.
pub struct Shop {
    pub place: Place,
    _api: demo::Server,
    _tokio: Runtime,
}

impl Shop {
    pub fn open() -> Shop {
        let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let options = demo::Options { port: 0, takes_time: false, balance: Credits(100_000) };
        let api = tokio.block_on(demo::Server::start(options)).unwrap();
        Shop { place: Place::new(&api.url()), _api: api, _tokio: tokio }
    }
}

impl std::ops::Deref for Shop {
    type Target = Place;

    fn deref(&self) -> &Place {
        &self.place
    }
}

pub fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(path).unwrap()
}
