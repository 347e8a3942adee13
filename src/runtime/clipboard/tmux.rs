//! What tmux does with a copy. By default it drops an OSC 52 of the programs inside of it, but it takes a buffer.

use super::copy_route::{CopyRoute, Transport};
use super::terminal::{LONGEST, Osc52Support, by_name, by_version};

/// What `-w` asks for: that tmux gives the buffer to its terminal as well. Since 3.2.
pub(super) const LOAD_AND_WRITE: &[&str] = &["load-buffer", "-w", "-"];

pub(super) const LOAD: &[&str] = &["load-buffer", "-"];

/// Asks for all that is to be known: one line, and then what tmux knows of each terminal.
pub(super) const ASK: &[&str] = &[
    "display-message",
    "-p",
    "#{version}|#{set-clipboard}|#{allow-passthrough}|#{client_name}|#{client_termname}|#{client_termtype}",
    ";",
    "show-messages",
    "-T",
];

/// A tmux that answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tmux {
    /// `load-buffer -w` is there, and the user has not forbidden it.
    pub writes: bool,
    /// It takes an OSC 52 of the programs inside of it.
    pub accepts: bool,
    /// It hands on what stands in its envelope.
    pub passes: bool,
    /// It knows how to set its terminal's clipboard.
    pub has_clipboard: bool,
    /// What its terminal makes of that; `No` where nobody looks.
    pub takes: Osc52Support,
}

impl Tmux {
    /// Reads the answer to [`ASK`].
    pub(super) fn read(response: &str) -> Option<Tmux> {
        let (line, terminals) = response.split_once('\n').unwrap_or((response, ""));
        let mut fields = line.splitn(6, '|');
        let mut next = || fields.next();
        let (version, clipboard, passes) = (version(next()?), next()?, next()?);
        let (client, term, answered) = (next()?, next()?, next()?);
        Some(Tmux {
            writes: version >= (3, 2) && clipboard != "off",
            accepts: clipboard == "on",
            // Before 3.3 there was no way to forbid it.
            passes: matches!(passes, "on" | "all" | "1" | "2") || version < (3, 3),
            has_clipboard: has_clipboard(terminals, client),
            takes: match (by_name(term), by_version(answered)) {
                _ if client.is_empty() => Osc52Support::No,
                // What is around it, such as screen, gets only what tmux knows how to send.
                (Osc52Support::Yes, takes) => takes,
                (Osc52Support::Unsure, _) if term.starts_with("st") => Osc52Support::Unsure,
                _ => Osc52Support::No,
            },
        })
    }

    /// The ways through it for so many characters of base64, the best one first. Within or around GNU screen, a sequence would
    /// need the envelope of both.
    pub(super) fn copy_routes(self, length: usize, with_screen: bool) -> Vec<CopyRoute> {
        let can_arrive = self.takes != Osc52Support::No && length <= LONGEST;
        let mut copy_routes = Vec::new();
        if can_arrive && self.writes && self.has_clipboard {
            copy_routes.push(CopyRoute::by(Transport::Tmux, self.takes));
        }
        if can_arrive && self.passes && !with_screen {
            copy_routes.push(CopyRoute::by(Transport::PastTmux, self.takes));
        }
        if can_arrive && self.accepts && self.has_clipboard && !with_screen {
            copy_routes.push(CopyRoute::by(Transport::Terminal, self.takes));
        }
        copy_routes.push(CopyRoute { means: Transport::TmuxBuffer, and_file: true });
        copy_routes
    }
}

/// The same sequence in the envelope that tmux hands on, with each escape doubled.
pub(super) fn envelope(sequence: &[u8]) -> Vec<u8> {
    let mut wrapped = b"\x1bPtmux;".to_vec();
    for byte in sequence {
        wrapped.extend(std::iter::repeat_n(*byte, if *byte == b'\x1b' { 2 } else { 1 }));
    }
    wrapped.extend_from_slice(b"\x1b\\");
    wrapped
}

/// `3.3a` as `(3, 3)`, `next-3.4` as `(3, 4)`. One that can't be read is taken for an old one, which is asked for less.
fn version(text: &str) -> (u32, u32) {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok());
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

/// Whether tmux knows a sequence for the clipboard of the terminal of this client.
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
    fn what_tmux_says_of_itself() {
        let read = |line: &str| Tmux::read(&format!("{line}\n{TERMINALS}")).unwrap();
        let by_default = read("3.3a|external|off|/dev/pts/1|xterm-256color|");
        let expected =
            Tmux { writes: true, accepts: false, passes: false, has_clipboard: true, takes: Osc52Support::Yes };
        assert_eq!(by_default, expected);
        assert_eq!(read("next-3.6|external|0|/dev/pts/1|xterm-256color|kitty(0.3)|odd"), expected);
        assert_eq!(read("3.3a|off|on|/dev/pts/1|xterm-256color|"), Tmux { writes: false, passes: true, ..expected });
        assert_eq!(
            read("3.1c|on||/dev/pts/1|xterm-256color|"),
            Tmux { writes: false, accepts: true, passes: true, ..expected }
        );
        for (client, has_clipboard, takes) in [
            ("/dev/pts/1|xterm-256color|VTE(7006)", true, Osc52Support::No),
            ("/dev/pts/1|xterm-256color|XTerm(379)", true, Osc52Support::Unsure),
            ("/dev/tty1|linux|", false, Osc52Support::No),
            ("/dev/pts/1|screen|", true, Osc52Support::No),
            ("||", false, Osc52Support::No),
        ] {
            let read = read(&format!("3.3a|external|off|{client}"));
            assert_eq!((read.has_clipboard, read.takes), (has_clipboard, takes), "{client}");
        }
        assert_eq!(Tmux::read("usage: tmux"), None);
    }

    #[test]
    fn escapes_are_doubled_in_the_envelope() {
        assert_eq!(envelope(b"\x1b]52;c;QQ==\x07"), b"\x1bPtmux;\x1b\x1b]52;c;QQ==\x07\x1b\\");
    }
}
