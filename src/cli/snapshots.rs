//! Selects snapshots by scope and mode.

use super::request_args::{KindArgs, help_overrides};
use crate::domain::target::TargetError;
use crate::domain::{Mode, Scope, Snapshot, Target};

// Unlike for a fetch, the settings do not apply: without an option, every scope and mode matches.
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(mut_args = help_overrides(&[
    ("scope", "Only snapshots of a page, or only of a whole domain"),
    ("all_links", "Only snapshots of all links"),
    ("one_per_domain", "Only snapshots with 1 link per domain"),
]))]
pub(super) struct SnapshotFilterArgs {
    #[command(flatten)]
    kind: KindArgs,
}

impl SnapshotFilterArgs {
    pub(super) fn scope(self) -> Option<Scope> {
        self.kind.scope
    }

    pub(super) fn mode(self) -> Option<Mode> {
        self.kind.mode()
    }

    /// Whether the snapshot has the scope and mode, and can be opened.
    pub(super) fn matches(self, snapshot: &Snapshot) -> bool {
        let request = &snapshot.request;
        snapshot.can_open()
            && self.scope().is_none_or(|scope| scope == request.target.scope())
            && self.mode().is_none_or(|mode| mode == request.mode)
    }
}

/// Parses `text` as a page and, if possible, as a domain.
pub(super) fn both_scopes(text: &str) -> Result<Vec<Target>, TargetError> {
    let page = Target::parse(text, Scope::Page)?;
    Ok(std::iter::once(page).chain(Target::parse(text, Scope::Domain)).collect())
}
