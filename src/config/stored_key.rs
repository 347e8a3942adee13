//! Adds an API key to the text of a settings file and leaves everything else unchanged.

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use toml::{Table, Value};

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreKeyError {
    /// The file already has a source for the key; with two, one would hide the other.
    #[error("it already has {0}")]
    AlreadySet(&'static str),
    /// The file is not valid TOML.
    #[error("it has an error: see kew-tui config show")]
    Unreadable,
}

const NAME: &str = "api_key";

/// Adds `api_key` to a settings file: in place of an existing line that is commented out or empty, else at the start of the file,
/// before any table.
///
/// # Errors
/// See [`StoreKeyError`].
pub fn with_api_key(text: &str, key: &SecretString) -> Result<Zeroizing<String>, StoreKeyError> {
    let before: Table = text.parse().map_err(|_| StoreKeyError::Unreadable)?;
    for name in ["api_key_command", NAME] {
        if before.get(name).is_some_and(|value| value.as_str() != Some("")) {
            return Err(StoreKeyError::AlreadySet(name));
        }
    }
    let quoted = Zeroizing::new(Value::from(key.expose_secret()).to_string());
    let line = Zeroizing::new(format!("{NAME} = {}", quoted.as_str()));
    let candidates = candidate_ranges(text).into_iter().map(|(start, end)| {
        let (head, tail) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
        let end_of_line = if start == end { "\n" } else { "" };
        Zeroizing::new(format!("{head}{}{end_of_line}{tail}", line.as_str()))
    });
    // A line that looks right may be in a table or in a multi-line string, so each candidate is parsed and compared.
    let mut valid = candidates.filter(|after| differs_by_key_alone(&before, after, key));
    valid.next().ok_or(StoreKeyError::Unreadable)
}

/// Byte ranges that could be replaced with the new line, the best one first. The last is the empty range at the start.
fn candidate_ranges(text: &str) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        let setting = content.trim_start_matches(['#', ' ', '\t']);
        if setting.strip_prefix(NAME).is_some_and(|rest| rest.trim_start().starts_with('=')) {
            ranges.push((start, start + content.len()));
        }
        start += line.len();
    }
    ranges.push((0, 0));
    ranges
}

fn differs_by_key_alone(before: &Table, after: &str, key: &SecretString) -> bool {
    let Ok(mut after) = after.parse::<Table>() else { return false };
    let found = after.remove(NAME);
    let mut before = before.clone();
    before.remove(NAME);
    found.as_ref().and_then(Value::as_str) == Some(key.expose_secret()) && after == before
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(text: &str, key: &str) -> Result<String, StoreKeyError> {
        with_api_key(text, &SecretString::from(key)).map(|text| text.to_string())
    }

    #[test]
    fn the_key_replaces_its_empty_line() {
        for (before, after) in [
            ("", "api_key = \"k\"\n"),
            ("number = 5\n", "api_key = \"k\"\nnumber = 5\n"),
            ("a = 1\n# api_key = \"\"\n[limits]\n", "a = 1\napi_key = \"k\"\n[limits]\n"),
            ("a = 1\r\napi_key = \"\"\r\nb = 2\r\n", "a = 1\r\napi_key = \"k\"\r\nb = 2\r\n"),
            ("[filters]\n# api_key = \"\"\n", "api_key = \"k\"\n[filters]\n# api_key = \"\"\n"),
            ("t = \"\"\"\napi_key = 1\n\"\"\"\n", "api_key = \"k\"\nt = \"\"\"\napi_key = 1\n\"\"\"\n"),
            ("# api_key_command = \"\"\n", "api_key = \"k\"\n# api_key_command = \"\"\n"),
        ] {
            assert_eq!(with(before, "k").as_deref(), Ok(after), "{before:?}");
        }
        assert!(with(&crate::config::commented_defaults(), "k").unwrap().contains("(chmod 600).\napi_key = \"k\"\n"));
    }

    #[test]
    fn every_key_can_be_read_back() {
        for key in ["0123456789abcdef", "with\"quote", "back\\slash", "'", "#=[]"] {
            let text = with("number = 5\n", key).unwrap();
            assert_eq!(text.parse::<Table>().unwrap()["api_key"].as_str(), Some(key), "{text}");
        }
    }

    #[test]
    fn a_file_with_a_source_is_unchanged() {
        assert_eq!(with("api_key = \"other\"\n", "k"), Err(StoreKeyError::AlreadySet("api_key")));
        assert_eq!(with("api_key_command = \"pass x\"\n", "k"), Err(StoreKeyError::AlreadySet("api_key_command")));
        assert_eq!(with("number = \n", "k"), Err(StoreKeyError::Unreadable));
    }
}
