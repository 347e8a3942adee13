//! The API key, kept so that it can't be shown by accident.

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::redact::Redactor;

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

    /// What finds the key in what a server sends back.
    pub(super) fn redactor(&self) -> Redactor {
        Redactor::of(self.0.expose_secret())
    }

    /// 32 bits of a salted hash: enough to tell a person's accounts apart, and far too few to find the key by.
    pub(super) fn fingerprint(&self, salt: &str) -> String {
        let hash = Sha256::new().chain_update(salt).chain_update(self.0.expose_secret()).finalize();
        hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_told_apart_without_the_key() {
        let key = |text: &str| ApiKey::new(SecretString::from(text.to_owned()));
        let one = key("very-secret").fingerprint("salt");
        assert_eq!((one.len(), &one), (8, &key("very-secret").fingerprint("salt")));
        assert!(one != key("other").fingerprint("salt") && one != key("very-secret").fingerprint("pepper"));
    }

    #[test]
    fn it_is_never_printed() {
        let key = ApiKey::new(SecretString::from("very-secret"));
        assert!(!format!("{key:?} {:?}", key.header()).contains("very"));
        assert!(ApiKey::new(SecretString::from("two\nlines")).header().is_none());
    }
}
