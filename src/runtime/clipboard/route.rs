//! Decides which routes a copy tries, and in which order. Pure.

use super::copy_route::{CopyRoute, Transport};
use super::terminal::{self, Osc52Support};
use super::tmux::Tmux;
use crate::config::ClipboardRoute;

/// Where the program runs, according to environment variables.
#[derive(Clone, Copy, Debug)]
pub(super) struct CopyContext {
    pub over_ssh: bool,
    pub in_tmux: bool,
    pub in_screen: bool,
    pub osc52: Osc52Support,
    /// Maximum length of an OSC 52 payload, in base64 characters.
    pub max_length: usize,
}

impl CopyContext {
    pub(super) fn of(environment: impl Fn(&str) -> Option<String>) -> CopyContext {
        let environment = |name: &str| environment(name).filter(|value| !value.is_empty());
        let is_set = |name| environment(name).is_some();
        let in_screen = is_set("STY");
        let (osc52, max_length) = terminal::osc52_support(environment, in_screen);
        CopyContext {
            over_ssh: is_set("SSH_TTY") || is_set("SSH_CONNECTION"),
            in_tmux: is_set("TMUX"),
            in_screen,
            osc52,
            max_length,
        }
    }

    /// Whether the system clipboard is tried first.
    pub(super) fn system_first(&self, wanted: ClipboardRoute) -> bool {
        wanted == ClipboardRoute::System || (wanted == ClipboardRoute::Auto && !self.over_ssh)
    }

    /// The routes other than the system clipboard, the best one first. `tmux` is called only inside tmux.
    pub(super) fn copy_routes(
        &self,
        wanted: ClipboardRoute,
        length: usize,
        tmux: impl FnOnce() -> Option<Tmux>,
    ) -> Vec<CopyRoute> {
        let mut copy_routes = match wanted {
            ClipboardRoute::System => return Vec::new(),
            ClipboardRoute::File => Vec::new(),
            // If tmux does not respond, it is unknown what it does with a sequence, so only the file is left.
            ClipboardRoute::Auto | ClipboardRoute::Terminal if self.in_tmux => {
                tmux().map_or_else(Vec::new, |tmux| tmux.copy_routes(length, self.in_screen))
            }
            ClipboardRoute::Auto | ClipboardRoute::Terminal => {
                self.terminal_route(wanted, length).into_iter().collect()
            }
        };
        copy_routes.push(CopyRoute::FILE);
        copy_routes
    }

    fn terminal_route(&self, wanted: ClipboardRoute, length: usize) -> Option<CopyRoute> {
        // A user who explicitly chooses the terminal may have configured it to accept OSC 52.
        let is_explicit = wanted == ClipboardRoute::Terminal;
        let can_send = length <= self.max_length && (self.osc52 != Osc52Support::No || is_explicit);
        let transport = if self.in_screen { Transport::ThroughScreen } else { Transport::Terminal };
        can_send.then(|| CopyRoute::new(transport, self.osc52))
    }
}
