//! What a check of `kew-tui doctor` found.

use serde::Serialize;

use crate::cli::report::Record;

/// How something is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    #[default]
    Ok,
    Warn,
    Fail,
}

/// What was found of one thing. The names are part of the interface.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Finding {
    what: &'static str,
    pub(super) state: State,
    found: String,
    /// What to do about it.
    pub(super) advice: String,
}

impl Finding {
    pub(super) fn ok(what: &'static str, found: impl Into<String>) -> Finding {
        Finding { what, state: State::Ok, found: found.into(), advice: String::new() }
    }

    pub(super) fn bad(
        what: &'static str,
        state: State,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Finding {
        Finding { what, state, found: found.into(), advice: advice.into() }
    }
}

impl Record for Finding {
    const HEADER: &'static [&'static str] = &["what", "state", "found", "advice"];

    fn cells(&self) -> Vec<String> {
        let state = match self.state {
            State::Ok => "ok",
            State::Warn => "warn",
            State::Fail => "fail",
        };
        vec![self.what.to_owned(), state.to_owned(), self.found.clone(), self.advice.clone()]
    }
}
