//! Selects snapshots by scope, mode and tool.

use clap::Arg;

use super::request_args::{KindArgs, help_overrides};
use crate::domain::target::TargetError;
use crate::domain::text::{fold, is_unsafe_char};
use crate::domain::{Mode, Scope, Snapshot, Target};

// Unlike for a fetch, the settings do not apply: without an option, every scope, mode and tool matches.
#[derive(Clone, Debug, clap::Args)]
#[command(mut_args = help_overrides(&[
    ("scope", "Only snapshots of a page, or only of a whole domain"),
    ("all_links", "Only snapshots of all links"),
    ("one_per_domain", "Only snapshots with 1 link per domain"),
]), mut_args = no_mode_with_tool)]
pub(super) struct SnapshotFilterArgs {
    #[command(flatten)]
    kind: KindArgs,

    #[command(flatten)]
    tool: ToolArgs,
}

/// Links of other tools have no mode.
fn no_mode_with_tool(arg: Arg) -> Arg {
    if arg.get_id() == "tool" { arg.conflicts_with_all(["all_links", "one_per_domain"]) } else { arg }
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct ToolArgs {
    /// Only snapshots of links from this tool (see kew-tui archive add)
    #[arg(long, value_name = "NAME", value_parser = parse_tool)]
    pub(super) tool: Option<String>,
}

#[derive(Debug, thiserror::Error)]
#[error("expected a name of 1 to {MAX_NAME} characters, such as Ahrefs")]
struct InvalidTool;

/// It is shown where a mode is.
const MAX_NAME: usize = 30;

fn parse_tool(text: &str) -> Result<String, InvalidTool> {
    let name = text.trim();
    let is_valid = (1..=MAX_NAME).contains(&name.chars().count()) && !name.chars().any(is_unsafe_char);
    is_valid.then(|| name.to_owned()).ok_or(InvalidTool)
}

impl SnapshotFilterArgs {
    pub(super) fn scope(&self) -> Option<Scope> {
        self.kind.scope()
    }

    pub(super) fn mode(&self) -> Option<Mode> {
        self.kind.mode()
    }

    /// Whether the snapshot has the scope, mode and tool, and can be opened.
    pub(super) fn matches(&self, snapshot: &Snapshot) -> bool {
        let request = &snapshot.request;
        snapshot.can_open()
            && self.scope().is_none_or(|scope| scope == request.target.scope())
            && self.mode().is_none_or(|mode| snapshot.tool.is_none() && mode == request.mode)
            && self.matches_tool(snapshot)
    }

    pub(super) fn matches_tool(&self, snapshot: &Snapshot) -> bool {
        let is_named = |name: &String| snapshot.tool.as_deref().is_some_and(|tool| fold(tool) == fold(name));
        self.tool.tool.as_ref().is_none_or(is_named)
    }
}

/// Parses `text` as a page and, if possible, as a domain.
pub(super) fn both_scopes(text: &str) -> Result<Vec<Target>, TargetError> {
    let page = Target::parse(text, Scope::Page)?;
    Ok(std::iter::once(page).chain(Target::parse(text, Scope::Domain)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_tools_are_checked() {
        assert_eq!(parse_tool(" Ahrefs ").unwrap(), "Ahrefs");
        for bad in ["", "  ", "a\u{1b}[31m", &"x".repeat(31)] {
            assert!(parse_tool(bad).is_err(), "{bad}");
        }
    }
}
