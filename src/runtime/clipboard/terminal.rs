//! OSC 52, the sequence that gives a terminal a text for its clipboard, and what a terminal makes of it. None of them tells.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Whether a terminal puts the text of an OSC 52 on its clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Osc52Support {
    Yes,
    /// It depends on its settings, and by default it does not; or it is not known which terminal it is.
    Unsure,
    No,
}

/// Terminals drop a longer OSC 52 in silence: of those in use, the shortest limit is a little above this many characters
/// of base64.
pub(super) const LONGEST: usize = 74_000;

/// GNU screen shows what comes behind this many characters on the screen, unless it stands in an envelope of screen's own.
const LONGEST_UNDER_SCREEN: usize = 700;

/// The sequence that sets the terminal's clipboard (xterm's control sequences, OSC 52).
pub(super) fn osc52(text: &[u8]) -> Vec<u8> {
    format!("\x1b]52;c;{}\x07", STANDARD.encode(text)).into_bytes()
}

/// How many characters of base64 this many bytes are.
pub(super) fn encoded_length(bytes: usize) -> usize {
    bytes.div_ceil(3).saturating_mul(4)
}

/// What the terminal makes of it, and the most characters that can be sent to it, as far as the environment says.
pub(super) fn takes(environment: impl Fn(&str) -> Option<String>, in_screen: bool) -> (Osc52Support, usize) {
    let term = environment("TERM").unwrap_or_default();
    if in_screen {
        // Behind a point, screen tells the name of the terminal around it. Where it is not screen's name at all, a terminal may
        // have been started from within a session of screen.
        let outer = term.strip_prefix("screen").map(|outer| outer.strip_prefix('.').unwrap_or_default());
        let takes = outer.map_or(Osc52Support::Unsure, |outer| with_variables(outer, environment));
        // The session outlives the terminal that it was started in, and whose variables it still has.
        return (if takes == Osc52Support::No { Osc52Support::Unsure } else { takes }, LONGEST);
    }
    (with_variables(&term, environment), if term.starts_with("screen") { LONGEST_UNDER_SCREEN } else { LONGEST })
}

fn with_variables(term: &str, environment: impl Fn(&str) -> Option<String>) -> Osc52Support {
    let is_before = |name, first: u32| environment(name).is_some_and(|v| v.parse().is_ok_and(|v: u32| v < first));
    match by_name(term) {
        // VTE has not had it up to 0.85; Konsole has it since 24.12.
        Osc52Support::Yes if environment("VTE_VERSION").is_some() || is_before("KONSOLE_VERSION", 241_200) => {
            Osc52Support::No
        }
        Osc52Support::Yes if environment("TERM_PROGRAM").as_deref() == Some("Apple_Terminal") => Osc52Support::No,
        // It is off until the user allows it.
        Osc52Support::Yes if environment("XTERM_VERSION").is_some() => Osc52Support::Unsure,
        takes => takes,
    }
}

/// What a terminal of this name in terminfo makes of it. One that says to be xterm may be any.
pub(super) fn by_name(term: &str) -> Osc52Support {
    let is_one_of = |kinds: &[&str]| kinds.iter().any(|kind| term.split(['-', '.']).next() == Some(kind));
    if is_one_of(&["linux", "rxvt", "Eterm", "cygwin", "dumb"]) || matches!(term, "vt100" | "vt220") {
        Osc52Support::No
    // A multiplexer at the other end of a connection, of which nothing can be asked; and st, where it is off at first.
    } else if is_one_of(&["tmux", "screen", "st"]) {
        Osc52Support::Unsure
    } else {
        Osc52Support::Yes
    }
}

/// The same of a terminal that gives this name and version when it is asked (XTVERSION).
pub(super) fn by_version(response: &str) -> Osc52Support {
    match response.split(['(', ' ']).next() {
        Some("VTE") => Osc52Support::No,
        Some("XTerm") => Osc52Support::Unsure,
        _ => Osc52Support::Yes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_and_what_they_make_of_it() {
        for (variables, expected) in [
            (&[("TERM", "xterm-256color")][..], (Osc52Support::Yes, LONGEST)),
            (&[("TERM", "foot")], (Osc52Support::Yes, LONGEST)),
            (&[("TERM", "linux")], (Osc52Support::No, LONGEST)),
            (&[("TERM", "rxvt-unicode-256color")], (Osc52Support::No, LONGEST)),
            (&[("TERM", "screen.linux")], (Osc52Support::Unsure, LONGEST_UNDER_SCREEN)),
            (&[("STY", "1"), ("TERM", "screen.linux")], (Osc52Support::Unsure, LONGEST)),
            (&[("STY", "1"), ("TERM", "screen.xterm-256color")], (Osc52Support::Yes, LONGEST)),
            (&[("STY", "1"), ("TERM", "screen")], (Osc52Support::Yes, LONGEST)),
            (&[("STY", "1"), ("TERM", "screen"), ("VTE_VERSION", "7006")], (Osc52Support::Unsure, LONGEST)),
            (&[("STY", "1"), ("TERM", "xterm-kitty")], (Osc52Support::Unsure, LONGEST)),
            (&[("TERM", "st-256color")], (Osc52Support::Unsure, LONGEST)),
            (&[("TERM", "tmux-256color")], (Osc52Support::Unsure, LONGEST)),
            (&[("TERM", "screen-256color")], (Osc52Support::Unsure, LONGEST_UNDER_SCREEN)),
            (&[("TERM", "xterm-256color"), ("VTE_VERSION", "7600")], (Osc52Support::No, LONGEST)),
            (&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "Apple_Terminal")], (Osc52Support::No, LONGEST)),
            (&[("TERM", "xterm-256color"), ("KONSOLE_VERSION", "230800")], (Osc52Support::No, LONGEST)),
            (&[("TERM", "xterm-256color"), ("KONSOLE_VERSION", "241200")], (Osc52Support::Yes, LONGEST)),
            (&[("TERM", "xterm"), ("XTERM_VERSION", "XTerm(379)")], (Osc52Support::Unsure, LONGEST)),
        ] {
            let value = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
            assert_eq!(takes(value, value("STY").is_some()), expected, "{variables:?}");
        }
        assert_eq!(by_version("VTE(7006)"), Osc52Support::No);
        assert_eq!(by_version("XTerm(379)"), Osc52Support::Unsure);
        assert_eq!(by_version("kitty 0.26.5"), Osc52Support::Yes);
        assert_eq!(by_version(""), Osc52Support::Yes);
    }

    #[test]
    fn the_length_is_what_base64_makes_of_it() {
        for bytes in 0..10 {
            let sequence = osc52(&vec![b'x'; bytes]);
            assert_eq!(sequence.len(), encoded_length(bytes) + b"\x1b]52;c;\x07".len());
        }
    }
}
