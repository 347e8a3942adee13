//! The variables of the environment that hold an API key.

use std::process::Command;

/// The variable that holds the key.
pub const VARIABLE: &str = "KEYWORDS_EVERYWHERE_API_KEY";

/// Names that other programs use for the same key: looked at only to say that they are not read here.
pub(super) const OTHER_VARIABLES: [&str; 4] =
    ["KEYWORDSEVERYWHERE_API_KEY", "KEYWORDS_EVERYWHERE_KEY", "KWE_API_KEY", "KE_API_KEY"];

/// Keeps the key, and what other programs call it, out of the environment of a program that is started.
pub fn without_key(command: &mut Command) -> &mut Command {
    OTHER_VARIABLES.iter().fold(command.env_remove(VARIABLE), |command, name| command.env_remove(name))
}
