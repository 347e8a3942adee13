//! Which snapshots of the archive the command line means.

use super::request_args::{KindArgs, means};
use crate::domain::target::TargetError;
use crate::domain::{Mode, Scope, Snapshot, Target};

/// The options of every command that takes snapshots as they are, whatever the settings say.
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(mut_args = means(&[
    ("scope", "Only snapshots of a page, or only of a whole domain"),
    ("all_links", "Only snapshots of all links"),
    ("one_per_domain", "Only snapshots with 1 link per domain"),
]))]
pub(super) struct SnapshotFilterArgs {
    #[command(flatten)]
    kind: KindArgs,
}

impl SnapshotFilterArgs {
    /// The scope, if it is limited to one.
    pub(super) fn scope(self) -> Option<Scope> {
        self.kind.scope
    }

    /// The mode, if it is limited to one.
    pub(super) fn mode(self) -> Option<Mode> {
        self.kind.mode()
    }

    /// Whether it is one that can be opened, of the kind that is wanted.
    pub(super) fn takes(self, snapshot: &Snapshot) -> bool {
        let request = &snapshot.request;
        snapshot.can_open()
            && self.scope().is_none_or(|scope| scope == request.target.scope())
            && self.mode().is_none_or(|mode| mode == request.mode)
    }
}

/// What a person typed as a page and as a domain, as far as it can be either.
pub(super) fn both_scopes(typed: &str) -> Result<Vec<Target>, TargetError> {
    let page = Target::parse(typed, Scope::Page)?;
    Ok(std::iter::once(page).chain(Target::parse(typed, Scope::Domain)).collect())
}
