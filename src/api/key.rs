//! The API key, kept so that it can't be shown by accident.

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

/// An API key. It is wiped from memory when dropped, and printing it prints a placeholder.
#[derive(Clone, Debug)]
pub struct ApiKey(SecretString);

impl ApiKey {
    /// A key from its text.
    pub fn new(text: SecretString) -> ApiKey {
        ApiKey(text)
    }

    /// The `Authorization` header (RFC 6750, section 2.1), marked so that no HTTP library logs or compresses it. `None` if
    /// the key holds what no header can.
    pub(super) fn header(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::try_from(format!("Bearer {}", self.0.expose_secret())).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_never_printed() {
        let key = ApiKey::new(SecretString::from("very-secret"));
        assert!(!format!("{key:?} {:?}", key.header()).contains("very"));
        assert!(ApiKey::new(SecretString::from("two\nlines")).header().is_none());
    }
}
