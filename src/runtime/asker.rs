//! Who asks the API: the client, known from the start or once the demo runs, and the archive that keeps what it answers.
//! The screen and the commands spend through this and nothing else.

use std::io;
use std::sync::{Arc, OnceLock};

use tokio::sync::OnceCell;

use crate::api::{ApiKey, Client, Origin};
use crate::app::Task;
use crate::app::requests::RequestId;
use crate::archive::Intent;
use crate::demo;
use crate::domain::{Credits, Failure, Limits};

use super::clock::unix_now;
use super::fetch::fetch;
use super::panics;
use super::tasks::{Outbox, spawn};
use super::vault::Vault;

/// The account that is asked, and the archive. Copies of it are the same one.
#[derive(Clone)]
pub struct Asker {
    api: Arc<Api>,
    /// `None` where the user wants no archive.
    vault: Option<Arc<Vault>>,
}

struct Api {
    limits: Limits,
    access: OnceLock<(Origin, ApiKey)>,
    /// Made when it is first needed: it reads the system's certificates, which the first frame must not wait for.
    client: OnceCell<Result<Client, Failure>>,
    /// Kept, since the demo ends when this is dropped.
    demo: OnceLock<demo::Server>,
}

impl Asker {
    /// Asks the API at `access`, none until the demo runs, and keeps answers in `vault`.
    pub fn new(access: Option<(Origin, ApiKey)>, limits: Limits, vault: Option<Arc<Vault>>) -> Asker {
        let known = OnceLock::new();
        if let Some(access) = access {
            known.get_or_init(|| access);
        }
        Asker { api: Arc::new(Api { limits, access: known, client: OnceCell::new(), demo: OnceLock::new() }), vault }
    }

    /// The archive, if there is one.
    pub fn vault(&self) -> Option<&Arc<Vault>> {
        self.vault.as_ref()
    }

    /// Sends a request beside whatever else goes on; each step of it goes to the outbox.
    pub(super) fn fetch(&self, id: RequestId, intent: Intent, outbox: &Outbox) {
        let (asker, to) = (self.clone(), outbox.clone());
        spawn(outbox, Task::Fetch(id), async move { fetch(asker.client().await, asker.vault, id, intent, to).await });
    }

    /// Reads what the account has, for free. The archive notes it: what the account had tells later what a request
    /// without an answer has cost.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn balance(&self) -> Result<Credits, Failure> {
        let balance = self.client().await?.balance().await?;
        if let Some(vault) = &self.vault
            && let Ok(archive) = vault.open().await
            && let Err(error) = archive.note_balance(unix_now(), balance).await
        {
            tracing::warn!(%error, "the balance was not written down");
        }
        Ok(balance)
    }

    /// Lets an archive that is thrown away in the end take the place of the user's, which the demo never touches.
    pub(super) fn use_temporary_vault(&mut self) {
        if !self.vault.as_ref().is_some_and(|vault| vault.is_temporary()) {
            self.vault = Vault::temporary().ok().map(Arc::new);
        }
    }

    /// Sends this key from now on; what is under way goes on with the one before.
    pub(super) fn use_key(&mut self, origin: Origin, key: ApiKey) {
        *self = Asker::new(Some((origin, key)), self.api.limits, self.vault.take());
    }

    /// Starts the embedded API and asks it from now on.
    ///
    /// # Errors
    /// No port is free, or its data can't be read.
    pub async fn start_demo(&self) -> io::Result<()> {
        let server = demo::Server::start(demo::Options::default()).await?;
        let origin = Origin::parse(Some(&server.url())).map_err(io::Error::other)?;
        self.api.access.get_or_init(|| (origin, ApiKey::new(demo::KEY.into())));
        self.api.demo.get_or_init(|| server);
        Ok(())
    }

    async fn client(&self) -> Result<Client, Failure> {
        let made = self.api.client.get_or_init(|| async {
            let Some((origin, key)) = self.api.access.get().cloned() else {
                return Err(Failure::NoKey { reason: "no key is set".to_owned() });
            };
            let limits = self.api.limits;
            let made = tokio::task::spawn_blocking(move || Client::new(origin, &key, limits)).await;
            made.unwrap_or_else(|error| Err(Failure::Fault { reason: panics::fault_of(error) }))
        });
        made.await.clone()
    }
}
