//! The API key, wrapped so that it can't be shown by accident.

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::redact::Redactor;

/// Wiped from memory when dropped; `Debug` prints a placeholder.
#[derive(Clone, Debug)]
pub struct ApiKey(SecretString);

impl ApiKey {
    pub fn new(text: SecretString) -> ApiKey {
        ApiKey(text)
    }

    /// The `Authorization` header (RFC 6750, section 2.1), marked as sensitive so that no HTTP library logs or
    /// compresses it. `None` if the key contains characters that a header can't.
    pub(super) fn header(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::try_from(format!("Bearer {}", self.0.expose_secret())).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    pub(super) fn redactor(&self) -> Redactor {
        Redactor::new(self.0.expose_secret())
    }

    /// 32 bits of a salted hash: enough to tell a user's accounts apart, far too few to recover the key.
    pub(super) fn fingerprint(&self, salt: &str) -> String {
        let hash = Sha256::new().chain_update(salt).chain_update(self.0.expose_secret()).finalize();
        hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_depend_on_key_and_salt() {
        let key = |text: &str| ApiKey::new(SecretString::from(text.to_owned()));
        let one = key("very-secret").fingerprint("salt");
        assert_eq!((one.len(), &one), (8, &key("very-secret").fingerprint("salt")));
        assert!(one != key("other").fingerprint("salt") && one != key("very-secret").fingerprint("pepper"));
    }

    #[test]
    fn key_is_never_printed() {
        let key = ApiKey::new(SecretString::from("very-secret"));
        assert!(!format!("{key:?} {:?}", key.header()).contains("very"));
        assert!(ApiKey::new(SecretString::from("two\nlines")).header().is_none());
    }
}
