//! The base URL of the API, checked before the key is sent there.

use std::fmt;

use url::{Host, Url};

/// The base URL of the API's endpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(Url);

/// Why the key must not be sent to a URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    #[error("KEW_API_URL is not a valid URL: {0}")]
    NotUrl(String),
    /// The key would be sent unencrypted.
    #[error(
        "KEW_API_URL must be https, or http to this computer only; otherwise the API key would be sent unencrypted"
    )]
    NotSecure,
    #[error("KEW_API_URL must not contain a user name, password, query or fragment")]
    ExtraParts,
}

const DEFAULT: &str = "https://api.keywordseverywhere.com/v1";

impl Origin {
    /// The documented URL, or the one from `KEW_API_URL`: https, or plain http to a loopback address.
    ///
    /// # Errors
    /// The key must not be sent there.
    pub fn parse(url: Option<&str>) -> Result<Origin, OriginError> {
        let mut url = Url::parse(url.unwrap_or(DEFAULT)).map_err(|e| OriginError::NotUrl(e.to_string()))?;
        let has_credentials = !url.username().is_empty() || url.password().is_some();
        if has_credentials || url.query().is_some() || url.fragment().is_some() {
            return Err(OriginError::ExtraParts);
        }
        let secure = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
        if !secure {
            return Err(OriginError::NotSecure);
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Origin(url))
    }

    pub(super) fn endpoint(&self, name: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}/{name}", self.0.path().trim_end_matches('/')));
        url
    }

    /// Whether the API is on this machine. Then no proxy is used.
    pub(super) fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_is_sent_over_https_or_to_loopback_only() {
        for good in ["https://api.example.com/v1/", "http://127.0.0.1:8080", "http://localhost/v1", "http://[::1]:1/"] {
            assert!(Origin::parse(Some(good)).is_ok(), "{good}");
        }
        for bad in ["http://example.com", "http://127.0.0.1.example.com", "ftp://localhost", "http://10.0.0.1"] {
            assert_eq!(Origin::parse(Some(bad)), Err(OriginError::NotSecure), "{bad}");
        }
        assert_eq!(Origin::parse(Some("https://a:b@x.com")), Err(OriginError::ExtraParts));
        assert!(matches!(Origin::parse(Some("x")), Err(OriginError::NotUrl(_))));
    }

    #[test]
    fn endpoints_are_appended_to_the_path() {
        let origin = Origin::parse(None).unwrap();
        assert_eq!(
            origin.endpoint("account/credits").as_str(),
            "https://api.keywordseverywhere.com/v1/account/credits"
        );
        let origin = Origin::parse(Some("http://localhost:1/")).unwrap();
        assert_eq!(origin.endpoint("x").as_str(), "http://localhost:1/x");
    }
}
