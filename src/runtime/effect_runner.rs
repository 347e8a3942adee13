//! Runs the effects that the core returns. Each one starts a task and returns at once; the result comes back as a message.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use secrecy::SecretString;

use crate::api::ApiKey;
use crate::app::account::DemoTarget;
use crate::app::compared::ComparedList;
use crate::app::domains::Domains;
use crate::app::message::ArchiveEvent;
use crate::app::requests::RequestId;
use crate::app::saved_state::SavedState;
use crate::app::{Effect, FetchEvent, Message, Task};
use crate::archive::PendingRequest;
use crate::config::Settings;
use crate::demo;
use crate::domain::ViewSpec;
use crate::domain::number::pluralize;
use crate::domain::purchase::Terms;
use crate::fetch::{Account, ArchiveFailure, Event, LazyArchive, fetch};
use crate::formats::read::ColumnMap;
use crate::formats::{self, Formulas};

use super::archive;
use super::browser;
use super::clipboard::Clipboard;
use super::clock::unix_now;
use super::connector::Connector;
use super::event_loop::{HandleEffect, LoopEvent};
use super::export::{complete_path, export};
use super::key_store::KeyStore;
use super::load::{Files, LoadControl};
use super::state_file::StateFile;
use super::tasks::{MessageSender, spawn, spawn_blocking, spawn_work};

pub struct EffectRunner {
    sender: MessageSender,
    connector: Arc<Connector>,
    account: Account,
    clipboard: Arc<Clipboard>,
    /// `None` if no state is saved, as in the demo.
    state_file: Option<Arc<StateFile>>,
    keys: KeyStore,
    max_age: Option<Duration>,
    /// The generation of the newest view job; older jobs stop.
    newest_generation: Arc<AtomicU64>,
    /// Set while files are loaded.
    loading: Option<LoadControl>,
}

impl EffectRunner {
    pub fn new(
        sender: MessageSender,
        connector: Connector,
        archive: Option<LazyArchive>,
        settings: &Settings,
        clipboard: Arc<Clipboard>,
        state_file: Option<Arc<StateFile>>,
        keys: KeyStore,
    ) -> EffectRunner {
        let connector = Arc::new(connector);
        let account = Account::new(Arc::clone(&connector) as _, settings.limits, archive.map(Arc::new));
        EffectRunner {
            sender,
            connector,
            account,
            clipboard,
            state_file,
            keys,
            max_age: settings.max_age,
            newest_generation: Arc::default(),
            loading: None,
        }
    }

    fn fetch(&self, id: RequestId, pending: PendingRequest) {
        let (account, sender) = (self.account.clone(), self.sender.clone());
        spawn(&self.sender, Task::Fetch(id), async move {
            fetch(&account, pending, &|event| sender.send(to_message(id, event))).await;
        });
    }

    fn read_balance(&self, reading: u64) {
        let (account, sender) = (self.account.clone(), self.sender.clone());
        spawn(&self.sender, Task::Balance { reading }, async move {
            let result = account.balance().await.map(|(balance, settled)| {
                for snapshot in settled {
                    sender.send(Message::Archive(ArchiveEvent::Changed(Box::new(snapshot))));
                }
                balance.credits
            });
            sender.send(Message::Balance { reading, result });
        });
    }

    pub fn load(&mut self, files: Files) {
        let (control, orders) = LoadControl::new();
        self.loading = Some(control);
        let sender = self.sender.clone();
        spawn_work(&self.sender, Task::Load, move || files.load(&orders, &sender));
    }

    fn answer_columns(&self, map: Option<ColumnMap>) {
        if let Some(loading) = &self.loading {
            loading.answer(map);
        }
    }

    fn stop_loading(&mut self) {
        if let Some(loading) = self.loading.take() {
            loading.stop();
        }
    }

    /// Computes a view on a worker thread; stops as soon as a newer one is requested.
    fn compute_view(&self, generation: u64, spec: ViewSpec) {
        self.newest_generation.store(generation, Ordering::Relaxed);
        let (newest, sender) = (Arc::clone(&self.newest_generation), self.sender.clone());
        let view_computed = move |result, scanned| Message::ViewComputed { generation, result, scanned };
        let work = move || {
            let is_current = || newest.load(Ordering::Relaxed) == generation;
            let result = spec.run(&is_current, |result, scanned| sender.send(view_computed(result, Some(scanned))));
            if let Some(result) = result {
                sender.send(view_computed(result, None));
            }
        };
        spawn_work(&self.sender, Task::ComputeView { generation }, work);
    }

