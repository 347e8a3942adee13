//! Handing an address to the user's browser, which gets no API key along.
//!
//! The library that finds the browser starts it with this process's environment, from which a variable can't be taken safely
//! while other threads run. So a short-lived process of the program's own is started without the key, and it starts the browser.

use std::ffi::OsString;
use std::io;
use std::process::{Command, ExitCode, Stdio};

use webbrowser::{Browser, BrowserOptions};

use crate::config::api_key::without_key;

/// The first word of the command line of that process. No option for users: they have their own ways to start a browser.
const WORD: &str = "--hand-to-browser";

/// Why no browser opens.
#[derive(Debug, thiserror::Error)]
pub(super) enum BrowserError {
    #[error(transparent)]
    NotStarted(#[from] io::Error),
    /// In the words of the process that was to hand the address over.
    #[error("{0}")]
    NotHanded(String),
}

/// Hands an address to the browser, and waits until it is handed over. Without the key in the environment.
pub(super) fn open(url: &str) -> Result<(), BrowserError> {
    let mut program = Command::new(std::env::current_exe()?);
    program.args([WORD, url]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let ended = without_key(&mut program).output()?;
    if ended.status.success() {
        return Ok(());
    }
    Err(BrowserError::NotHanded(String::from_utf8_lossy(ended.stderr.trim_ascii()).into_owned()))
}

/// Does what the session wants, if this is the process that it started for that.
pub fn serve(words: &[OsString]) -> Option<ExitCode> {
    let [_, word, url] = words else { return None };
    let url = url.to_str().filter(|_| word == WORD)?;
    Some(match webbrowser::open_browser_with_options(Browser::Default, url, &BrowserOptions::new()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    })
}
