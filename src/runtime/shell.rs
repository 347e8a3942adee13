//! Does what the core wants done. Each effect starts at once beside the loop, and what comes of it is a message.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::OnceCell;
use webbrowser::{Browser, BrowserOptions};

use crate::api::{ApiKey, Client, Origin};
use crate::app::account::DemoTarget;
use crate::app::domains::Domains;
use crate::app::kept::Kept;
use crate::app::requests::RequestId;
use crate::app::{Effect, FetchEvent, Message};
use crate::archive::Intent;
use crate::config::Settings;
use crate::demo;
use crate::domain::number::counted;
use crate::domain::{Arrangement, Failure, Limits};
use crate::formats::{self, Formulas};

use super::clipboard::Clipboard;
use super::clock::unix_now;
use super::event_loop::{Incoming, Perform};
use super::export::{complete, export};
use super::fetch::fetch;
use super::kept::Keeper;
use super::load::Files;
use super::tasks::{Outbox, spawn, spawn_blocking, spawn_work};
use super::vault::Vault;

/// The shell of a session.
pub struct Shell {
    outbox: Outbox,
    api: Arc<Api>,
    clipboard: Arc<Clipboard>,
    /// `None` where the user wants no archive.
    vault: Option<Arc<Vault>>,
    /// `None` where nothing is remembered, as in the demo.
    keeper: Option<Arc<Keeper>>,
    max_age: Option<Duration>,
    /// The newest arrangement that was asked for.
    newest: Arc<AtomicU64>,
    /// Whether files shall be loaded no further.
    stop_loading: Arc<AtomicBool>,
}

/// The API that is asked: known from the start, or once the demo runs.
struct Api {
    limits: Limits,
    access: OnceLock<(Origin, ApiKey)>,
    /// Made when it is first needed: it reads the system's certificates, which the first frame must not wait for.
    client: OnceCell<Result<Client, Failure>>,
    /// Kept, since the demo ends when this is dropped.
    demo: OnceLock<demo::Server>,
}

impl Shell {
    /// A shell that asks the API at `access`, none until the demo runs, and keeps answers in `vault`.
    pub fn new(
        outbox: Outbox,
        access: Option<(Origin, ApiKey)>,
        settings: &Settings,
        clipboard: Clipboard,
        vault: Option<Vault>,
        keeper: Option<Keeper>,
    ) -> Shell {
        let known = OnceLock::new();
        if let Some(access) = access {
            known.get_or_init(|| access);
        }
        let api = Api { limits: settings.limits, access: known, client: OnceCell::new(), demo: OnceLock::new() };
        Shell {
            outbox,
            api: Arc::new(api),
            clipboard: Arc::new(clipboard),
            vault: vault.map(Arc::new),
            keeper: keeper.map(Arc::new),
            max_age: settings.max_age,
            newest: Arc::default(),
            stop_loading: Arc::default(),
        }
    }

    fn fetch(&self, id: RequestId, intent: Intent) {
        let (api, vault, outbox) = (Arc::clone(&self.api), self.vault.clone(), self.outbox.clone());
        let broke_down = move |reason: String| {
            let failure = Failure::Broken { reason: format!("a fault in kew-tui: {reason}") };
            Message::Fetch { id, event: FetchEvent::Failed { failure, rescued: None } }
        };
        spawn(&self.outbox, broke_down, async move { fetch(api.client().await, vault, id, intent, outbox).await });
    }

    fn read_balance(&self, reading: u64) {
        let (api, vault, outbox) = (Arc::clone(&self.api), self.vault.clone(), self.outbox.clone());
        spawn(&self.outbox, Message::TaskFailed, async move {
            let result = match api.client().await {
                Ok(client) => client.balance().await,
                Err(failure) => Err(failure),
            };
            // What the account had tells later what a request without an answer has cost.
            if let (Ok(balance), Some(vault)) = (&result, vault)
                && let Ok(archive) = vault.open().await
                && let Err(error) = archive.note_balance(unix_now(), *balance).await
            {
                tracing::warn!(%error, "the balance was not written down");
            }
            outbox.send(Message::Balance { reading, result });
        });
    }

    /// Reads files beside the loop.
    pub fn load(&self, files: Files) {
        let (stop, outbox) = (Arc::clone(&self.stop_loading), self.outbox.clone());
        spawn_work(&self.outbox, move || files.load(&stop, &outbox));
    }

    /// Finds rows beside the loop, and gives up as soon as something newer is asked for.
    fn arrange(&self, generation: u64, arrangement: Arrangement) {
        self.newest.store(generation, Ordering::Relaxed);
        let (newest, outbox) = (Arc::clone(&self.newest), self.outbox.clone());
        let arranged = move |found, looked_at| Message::Arranged { generation, found, looked_at };
        let work = move || {
            let go_on = || newest.load(Ordering::Relaxed) == generation;
            let found = arrangement.run(&go_on, |found, looked_at| outbox.send(arranged(found, Some(looked_at))));
            if let Some(found) = found {
                outbox.send(arranged(found, None));
            }
        };
        spawn_work(&self.outbox, work);
    }

    /// Keeps columns and saved filters for the next session.
    fn remember(&self, kept: Box<Kept>) {
        let Some(keeper) = self.keeper.clone() else { return };
        let (number, outbox) = (keeper.begin(), self.outbox.clone());
        spawn_work(&self.outbox, move || {
            if let Err(error) = keeper.write(number, &kept) {
                outbox.send(Message::TaskFailed(format!("columns and saved filters are not kept: {error}")));
            }
        });
    }

