//! Adds snapshots to the archive of a home, as if they had been fetched before.

use kew_tui::archive::{self, Claim, Outcome, PendingRequest};
use kew_tui::domain::purchase::{Agreed, Terms};
use kew_tui::domain::snapshot::RequestStatus;
use kew_tui::domain::{Credits, LinkCount, Mode, Request, Scope, Target, UnixTime};

use super::TestHome;

/// Adds a snapshot of a page with these links, each an anchor, a source domain and a source URL. `count` is the requested
/// count. Returns its number.
pub fn save_snapshot(home: &TestHome, page: &str, count: u64, links: &[(&str, &str, &str)]) -> i64 {
    save_snapshot_as(home, (page, Scope::Page, Mode::OnePerDomain), count, links)
}

/// [`save_snapshot`] for another scope or mode.
pub fn save_snapshot_as(home: &TestHome, of: (&str, Scope, Mode), count: u64, links: &[(&str, &str, &str)]) -> i64 {
    let (typed, scope, mode) = of;
    let target = Target::parse(typed, scope).unwrap();
    let data: Vec<_> = links
        .iter()
        .map(|(anchor, domain, url)| {
            serde_json::json!({
                "anchor_text": anchor, "domain_source": domain, "domain_target": target.site(),
                "url_source": url, "url_target": target.as_str(),
            })
        })
        .collect();
    let charged = Some(Credits(5 * links.len() as u64));
    let raw = serde_json::json!({ "data": data, "credits_consumed": charged.map(|c| c.0), "time_taken": 0.1 });
    let request = Request { target, mode, count: LinkCount::new(count).unwrap() };
    let terms = Terms { now: UnixTime(1_700_000_000_000), max_age: None, agreed: Agreed::Refetch };
    let pending = PendingRequest { request, terms };
    let outcome = Outcome {
        status: RequestStatus::Completed,
        http_status: Some(200),
        charged,
        links: links.len(),
        skipped: 0,
        server_finished: true,
        failure: None,
        raw: raw.to_string().into_bytes(),
    };
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio.block_on(async {
        let archive = archive::ArchiveLocation::directory(home.path("data")).open().await.unwrap();
        let claim = archive.begin(&pending, "", None).await.unwrap();
        let Claim::Proceed(handle) = claim else { panic!("it was there before") };
        archive.finish(handle, UnixTime(1_700_000_001_000), &outcome).await.unwrap();
        let number = archive.snapshots().await.unwrap()[0].id.0;
        archive.close().await;
        number
    })
}
