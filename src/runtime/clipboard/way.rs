//! A way by which a copy goes.

use std::fmt;

use super::terminal::Takes;

/// One way. Where it is not sure to arrive, a file is written as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Way {
    pub means: Means,
    pub and_file: bool,
}

/// By what the text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Means {
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

impl Way {
    /// A way that arrives, or one of which nobody knows.
    pub(super) fn by(means: Means, takes: Takes) -> Way {
        Way { means, and_file: takes != Takes::Yes }
    }

    pub(super) const FILE: Way = Way { means: Means::File, and_file: true };
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.means {
            Means::Tmux => "tmux and its terminal",
            Means::TmuxBuffer => "the tmux buffer",
            Means::PastTmux => "the terminal, through tmux (OSC 52)",
            Means::PastScreen => "the terminal, through screen (OSC 52)",
            Means::Terminal => "the terminal (OSC 52)",
            Means::File => return f.write_str("files"),
        })?;
        if self.and_file { f.write_str(", plus a file in case that fails") } else { Ok(()) }
    }
}
