//! The result of a check.

use serde::Serialize;

use crate::cli::report::Record;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum CheckState {
    #[default]
    Ok,
    Warn,
    Fail,
}

// Scripts depend on the names of the fields.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Finding {
    what: &'static str,
    pub(super) state: CheckState,
    found: String,
    /// How to fix it; may be empty.
    pub(super) advice: String,
}

impl Finding {
    pub(super) fn ok(what: &'static str, found: impl Into<String>) -> Finding {
        Finding { what, state: CheckState::Ok, found: found.into(), advice: String::new() }
    }

    pub(super) fn problem(
        what: &'static str,
        state: CheckState,
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
            CheckState::Ok => "ok",
            CheckState::Warn => "warn",
            CheckState::Fail => "fail",
        };
        vec![self.what.to_owned(), state.to_owned(), self.found.clone(), self.advice.clone()]
    }
}
