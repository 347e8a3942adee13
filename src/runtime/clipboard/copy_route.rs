//! A way by which a copy goes.

use std::fmt;

use super::terminal::Osc52Support;

/// One way. Where it is not sure to arrive, a file is written as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CopyRoute {
    pub means: Transport,
    pub and_file: bool,
}

/// By what the text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    /// tmux takes it, and gives it to its terminal.
    Tmux,
    /// tmux takes it for itself.
    TmuxBuffer,
    /// To the terminal around tmux, past tmux.
    PastTmux,
    /// To the terminal around GNU screen.
    PastScreen,
    /// To the terminal.
    Terminal,
    /// Nothing but the file.
    File,
}

impl CopyRoute {
    /// A way that arrives, or one of which nobody knows.
    pub(super) fn by(means: Transport, takes: Osc52Support) -> CopyRoute {
        CopyRoute { means, and_file: takes != Osc52Support::Yes }
    }

    pub(super) const FILE: CopyRoute = CopyRoute { means: Transport::File, and_file: true };
}

impl fmt::Display for CopyRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.means {
            Transport::Tmux => "tmux and its terminal",
            Transport::TmuxBuffer => "the tmux buffer",
            Transport::PastTmux => "the terminal, through tmux (OSC 52)",
            Transport::PastScreen => "the terminal, through screen (OSC 52)",
            Transport::Terminal => "the terminal (OSC 52)",
            Transport::File => return f.write_str("files"),
        })?;
        if self.and_file { f.write_str(", plus a file in case that fails") } else { Ok(()) }
    }
}