    /// The demo never touches the user's archive.
    fn start_demo(&mut self) {
        if !self.vault.as_ref().is_some_and(|vault| vault.is_temporary()) {
            self.vault = Vault::temporary().ok().map(Arc::new);
        }
        self.with_vault(Vault::list);
        let (api, outbox) = (Arc::clone(&self.api), self.outbox.clone());
        let failed = |reason| Message::DemoStarted(Err(reason));
        spawn(&self.outbox, failed, async move {
            let started = api.start_demo().await.map_err(|error| error.to_string());
            outbox.send(Message::DemoStarted(started));
        });
    }
}

impl Shell {
    /// Starts something with the archive, if there is one.
    fn with_vault<F>(&self, work: impl FnOnce(Arc<Vault>, Outbox) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        if let Some(vault) = &self.vault {
            spawn(&self.outbox, Message::TaskFailed, work(Arc::clone(vault), self.outbox.clone()));
        }
    }
}

impl Perform for Shell {
    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Fetch { id, request, refresh, balance_before } => {
                let (max_age, now) = (self.max_age, unix_now());
                self.fetch(id, Intent { request, balance_before, refresh, max_age, now });
            }
            Effect::OpenArchive => self.with_vault(Vault::list),
            Effect::Compare { later, earlier } => {
                self.with_vault(move |vault, outbox| vault.compare(later, earlier, outbox));
            }
            Effect::SetLabel { id, label } => self.with_vault(move |vault, outbox| vault.set_label(id, label, outbox)),
            Effect::SetNotes { notes } => self.with_vault(move |vault, outbox| vault.set_notes(notes, outbox)),
            Effect::Remember { kept } => self.remember(kept),
            Effect::DeleteAnswer { id } => self.with_vault(move |vault, outbox| vault.delete(id, outbox)),
            Effect::OpenSnapshot { id } => self.with_vault(move |vault, outbox| vault.load(id, outbox)),
            Effect::ReadBalance { reading } => self.read_balance(reading),
            Effect::StartDemo => self.start_demo(),
            Effect::Arrange { generation, arrangement } => self.arrange(generation, arrangement),
            Effect::Count { generation, job } => spawn_blocking(&self.outbox, move || {
                Incoming::Message(Message::Counted { generation, counts: job.run() })
            }),
            Effect::Export { selection, format, path, overwrite } => spawn_blocking(&self.outbox, move || {
                Incoming::Message(Message::Exported(export(&selection, format, &path, overwrite)))
            }),
            Effect::CompletePath { typed } => spawn_blocking(&self.outbox, move || {
                let completed = complete(&typed);
                Incoming::Message(Message::PathCompleted { typed, completed })
            }),
            Effect::CopyCounts { links, rules, facet, entries } => {
                let clipboard = Arc::clone(&self.clipboard);
                spawn_blocking(&self.outbox, move || {
                    let mut text = Vec::new();
                    match formats::write_counts(facet, &links, &rules, &entries, &mut text) {
                        Ok(()) => {
                            clipboard.copy(&text, &counted(entries.len(), "line of counts", "lines of counts"), "tsv")
                        }
                        Err(error) => Incoming::Message(Message::Copied(Err(error.to_string()))),
                    }
                });
            }
            Effect::StopLoading => self.stop_loading.store(true, Ordering::Relaxed),
            Effect::GroupDomains { links } => spawn_blocking(&self.outbox, move || {
                let domains = Arc::new(Domains::of(&links));
                Incoming::Message(Message::Grouped { links, domains })
            }),
            Effect::Copy { selection, format } => {
                let clipboard = Arc::clone(&self.clipboard);
                spawn_blocking(&self.outbox, move || {
                    let mut text = Vec::new();
                    match formats::write(format, &selection.links, &selection.rows(), Formulas::Guarded, &mut text) {
                        Ok(entries) => clipboard.copy(&text, &format.counted(entries), format.extension()),
                        Err(error) => Incoming::Message(Message::Copied(Err(error.to_string()))),
                    }
                });
            }
            Effect::Open { url } => spawn_blocking(&self.outbox, move || {
                let options = BrowserOptions::new();
                let opened = webbrowser::open_browser_with_options(Browser::Default, &url, &options);
                Incoming::Message(Message::Opened(opened.map_err(|error| error.to_string())))
            }),
            // The loop itself sees to these.
            Effect::Suspend | Effect::Redraw | Effect::Quit => {}
        }
    }
}

impl Api {
    async fn client(&self) -> Result<Client, Failure> {
        let made = self.client.get_or_init(|| async {
            let Some((origin, key)) = self.access.get().cloned() else {
                return Err(Failure::NoKey { reason: "no key is set".to_owned() });
            };
            let limits = self.limits;
            let made = tokio::task::spawn_blocking(move || Client::new(origin, &key, limits)).await;
            made.unwrap_or_else(|error| Err(Failure::Broken { reason: error.to_string() }))
        });
        made.await.clone()
    }

    async fn start_demo(&self) -> std::io::Result<Arc<[DemoTarget]>> {
        let server = demo::Server::start(demo::Options::default()).await?;
        let origin = Origin::parse(Some(&server.url())).map_err(std::io::Error::other)?;
        let targets = demo::guide().map_err(std::io::Error::other)?;
        self.access.get_or_init(|| (origin, ApiKey::new(demo::KEY.into())));
        self.demo.get_or_init(|| server);
        let target =
            |line: demo::GuideLine| DemoTarget { address: line.address, what: line.what, is_fault: line.is_fault };
        Ok(targets.into_iter().map(target).collect())
    }
}
