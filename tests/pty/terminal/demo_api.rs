//! The demo API as a separate process.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use super::super::BINARY;

/// A running `kew-tui demo-api`.
pub struct DemoApi {
    process: Child,
    _stdout: BufReader<ChildStdout>,
    url: String,
}

impl DemoApi {
    pub fn start() -> DemoApi {
        let mut process =
            Command::new(BINARY).arg("demo-api").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
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
