//! Copying inside tmux. By default tmux drops the OSC 52 of programs inside it, but it accepts text as a buffer.

use super::copy_route::{CopyRoute, Transport};
use super::terminal::{MAX_LENGTH, Osc52Support, support_by_name, support_by_version};

/// With `-w`, tmux also sends the buffer to its terminal's clipboard. Needs tmux 3.2.
pub(super) const LOAD_AND_WRITE: &[&str] = &["load-buffer", "-w", "-"];

pub(super) const LOAD: &[&str] = &["load-buffer", "-"];

/// Prints one line with the fields of [`Tmux`], followed by what tmux knows about each terminal.
pub(super) const STATUS: &[&str] = &[
    "display-message",
    "-p",
    "#{version}|#{set-clipboard}|#{allow-passthrough}|#{client_name}|#{client_termname}|#{client_termtype}",
    ";",
    "show-messages",
    "-T",
];

/// What a running tmux supports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tmux {
    /// `load-buffer -w` exists and `set-clipboard` is not off.
    pub writes: bool,
    /// Accepts an OSC 52 of the programs inside it.
    pub accepts: bool,
    /// Passes sequences in its DCS envelope through to the terminal.
    pub passes: bool,
    /// Knows a sequence that sets its terminal's clipboard.
    pub has_clipboard: bool,
    /// Whether its terminal supports OSC 52; `No` if no client is attached.
    pub osc52: Osc52Support,
}

impl Tmux {
    /// Parses the output of [`STATUS`].
    pub(super) fn read(response: &str) -> Option<Tmux> {
        let (line, terminals) = response.split_once('\n').unwrap_or((response, ""));
        let mut fields = line.splitn(6, '|');
        let mut next = || fields.next();
        let (version, clipboard, passes) = (version(next()?), next()?, next()?);
        let (client, term, term_version) = (next()?, next()?, next()?);
        Some(Tmux {
            writes: version >= (3, 2) && clipboard != "off",
            accepts: clipboard == "on",
            // `allow-passthrough` exists since 3.3; before, it was always on.
            passes: matches!(passes, "on" | "all" | "1" | "2") || version < (3, 3),
            has_clipboard: has_clipboard(terminals, client),
            osc52: match (support_by_name(term), support_by_version(term_version)) {
                _ if client.is_empty() => Osc52Support::No,
                // If the outer terminal is a multiplexer such as screen, tmux does not know what that supports.
                (Osc52Support::Yes, osc52) => osc52,
                (Osc52Support::Unsure, _) if term.starts_with("st") => Osc52Support::Unsure,
                _ => Osc52Support::No,
            },
        })
    }

    /// The routes for this many base64 characters, the best one first. With GNU screen inside or around tmux, a sequence would need
    /// both envelopes, which is not supported.
    pub(super) fn copy_routes(self, length: usize, with_screen: bool) -> Vec<CopyRoute> {
        let can_send = self.osc52 != Osc52Support::No && length <= MAX_LENGTH;
        let mut copy_routes = Vec::new();
        if can_send && self.writes && self.has_clipboard {
            copy_routes.push(CopyRoute::new(Transport::Tmux, self.osc52));
        }
        if can_send && self.passes && !with_screen {
            copy_routes.push(CopyRoute::new(Transport::ThroughTmux, self.osc52));
        }
        if can_send && self.accepts && self.has_clipboard && !with_screen {
            copy_routes.push(CopyRoute::new(Transport::Terminal, self.osc52));
        }
        copy_routes.push(CopyRoute { transport: Transport::TmuxBuffer, and_file: true });
        copy_routes
    }
}

/// Wraps a sequence in tmux's passthrough envelope, with each ESC doubled.
pub(super) fn envelope(sequence: &[u8]) -> Vec<u8> {
    let mut wrapped = b"\x1bPtmux;".to_vec();
    for byte in sequence {
        wrapped.extend(std::iter::repeat_n(*byte, if *byte == b'\x1b' { 2 } else { 1 }));
    }
    wrapped.extend_from_slice(b"\x1b\\");
    wrapped
}

/// `3.3a` gives `(3, 3)`, `next-3.4` gives `(3, 4)`. An unreadable version gives `(0, 0)`, so that newer features are not used.
fn version(text: &str) -> (u32, u32) {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok());
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

/// Whether tmux knows the clipboard sequence (`Ms`) of the client's terminal.
fn has_clipboard(terminals: &str, client: &str) -> bool {
    let head = format!(" for {client}, ");
    let of_client = terminals.lines().skip_while(|line| !(line.starts_with("Terminal ") && line.contains(&head)));
    let mut capabilities = of_client.skip(1).take_while(|line| !line.starts_with("Terminal "));
    capabilities.any(|line| line.contains(": Ms: (string)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMINALS: &str = "Terminal 0: linux for /dev/tty1, flags=0x0:\n 1: Ms: [missing]\n\
                             Terminal 1: xterm-256color for /dev/pts/1, flags=0x20:\n 1: Ms: (string) \\033]52;%p2%s\\a\n";

    #[test]
    fn tmux_status_is_parsed() {
        let read = |line: &str| Tmux::read(&format!("{line}\n{TERMINALS}")).unwrap();
        let by_default = read("3.3a|external|off|/dev/pts/1|xterm-256color|");
        let expected =
            Tmux { writes: true, accepts: false, passes: false, has_clipboard: true, osc52: Osc52Support::Yes };
        assert_eq!(by_default, expected);
        assert_eq!(read("next-3.6|external|0|/dev/pts/1|xterm-256color|kitty(0.3)|odd"), expected);
        assert_eq!(read("3.3a|off|on|/dev/pts/1|xterm-256color|"), Tmux { writes: false, passes: true, ..expected });
        assert_eq!(
            read("3.1c|on||/dev/pts/1|xterm-256color|"),
            Tmux { writes: false, accepts: true, passes: true, ..expected }
        );
        for (client, has_clipboard, osc52) in [
            ("/dev/pts/1|xterm-256color|VTE(7006)", true, Osc52Support::No),
            ("/dev/pts/1|xterm-256color|XTerm(379)", true, Osc52Support::Unsure),
            ("/dev/tty1|linux|", false, Osc52Support::No),
            ("/dev/pts/1|screen|", true, Osc52Support::No),
            ("||", false, Osc52Support::No),
        ] {
            let read = read(&format!("3.3a|external|off|{client}"));
            assert_eq!((read.has_clipboard, read.osc52), (has_clipboard, osc52), "{client}");
        }
        assert_eq!(Tmux::read("usage: tmux"), None);
    }

    #[test]
    fn escapes_are_doubled_in_the_envelope() {
        assert_eq!(envelope(b"\x1b]52;c;QQ==\x07"), b"\x1bPtmux;\x1b\x1b]52;c;QQ==\x07\x1b\\");
    }
}
