//! Which links of a target: of each referring domain one, or all.

use crate::domain::Mode;

/// The options of every command that asks for links. Neither flag leaves it to the settings, so each of them is needed to
/// overrule what stands there.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct ModeArgs {
    /// All links at 1 credit each
    #[arg(long)]
    all_links: bool,

    /// 1 link per domain at 5 credits each
    #[arg(long, conflicts_with = "all_links")]
    one_per_domain: bool,
}

impl ModeArgs {
    /// What the command line says, if it says anything.
    pub(super) fn said(self) -> Option<Mode> {
        match (self.all_links, self.one_per_domain) {
            (true, _) => Some(Mode::AllLinks),
            (_, true) => Some(Mode::OnePerDomain),
            _ => None,
        }
    }
}

/// The same for a command that takes snapshots as they are, whatever the settings say.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct ModeFilter {
    /// Only snapshots of all links
    #[arg(long)]
    all_links: bool,

    /// Only snapshots with 1 link per domain
    #[arg(long, conflicts_with = "all_links")]
    one_per_domain: bool,
}

impl ModeFilter {
    /// The mode to be chosen, if it is limited to one.
    pub(super) fn only(self) -> Option<Mode> {
        ModeArgs { all_links: self.all_links, one_per_domain: self.one_per_domain }.said()
    }

    pub(super) fn takes(self, mode: Mode) -> bool {
        self.only().is_none_or(|only| only == mode)
    }
}
