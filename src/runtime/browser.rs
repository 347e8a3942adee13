//! Opens an address in the user's browser without passing it the API key.
//!
//! The `webbrowser` crate starts the browser with this process's environment, and a variable can't be removed from it safely
//! while other threads run. So the program starts itself as a short-lived helper process without the key, which opens the browser.

use std::ffi::OsString;
use std::io;
use std::process::{Command, ExitCode, Stdio};

use webbrowser::{Browser, BrowserOptions};

use crate::config::api_key::without_key;

/// First argument of the helper process. Internal, so it is not a documented option.
const HELPER_ARGUMENT: &str = "--hand-to-browser";

#[derive(Debug, thiserror::Error)]
pub(super) enum BrowserError {
    #[error(transparent)]
    NotStarted(#[from] io::Error),
    /// The error message of the helper process.
    #[error("{0}")]
    HelperFailed(String),
}

/// Opens `url` in the browser. Blocks until the helper process has ended.
pub(super) fn open(url: &str) -> Result<(), BrowserError> {
    let mut program = Command::new(std::env::current_exe()?);
    program.args([HELPER_ARGUMENT, url]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let ended = without_key(&mut program).output()?;
    if ended.status.success() {
        return Ok(());
    }
    Err(BrowserError::HelperFailed(String::from_utf8_lossy(ended.stderr.trim_ascii()).into_owned()))
}

/// Runs the helper process if `words` are its command line.
pub fn serve(words: &[OsString]) -> Option<ExitCode> {
    let [_, word, url] = words else { return None };
    let url = url.to_str().filter(|_| word == HELPER_ARGUMENT)?;
    Some(match webbrowser::open_browser_with_options(Browser::Default, url, &BrowserOptions::new()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    })
}
