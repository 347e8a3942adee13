//! The options that several commands share. Each is declared once; a command that needs other help for one uses
//! [`help_overrides`].

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::Arg;

use crate::config::Settings;
use crate::domain::purchase::Agreed;
use crate::domain::snapshot::parse_age;
use crate::domain::{Credits, LinkCount, Mode, Scope};

/// Replaces the help of options by id, as `#[command(mut_args = help_overrides(…))]`. Not `mut_arg`, since that moves the option to
/// the end of the help.
pub(super) fn help_overrides(texts: &'static [(&'static str, &'static str)]) -> impl FnMut(Arg) -> Arg {
    |arg| match texts.iter().find(|(id, _)| arg.get_id() == id) {
        // As in a doc comment, the first paragraph is the short help.
        Some((_, text)) => arg.help(text.split_once("\n\n").map_or(*text, |(short, _)| short)).long_help(*text),
        None => arg,
    }
}

pub(super) const REQUEST: &str = "Request options";
pub(super) const SPENDING: &str = "Spending options";

#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct CountArgs {
    /// Number of links to fetch, 1 to 10,000 [default: 100]
    ///
    /// Change the default with number in the settings.
    #[arg(short, long = "num", value_name = "N", value_parser = LinkCount::parse)]
    pub(super) number: Option<LinkCount>,
}

impl CountArgs {
    pub(super) fn or_default(self, settings: &Settings) -> LinkCount {
        self.number.unwrap_or(settings.number)
    }
}

#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct ScopeArgs {
    /// Fetch links to this page, or to its whole domain
    #[arg(long, value_name = "page|domain", value_parser = parse_scope)]
    pub(super) scope: Option<Scope>,
}

// Two flags for the mode, so that each can override the settings.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct KindArgs {
    #[command(flatten)]
    scope: ScopeArgs,

    /// Fetch all links, 1 credit each
    #[arg(long)]
    all_links: bool,

    /// Fetch 1 link per domain, 5 credits each
    #[arg(long, conflicts_with = "all_links")]
    one_per_domain: bool,
}

impl KindArgs {
    pub(super) fn mode(self) -> Option<Mode> {
        match (self.all_links, self.one_per_domain) {
            (true, _) => Some(Mode::AllLinks),
            (_, true) => Some(Mode::OnePerDomain),
            _ => None,
        }
    }

    pub(super) fn scope(self) -> Option<Scope> {
        self.scope.scope
    }

    pub(super) fn scope_or(self, settings: &Settings) -> Scope {
        self.scope().unwrap_or(settings.scope)
    }

    pub(super) fn mode_or(self, settings: &Settings) -> Mode {
        self.mode().unwrap_or(settings.mode)
    }
}

#[derive(Clone, Copy, Debug, clap::Args)]
#[command(next_help_heading = REQUEST)]
pub(super) struct RequestArgs {
    #[command(flatten)]
    pub(super) count: CountArgs,

    #[command(flatten)]
    pub(super) kind: KindArgs,
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct KeyArgs {
    /// Read the API key from this file
    #[arg(long, value_name = "FILE")]
    pub(super) api_key_file: Option<PathBuf>,
}

#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Account options")]
pub(super) struct AccountArgs {
    /// Use the demo API: no key, no network, no credits
    #[arg(long)]
    pub(super) demo: bool,

    #[command(flatten)]
    pub(super) key: KeyArgs,
}

#[derive(Clone, Copy, Debug, clap::Args)]
#[command(next_help_heading = SPENDING)]
pub(super) struct BudgetArgs {
    /// Maximum credits to spend
    ///
    /// The default is confirm_above or session_budget in the settings, whichever is lower.
    #[arg(long, value_name = "N", value_parser = |text: &str| whole_number(text).map(Credits))]
    pub(super) max_credits: Option<Credits>,
}

#[derive(Clone, Copy, Debug, clap::Args)]
#[command(next_help_heading = SPENDING)]
pub(super) struct RefreshArgs {
    /// Re-fetch even if saved
    ///
    /// Also fetches again if an earlier request was charged, or may have been, without a complete response.
    #[arg(long)]
    refresh: bool,
}

impl RefreshArgs {
    pub(super) fn agreed(self) -> Agreed {
        if self.refresh { Agreed::Refetch } else { Agreed::Nothing }
    }
}

#[derive(Clone, Copy, Debug, clap::Args)]
#[command(next_help_heading = "Archive options")]
pub(super) struct ArchiveArgs {
    /// Re-fetch snapshots older than this, such as 30d or 12h
    #[arg(long, value_name = "AGE", value_parser = parse_age)]
    pub(super) max_age: Option<Duration>,

    /// Neither reuse nor save snapshots
    #[arg(long)]
    pub(super) no_archive: bool,
}

#[derive(Debug, thiserror::Error)]
#[error("expected page or domain")]
struct InvalidScope;

#[derive(Debug, thiserror::Error)]
#[error("expected a whole number")]
pub(super) struct InvalidNumber;

pub(super) fn whole_number<N: FromStr>(text: &str) -> Result<N, InvalidNumber> {
    text.parse().map_err(|_| InvalidNumber)
}

fn parse_scope(name: &str) -> Result<Scope, InvalidScope> {
    let scope = Scope::BOTH.into_iter().find(|scope| scope.name() == name);
    scope.ok_or(InvalidScope)
}
