//! Where the API is.

use std::fmt;

use url::{Host, Url};

/// The address under which the calls stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(Url);

/// An address that the key must not be sent to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// It is no address.
    #[error("KEW_API_URL is not a valid URL: {0}")]
    NotUrl(String),
    /// Anyone on the way could read the key.
    #[error(
        "KEW_API_URL must be https, or http to this computer only; otherwise the API key would be sent unencrypted"
    )]
    NotSecure,
    /// Part of an address that makes no sense here.
    #[error("KEW_API_URL must not contain a user name, password, query or fragment")]
    Surplus,
}

/// The documented address.
const DEFAULT: &str = "https://api.keywordseverywhere.com/v1";

impl Origin {
    /// The documented address, or another one (`KEW_API_URL`): https, or plain http to loopback.
    ///
    /// # Errors
    /// The key must not be sent there.
    pub fn parse(address: Option<&str>) -> Result<Origin, OriginError> {
        let address = address.unwrap_or(DEFAULT);
        let mut url = Url::parse(address).map_err(|e| OriginError::NotUrl(e.to_string()))?;
        let surplus = !url.username().is_empty() || url.password().is_some();
        if surplus || url.query().is_some() || url.fragment().is_some() {
            return Err(OriginError::Surplus);
        }
        let secure = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
        if !secure {
            return Err(OriginError::NotSecure);
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Origin(url))
    }

    /// The address of a call.
    pub(super) fn call(&self, name: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}/{name}", self.0.path().trim_end_matches('/')));
        url
    }

    /// Whether it is this machine. A proxy must not come between.
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
    fn the_key_travels_only_where_nobody_listens() {
        for good in ["https://api.example.com/v1/", "http://127.0.0.1:8080", "http://localhost/v1", "http://[::1]:1/"] {
            assert!(Origin::parse(Some(good)).is_ok(), "{good}");
        }
        for bad in ["http://example.com", "http://127.0.0.1.example.com", "ftp://localhost", "http://10.0.0.1"] {
            assert_eq!(Origin::parse(Some(bad)), Err(OriginError::NotSecure), "{bad}");
        }
        assert_eq!(Origin::parse(Some("https://a:b@x.com")), Err(OriginError::Surplus));
        assert!(matches!(Origin::parse(Some("x")), Err(OriginError::NotUrl(_))));
    }

    #[test]
    fn calls_stand_below_it() {
        let origin = Origin::parse(None).unwrap();
        assert_eq!(origin.call("account/credits").as_str(), "https://api.keywordseverywhere.com/v1/account/credits");
        let origin = Origin::parse(Some("http://localhost:1/")).unwrap();
        assert_eq!(origin.call("x").as_str(), "http://localhost:1/x");
    }
}
