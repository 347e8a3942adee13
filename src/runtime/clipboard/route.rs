//! Which ways a copy tries, and in which order. Pure.

use super::copy_route::{CopyRoute, Transport};
use super::terminal::{self, Osc52Support};
use super::tmux::Tmux;
use crate::config::ClipboardRoute;

/// Where the program runs, as far as the environment says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surroundings {
    pub over_ssh: bool,
    pub in_tmux: bool,
    pub in_screen: bool,
    pub takes: Osc52Support,
    /// The most characters of base64 that can be sent to the terminal.
    pub longest: usize,
}

impl Surroundings {
    pub(super) fn of(environment: impl Fn(&str) -> Option<String>) -> Surroundings {
        let environment = |name: &str| environment(name).filter(|value| !value.is_empty());
        let is_set = |name| environment(name).is_some();
        let in_screen = is_set("STY");
        let (takes, longest) = terminal::takes(environment, in_screen);
        Surroundings {
            over_ssh: is_set("SSH_TTY") || is_set("SSH_CONNECTION"),
            in_tmux: is_set("TMUX"),
            in_screen,
            takes,
            longest,
        }
    }

    /// Whether the system's clipboard comes first.
    pub(super) fn system_first(&self, wanted: ClipboardRoute) -> bool {
        wanted == ClipboardRoute::System || (wanted == ClipboardRoute::Auto && !self.over_ssh)
    }

    /// The ways that are left without the system's clipboard, the best one first. `tmux` is asked only inside of it.
    pub(super) fn copy_routes(
        &self,
        wanted: ClipboardRoute,
        length: usize,
        tmux: impl FnOnce() -> Option<Tmux>,
    ) -> Vec<CopyRoute> {
        let mut copy_routes = match wanted {
            ClipboardRoute::System => return Vec::new(),
            ClipboardRoute::File => Vec::new(),
            // Without an answer nothing is known of what becomes of a sequence.
            ClipboardRoute::Auto | ClipboardRoute::Terminal if self.in_tmux => {
                tmux().map_or_else(Vec::new, |tmux| tmux.copy_routes(length, self.in_screen))
            }
            ClipboardRoute::Auto | ClipboardRoute::Terminal => self.at_terminal(wanted, length).into_iter().collect(),
        };
        copy_routes.push(CopyRoute::FILE);
        copy_routes
    }

    fn at_terminal(&self, wanted: ClipboardRoute, length: usize) -> Option<CopyRoute> {
        // Who wants the terminal by name may have one that was taught.
        let knows_better = wanted == ClipboardRoute::Terminal;
        let can_arrive = length <= self.longest && (self.takes != Osc52Support::No || knows_better);
        let means = if self.in_screen { Transport::PastScreen } else { Transport::Terminal };
        can_arrive.then(|| CopyRoute::by(means, self.takes))
    }
}
