//! The routes that a copy can take.

use std::fmt;

use super::terminal::Osc52Support;

/// How a copy is transported, and whether it is also written to a file because it may not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CopyRoute {
    pub transport: Transport,
    pub and_file: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    /// tmux's buffer, which tmux also sends to its terminal's clipboard.
    Tmux,
    /// tmux's buffer only.
    TmuxBuffer,
    /// OSC 52 passed through tmux to its terminal.
    ThroughTmux,
    /// OSC 52 passed through GNU screen to its terminal.
    ThroughScreen,
    /// OSC 52.
    Terminal,
    /// A file only.
    File,
}

impl CopyRoute {
    /// Also writes a file unless OSC 52 is known to be supported.
    pub(super) fn new(transport: Transport, osc52: Osc52Support) -> CopyRoute {
        CopyRoute { transport, and_file: osc52 != Osc52Support::Yes }
    }

    pub(super) const FILE: CopyRoute = CopyRoute { transport: Transport::File, and_file: true };
}

impl fmt::Display for CopyRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.transport {
            Transport::Tmux => "tmux and its terminal",
            Transport::TmuxBuffer => "the tmux buffer",
            Transport::ThroughTmux => "the terminal, through tmux (OSC 52)",
            Transport::ThroughScreen => "the terminal, through screen (OSC 52)",
            Transport::Terminal => "the terminal (OSC 52)",
            Transport::File => return f.write_str("files"),
        })?;
        if self.and_file { f.write_str(", plus a file in case that fails") } else { Ok(()) }
    }
}
