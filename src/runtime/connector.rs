//! How an account comes to its API: with the user's key, known from the start or entered later, or to the demo once it runs.

use std::io;
use std::sync::{Arc, OnceLock};

use crate::api::{ApiKey, Client, Origin};
use crate::demo;
use crate::domain::{FetchError, Limits};
use crate::fetch::{Account, Api, ApiFuture, Connect, LazyArchive};
use crate::internal_error::InternalError;

/// Where to ask, and with which key.
pub struct Connector {
    limits: Limits,
    known: OnceLock<(Origin, ApiKey)>,
    /// Kept, since the demo ends when this is dropped.
    demo: OnceLock<demo::Server>,
}

impl Connector {
    /// Without `known` there is none until the demo runs.
    pub fn new(known: Option<(Origin, ApiKey)>, limits: Limits) -> Connector {
        let known = known.map_or_else(OnceLock::new, OnceLock::from);
        Connector { limits, known, demo: OnceLock::new() }
    }

    /// Starts the embedded API and asks it from now on.
    ///
    /// # Errors
    /// No port is free, or its data can't be read.
    pub async fn start_demo(&self) -> io::Result<()> {
        let server = demo::Server::start(demo::Options::default()).await?;
        let origin = Origin::parse(Some(&server.url())).map_err(io::Error::other)?;
        self.known.get_or_init(|| (origin, ApiKey::new(demo::KEY.into())));
        self.demo.get_or_init(|| server);
        Ok(())
    }
}

impl Connect for Connector {
    fn connect(&self) -> ApiFuture<'_, Arc<dyn Api>, FetchError> {
        Box::pin(async {
            let Some((origin, key)) = self.known.get().cloned() else {
                return Err(FetchError::NoKey { reason: "no API key is set".to_owned() });
            };
            let limits = self.limits;
            // It reads the system's certificates.
            let made = tokio::task::spawn_blocking(move || Client::new(origin, &key, limits)).await;
            let client = made.unwrap_or_else(|error| {
                Err(FetchError::InternalError { reason: InternalError::from(error).to_string() })
            })?;
            Ok(Arc::new(client) as Arc<dyn Api>)
        })
    }
}

/// The account of a key, which keeps answers in `archive`.
pub fn account(known: (Origin, ApiKey), limits: Limits, archive: Option<Arc<LazyArchive>>) -> Account {
    Account::new(Arc::new(Connector::new(Some(known), limits)), limits, archive)
}

/// The account of the embedded API, which runs as long as this.
///
/// # Errors
/// It does not start.
pub async fn demo_account(limits: Limits, archive: Option<Arc<LazyArchive>>) -> io::Result<Account> {
    let connector = Connector::new(None, limits);
    connector.start_demo().await?;
    Ok(Account::new(Arc::new(connector), limits, archive))
}
