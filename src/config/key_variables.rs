//! Environment variables for the API key.

use std::process::Command;

pub const VARIABLE: &str = "KEYWORDS_EVERYWHERE_API_KEY";

/// Names that other programs use for the same key. They are not read, only mentioned in an error message.
pub(super) const OTHER_VARIABLES: [&str; 4] =
    ["KEYWORDSEVERYWHERE_API_KEY", "KEYWORDS_EVERYWHERE_KEY", "KWE_API_KEY", "KE_API_KEY"];

/// Removes the API key, under any of its names, from the environment of a child process.
pub fn without_key(command: &mut Command) -> &mut Command {
    OTHER_VARIABLES.iter().fold(command.env_remove(VARIABLE), |command, name| command.env_remove(name))
}
