//! The API key while it is entered on the screen, and where it could be stored.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::config::api_key;
use crate::input::SecretLine;

/// The prompt for an API key.
#[derive(Clone, Debug, Default)]
pub struct KeyPrompt {
    /// What is typed; only its length is ever shown.
    pub line: SecretLine,
    /// Why what stood there is no key.
    pub error: Option<&'static str>,
    /// Whether it came up because something was to be fetched.
    pub for_fetch: bool,
}

impl KeyPrompt {
    /// A prompt that comes up because something was to be fetched.
    pub fn for_fetch() -> KeyPrompt {
        KeyPrompt { for_fetch: true, ..KeyPrompt::default() }
    }

    /// Takes typed or pasted text.
    pub fn insert(&mut self, text: &str) {
        self.line.insert(text);
        self.error = None;
    }

    /// The key that stands there.
    ///
    /// # Errors
    /// What stands there is no key, and why.
    pub fn key(&self) -> Result<TypedKey, &'static str> {
        if self.line.expose().trim().is_empty() {
            return Err("type or paste a key first");
        }
        let key = api_key::typed(self.line.expose());
        key.map(TypedKey).ok_or("not an API key: a key is one word of letters, digits and symbols")
    }
}

/// A key as the user entered it.
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

/// Where a key can be stored for the next sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyDestination {
    /// The settings file, by its path.
    File(String),
    /// Nowhere, and why: most often another place for the key is named already, which would win.
    Nowhere(String),
}

impl Default for KeyDestination {
    fn default() -> KeyDestination {
        KeyDestination::Nowhere("there is no settings file".to_owned())
    }
}

/// Fewer characters than this are no API key.
const MIN_LENGTH: usize = 16;

/// Whether a pasted text is an API key for sure: one long word of letters and digits. No target is one, since a host name
/// needs a dot.
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
