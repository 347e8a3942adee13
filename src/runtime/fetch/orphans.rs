//! What sessions that were killed left behind.

use std::path::PathBuf;

use crate::archive::{Archive, Orphan, Outcome};

use super::outcome;
use crate::runtime::clock::unix_now;

/// Writes into the log what sessions that were killed had received. Returns the files that belong to no request.
pub(in crate::runtime) async fn adopt_orphans(archive: &Archive) -> Vec<PathBuf> {
    let orphans = match archive.orphans().await {
        Ok(orphans) => orphans,
        Err(error) => {
            tracing::warn!(%error, "what killed sessions left was not looked at");
            return Vec::new();
        }
    };
    for Orphan { handle, raw } in orphans.adoptable {
        let ended = outcome::read(raw, Some(200), None).await;
        let server_finished = ended.result.is_ok();
        let outcome = Outcome { server_finished, ..ended.outcome };
        if let Err(error) = archive.finish(handle, unix_now(), &outcome).await {
            tracing::warn!(%error, "what a killed session received stays in its file");
        }
    }
    orphans.strays
}