    /// Saves columns and filters for the next session.
    fn save_state(&self, saved: Box<SavedState>) {
        let Some(state_file) = self.state_file.clone() else { return };
        let sender = self.sender.clone();
        state_file.set(saved);
        spawn_work(&self.sender, Task::SaveState, move || {
            if let Err(error) = state_file.write() {
                sender.send(Message::TaskFailed { task: Task::SaveState, why: error.to_string() });
            }
        });
    }

    fn use_key(&mut self, key: SecretString, store: bool) {
        let credentials = (self.keys.origin.clone(), ApiKey::new(key.clone()));
        self.connector = Arc::new(Connector::new(Some(credentials), self.account.limits()));
        self.account = self.account.with(Arc::clone(&self.connector) as _, self.account.archive().cloned());
        if store {
            let keys = self.keys.clone();
            spawn_blocking(&self.sender, Task::StoreKey, move || {
                LoopEvent::Message(Message::KeyStored(keys.store(&key).map_err(|error| error.to_string())))
            });
        }
    }

    fn start_demo(&mut self) {
        self.use_temporary_archive();
        self.with_archive(Task::Archive, archive::open);
        let (connector, sender) = (Arc::clone(&self.connector), self.sender.clone());
        spawn(&self.sender, Task::Demo, async move {
            let started = connector.start_demo().await.and_then(|()| demo_targets());
            sender.send(Message::DemoStarted(started.map_err(|error| error.to_string())));
        });
    }

    /// Switches to a temporary archive: the demo never touches the user's own.
    fn use_temporary_archive(&mut self) {
        if !self.account.archive().is_some_and(|lazy| lazy.is_temporary()) {
            let temporary = archive::temporary_archive().ok().map(Arc::new);
            self.account = self.account.with(Arc::clone(&self.connector) as _, temporary);
        }
    }

    /// Spawns a task on the archive, if there is one.
    fn with_archive<F>(&self, task: Task, work: impl FnOnce(Arc<LazyArchive>, MessageSender) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        if let Some(lazy) = self.account.archive() {
            spawn(&self.sender, task, work(Arc::clone(lazy), self.sender.clone()));
        }
    }

    /// Runs `work` on a worker thread and sends the message it returns.
    fn run(&self, task: Task, work: impl FnOnce() -> Message + Send + 'static) {
        let sender = self.sender.clone();
        spawn_work(&self.sender, task, move || sender.send(work()));
    }

    fn open(&self, url: String) {
        spawn_blocking(&self.sender, Task::Browser, move || {
            LoopEvent::Message(Message::Opened(browser::open(&url).map_err(|error| error.to_string())))
        });
    }

    /// Copies what `write` writes. `write` returns a description for the user, such as `12 referring pages`.
    fn copy(&self, extension: &'static str, write: impl FnOnce(&mut Vec<u8>) -> io::Result<String> + Send + 'static) {
        let clipboard = Arc::clone(&self.clipboard);
        spawn_blocking(&self.sender, Task::Copy, move || {
            let mut text = Vec::new();
            match write(&mut text) {
                Ok(what) => clipboard.copy(&text, &what, extension),
                Err(error) => LoopEvent::Message(Message::Copied(Err(error.to_string()))),
            }
        });
    }

    fn compare(&self, later: ComparedList, earlier: ComparedList) {
        let (lazy, sender) = (self.account.archive().cloned(), self.sender.clone());
        spawn(&self.sender, Task::Compare, archive::compare(lazy, later, earlier, sender));
    }
}

