//! The API key prompt, and where a key could be stored.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::config::api_key;
use crate::input::SecretLine;

#[derive(Clone, Debug, Default)]
pub struct KeyPrompt {
    /// Only its length is ever shown.
    pub line: SecretLine,
    /// Why the entered text is not a key.
    pub error: Option<&'static str>,
    /// Opened because a fetch needs a key.
    pub for_fetch: bool,
}

impl KeyPrompt {
    pub fn for_fetch() -> KeyPrompt {
        KeyPrompt { for_fetch: true, ..KeyPrompt::default() }
    }

    pub fn insert(&mut self, text: &str) {
        self.line.insert(text);
        self.error = None;
    }

    /// The entered key.
    ///
    /// # Errors
    /// The text is not a key; the error says why.
    pub fn key(&self) -> Result<TypedKey, &'static str> {
        if self.line.expose().trim().is_empty() {
            return Err("type or paste a key first");
        }
        let key = api_key::typed(self.line.expose());
        key.map(TypedKey).ok_or("not an API key: a key is one word of letters, digits and symbols")
    }
}

#[derive(Clone)]
pub struct TypedKey(pub SecretString);

impl PartialEq for TypedKey {
    fn eq(&self, other: &TypedKey) -> bool {
        self.0.expose_secret() == other.0.expose_secret()
    }
}

impl Eq for TypedKey {}

impl fmt::Debug for TypedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedKey(…)")
    }
}

/// Where an entered key can be stored for future sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyDestination {
    /// The path of the settings file.
    File(String),
    /// Why it can't be stored; usually a setting already names another source, which would take precedence.
    Nowhere(String),
}

impl Default for KeyDestination {
    fn default() -> KeyDestination {
        KeyDestination::Nowhere("there is no settings file".to_owned())
    }
}

/// A shorter text is not treated as a key.
const MIN_LENGTH: usize = 16;

/// Whether a pasted text is certainly an API key: one long word of letters and digits. A target is never one, because a
/// host name has a dot.
pub fn looks_like_key(text: &str) -> bool {
    let text = text.trim();
    let is_key_byte = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    text.len() >= MIN_LENGTH && text.bytes().all(is_key_byte) && api_key::typed(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_apart_from_targets() {
        for (text, is_key) in [
            (" 0123456789abcdef0123\n", true),
            ("kw-5ecret-0f-the-user", true),
            ("example.com", false),
            ("https://example.com/0123456789abcdef", false),
            ("short", false),
            ("0123456789 abcdef0123", false),
            ("0123456789\nabcdef0123", false),
        ] {
            assert_eq!(looks_like_key(text), is_key, "{text:?}");
        }
    }
}
