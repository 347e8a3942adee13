//! Accounts and requests for tests over real HTTP.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use kew_tui::api::{ApiKey, Origin};
use kew_tui::archive::PendingRequest;
use kew_tui::domain::purchase::{Agreed, Terms};
use kew_tui::domain::{Limits, LinkCount, Mode, Request, Scope, Target};
use kew_tui::fetch::Account;
use kew_tui::runtime::archive::archive_in;
use kew_tui::runtime::clock::unix_now;
use kew_tui::runtime::connector;

/// Short, but long enough for a busy machine.
pub fn limits() -> Limits {
    Limits {
        connect: Duration::from_secs(5),
        idle: Duration::from_secs(5),
        total: Duration::from_secs(20),
        response_bytes: 1 << 20,
        first_pause: Duration::from_millis(1),
    }
}

/// An account at `url`, with an archive in `data` or none.
pub fn account(url: &str, data: Option<&Path>, limits: Limits) -> Account {
    let origin = Origin::parse(Some(url)).unwrap();
    let archive = data.map(|data| Arc::new(archive_in(data.to_owned())));
    connector::account((origin, ApiKey::new("k".into())), limits, archive)
}

pub fn request(target: &str, count: u64) -> Request {
    let target = Target::parse(target, Scope::Page).unwrap();
    Request { target, mode: Mode::OnePerDomain, count: LinkCount::new(count).unwrap() }
}

pub fn pending(request: Request, agreed: Agreed) -> PendingRequest {
    PendingRequest { request, terms: Terms { now: unix_now(), max_age: None, agreed } }
}
