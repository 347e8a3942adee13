//! Connects an account to the API: with the user's key, from the start or entered later, or to the embedded demo API.

use std::io;
use std::sync::{Arc, OnceLock};

use crate::api::{ApiKey, Client, Origin};
use crate::demo;
use crate::domain::{FetchError, Limits};
use crate::fetch::{Account, Api, ApiFuture, Connect, LazyArchive};
use crate::internal_error::InternalError;

pub struct Connector {
    limits: Limits,
    credentials: OnceLock<(Origin, ApiKey)>,
    /// Keeps the demo server running: it stops when this is dropped.
    demo: OnceLock<demo::Server>,
}

impl Connector {
    /// Without `credentials`, connecting fails until the demo is started.
    pub fn new(credentials: Option<(Origin, ApiKey)>, limits: Limits) -> Connector {
        let credentials = credentials.map_or_else(OnceLock::new, OnceLock::from);
        Connector { limits, credentials, demo: OnceLock::new() }
    }

    /// Starts the embedded API and uses it from now on.
    ///
    /// # Errors
    /// No port is free, or the demo data can't be read.
    pub async fn start_demo(&self) -> io::Result<()> {
        let server = demo::Server::start(demo::Options::default()).await?;
        let origin = Origin::parse(Some(&server.url())).map_err(io::Error::other)?;
        self.credentials.get_or_init(|| (origin, ApiKey::new(demo::KEY.into())));
        self.demo.get_or_init(|| server);
        Ok(())
    }
}

impl Connect for Connector {
    fn connect(&self) -> ApiFuture<'_, Arc<dyn Api>, FetchError> {
        Box::pin(async {
            let Some((origin, key)) = self.credentials.get().cloned() else {
                return Err(FetchError::NoKey { reason: "no API key is set".to_owned() });
            };
            let limits = self.limits;
            // Blocking: it reads the system's certificates.
            let created = tokio::task::spawn_blocking(move || Client::new(origin, &key, limits)).await;
            let client = created.unwrap_or_else(|error| {
                Err(FetchError::InternalError { reason: InternalError::from(error).to_string() })
            })?;
            Ok(Arc::new(client) as Arc<dyn Api>)
        })
    }
}

/// An account for an API key that stores its responses in `archive`.
pub fn account(credentials: (Origin, ApiKey), limits: Limits, archive: Option<Arc<LazyArchive>>) -> Account {
    Account::new(Arc::new(Connector::new(Some(credentials), limits)), limits, archive)
}

/// An account for the embedded API, which runs as long as the account exists.
///
/// # Errors
/// The embedded API can't be started.
pub async fn demo_account(limits: Limits, archive: Option<Arc<LazyArchive>>) -> io::Result<Account> {
    let connector = Connector::new(None, limits);
    connector.start_demo().await?;
    Ok(Account::new(Arc::new(connector), limits, archive))
}
