//! OSC 52, which sets the terminal's clipboard, and which terminals support it. No terminal confirms it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Whether a terminal accepts OSC 52.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Osc52Support {
    Yes,
    /// Off by default but can be enabled, or the terminal is unknown.
    Unsure,
    No,
}

/// Maximum payload in base64 characters. Terminals silently drop a longer OSC 52; the lowest limit in use is slightly higher.
pub(super) const MAX_LENGTH: usize = 74_000;

/// GNU screen prints the rest of a longer string on the screen, unless it is wrapped in DCS.
const MAX_LENGTH_IN_SCREEN: usize = 700;

/// The sequence that sets the terminal's clipboard (xterm control sequences, OSC 52).
pub(super) fn osc52(text: &[u8]) -> Vec<u8> {
    format!("\x1b]52;c;{}\x07", STANDARD.encode(text)).into_bytes()
}

/// Length of this many bytes in base64.
pub(super) fn encoded_length(bytes: usize) -> usize {
    bytes.div_ceil(3).saturating_mul(4)
}

/// Whether the terminal supports OSC 52, and the maximum payload in base64 characters, according to environment variables.
pub(super) fn osc52_support(environment: impl Fn(&str) -> Option<String>, in_screen: bool) -> (Osc52Support, usize) {
    let term = environment("TERM").unwrap_or_default();
    if in_screen {
        // After `screen.`, TERM names the outer terminal. If it does not start with `screen`, a terminal may have been started from
        // inside a screen session.
        let outer = term.strip_prefix("screen").map(|outer| outer.strip_prefix('.').unwrap_or_default());
        let support = outer.map_or(Osc52Support::Unsure, |outer| support_by_variables(outer, environment));
        // The session may since have been reattached in another terminal, while the variables still describe the first one.
        return (if support == Osc52Support::No { Osc52Support::Unsure } else { support }, MAX_LENGTH);
    }
    (
        support_by_variables(&term, environment),
        if term.starts_with("screen") { MAX_LENGTH_IN_SCREEN } else { MAX_LENGTH },
    )
}

fn support_by_variables(term: &str, environment: impl Fn(&str) -> Option<String>) -> Osc52Support {
    let is_before = |name, first: u32| environment(name).is_some_and(|v| v.parse().is_ok_and(|v: u32| v < first));
    match support_by_name(term) {
        // VTE up to 0.85 does not support it; Konsole does since 24.12.
        Osc52Support::Yes if environment("VTE_VERSION").is_some() || is_before("KONSOLE_VERSION", 241_200) => {
            Osc52Support::No
        }
        Osc52Support::Yes if environment("TERM_PROGRAM").as_deref() == Some("Apple_Terminal") => Osc52Support::No,
        // xterm ignores it unless the user allows it.
        Osc52Support::Yes if environment("XTERM_VERSION").is_some() => Osc52Support::Unsure,
        support => support,
    }
}

/// Support by terminfo name. Many terminals call themselves xterm, so `Yes` is not certain.
pub(super) fn support_by_name(term: &str) -> Osc52Support {
    let is_one_of = |kinds: &[&str]| kinds.iter().any(|kind| term.split(['-', '.']).next() == Some(kind));
    if is_one_of(&["linux", "rxvt", "Eterm", "cygwin", "dumb"]) || matches!(term, "vt100" | "vt220") {
        Osc52Support::No
    // A multiplexer on the other end of an SSH connection can't be queried; st has it off by default.
    } else if is_one_of(&["tmux", "screen", "st"]) {
        Osc52Support::Unsure
    } else {
        Osc52Support::Yes
    }
}

/// Support by the name and version that a terminal reports (XTVERSION).
pub(super) fn support_by_version(response: &str) -> Osc52Support {
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
    fn support_depends_on_the_terminal() {
        for (variables, expected) in [
            (&[("TERM", "xterm-256color")][..], (Osc52Support::Yes, MAX_LENGTH)),
            (&[("TERM", "foot")], (Osc52Support::Yes, MAX_LENGTH)),
            (&[("TERM", "linux")], (Osc52Support::No, MAX_LENGTH)),
            (&[("TERM", "rxvt-unicode-256color")], (Osc52Support::No, MAX_LENGTH)),
            (&[("TERM", "screen.linux")], (Osc52Support::Unsure, MAX_LENGTH_IN_SCREEN)),
            (&[("STY", "1"), ("TERM", "screen.linux")], (Osc52Support::Unsure, MAX_LENGTH)),
            (&[("STY", "1"), ("TERM", "screen.xterm-256color")], (Osc52Support::Yes, MAX_LENGTH)),
            (&[("STY", "1"), ("TERM", "screen")], (Osc52Support::Yes, MAX_LENGTH)),
            (&[("STY", "1"), ("TERM", "screen"), ("VTE_VERSION", "7006")], (Osc52Support::Unsure, MAX_LENGTH)),
            (&[("STY", "1"), ("TERM", "xterm-kitty")], (Osc52Support::Unsure, MAX_LENGTH)),
            (&[("TERM", "st-256color")], (Osc52Support::Unsure, MAX_LENGTH)),
            (&[("TERM", "tmux-256color")], (Osc52Support::Unsure, MAX_LENGTH)),
            (&[("TERM", "screen-256color")], (Osc52Support::Unsure, MAX_LENGTH_IN_SCREEN)),
            (&[("TERM", "xterm-256color"), ("VTE_VERSION", "7600")], (Osc52Support::No, MAX_LENGTH)),
            (&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "Apple_Terminal")], (Osc52Support::No, MAX_LENGTH)),
            (&[("TERM", "xterm-256color"), ("KONSOLE_VERSION", "230800")], (Osc52Support::No, MAX_LENGTH)),
            (&[("TERM", "xterm-256color"), ("KONSOLE_VERSION", "241200")], (Osc52Support::Yes, MAX_LENGTH)),
            (&[("TERM", "xterm"), ("XTERM_VERSION", "XTerm(379)")], (Osc52Support::Unsure, MAX_LENGTH)),
        ] {
            let value = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
            assert_eq!(osc52_support(value, value("STY").is_some()), expected, "{variables:?}");
        }
        assert_eq!(support_by_version("VTE(7006)"), Osc52Support::No);
        assert_eq!(support_by_version("XTerm(379)"), Osc52Support::Unsure);
        assert_eq!(support_by_version("kitty 0.26.5"), Osc52Support::Yes);
        assert_eq!(support_by_version(""), Osc52Support::Yes);
    }

    #[test]
    fn encoded_length_matches_the_sequence() {
        for bytes in 0..10 {
            let sequence = osc52(&vec![b'x'; bytes]);
            assert_eq!(sequence.len(), encoded_length(bytes) + b"\x1b]52;c;\x07".len());
        }
    }
}