impl HandleEffect for EffectRunner {
    fn handle(&mut self, effect: Effect) {
        match effect {
            Effect::Fetch { id, request, agreed } => {
                let terms = Terms { now: unix_now(), max_age: self.max_age, agreed };
                self.fetch(id, PendingRequest { request, terms });
            }
            Effect::OpenArchive => self.with_archive(Task::Archive, archive::open),
            Effect::Compare { later, earlier } => self.compare(later, earlier),
            Effect::SetAnnotations { id, annotations } => {
                self.with_archive(Task::Annotations, move |lazy, sender| {
                    archive::set_annotations(lazy, id, annotations, sender)
                });
            }
            Effect::SetNotes { notes } => {
                self.with_archive(Task::Notes, move |lazy, sender| archive::set_notes(lazy, notes, sender));
            }
            Effect::SaveState { saved } => self.save_state(saved),
            Effect::DeleteResponse { id } => {
                self.with_archive(Task::Delete, move |lazy, sender| archive::delete(lazy, id, sender));
            }
            Effect::OpenSnapshot { id } => {
                self.with_archive(Task::Open, move |lazy, sender| archive::load(lazy, id, sender));
            }
            Effect::ReadBalance { reading } => self.read_balance(reading),
            Effect::UseKey { key, store } => self.use_key(key, store),
            Effect::StartDemo => self.start_demo(),
            Effect::ComputeView { generation, spec } => self.compute_view(generation, spec),
            Effect::Count { generation, job } => {
                self.run(Task::Count { generation }, move || Message::Counted { generation, counts: job.run() });
            }
            Effect::Export { selection, format, path, overwrite } => {
                spawn_blocking(&self.sender, Task::Export, move || {
                    LoopEvent::Message(Message::Exported(export(&selection, format, &path, overwrite)))
                });
            }
            Effect::CompletePath { typed } => spawn_blocking(&self.sender, Task::Path, move || {
                let completed = complete_path(&typed);
                LoopEvent::Message(Message::PathCompleted { typed, completed })
            }),
            Effect::CopyCounts { links, rules, facet, entries } => self.copy("tsv", move |text| {
                formats::write_counts(facet, &links, &rules, &entries, text)?;
                Ok(pluralize(entries.len(), "value", "values"))
            }),
            Effect::AnswerColumns { map } => self.answer_columns(map),
            Effect::StopLoading => self.stop_loading(),
            Effect::GroupDomains { links } => self.run(Task::Group, move || {
                let domains = Arc::new(Domains::of(&links));
                Message::DomainsGrouped { links, domains }
            }),
            Effect::Copy { selection, format } => self.copy(format.extension(), move |text| {
                let entries = formats::write(format, &selection.links, &selection.rows(), Formulas::Guarded, text)?;
                Ok(format.counted(entries))
            }),
            Effect::Open { url } => self.open(url),
            // Handled by the event loop itself.
            Effect::Suspend | Effect::Redraw | Effect::Quit => {}
        }
    }
}

/// Translates an event of the fetch engine into a message for the core.
fn to_message(id: RequestId, event: Event) -> Message {
    let event = match event {
        Event::Joined => FetchEvent::Joined,
        Event::Sending { attempt } => FetchEvent::Sending { attempt },
        Event::Receiving { bytes } => FetchEvent::Receiving { bytes },
        Event::Retrying { next_attempt, pause, error } => FetchEvent::Retrying { next_attempt, pause, error },
        Event::CheckingBalance => FetchEvent::CheckingBalance,
        Event::Recorded(snapshot) => FetchEvent::Recorded(snapshot),
        Event::Settled(charge) => FetchEvent::Settled(charge),
        Event::Updated(snapshot) => return Message::Archive(ArchiveEvent::Changed(snapshot)),
        Event::ArchiveFailure(ArchiveFailure { why, rescued }) => {
            let rescued = rescued.map(|path| path.display().to_string()).map_err(|error| error.to_string());
            return Message::Archive(ArchiveEvent::ArchiveFailure { why: why.to_string(), rescued });
        }
        Event::Ended(fetched) => match (fetched.result, fetched.snapshot) {
            (Ok(response), Some(snapshot)) if fetched.from_archive => FetchEvent::Held { snapshot, response },
            (Ok(response), _) => FetchEvent::Completed(response),
            (Err(failure), _) => FetchEvent::Failed { failure, rescued: fetched.rescued, charge: fetched.charge },
        },
    };
    Message::Fetch { id, event }
}

fn demo_targets() -> std::io::Result<Arc<[DemoTarget]>> {
    let target = |line: demo::GuideLine| DemoTarget { address: line.address, what: line.what, is_error: line.is_error };
    Ok(demo::guide().map_err(std::io::Error::other)?.into_iter().map(target).collect())
}
