//! The program writes only text and drawing sequences to a terminal.

use kew_tui::domain::text::is_unsafe_char;

/// The first part of `output` that is neither text nor an allowed sequence, with some context.
pub fn unexpected_output(output: &str) -> Option<String> {
    let mut rest = output;
    while let Some(letter) = rest.chars().next() {
        let after = &rest[letter.len_utf8()..];
        rest = match letter {
            '\u{1b}' => match allowed_sequence(after) {
                Some(length) => &after[length..],
                None => return Some(rest.chars().take(40).collect()),
            },
            // The shell's lines before and after the screen.
            '\r' | '\n' => after,
            _ if letter.is_control() || is_unsafe_char(letter) => return Some(rest.chars().take(40).collect()),
            _ => after,
        };
    }
    None
}

/// The length of the sequence at the start of `text`, without the escape character; `None` if it is not allowed.
fn allowed_sequence(text: &str) -> Option<usize> {
    if let Some(parameters) = text.strip_prefix('[') {
        let end = parameters.find(|c: char| ('@'..='~').contains(&c))?;
        let plain = parameters[..end].chars().all(|c| c.is_ascii_digit() || ";?<>=:".contains(c));
        // Cursor movement, scroll regions, clearing, colors, modes, cursor shape. No reports, no window operations.
        return (plain && "ABCDGHJKLMfhlmqru".contains(&parameters[end..=end])).then_some(end + 2);
    }
    if let Some(clipboard) = text.strip_prefix("]52;c;") {
        let end = clipboard.find('\u{7}')?;
        let base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
        return clipboard[..end].chars().all(base64).then_some("]52;c;".len() + end + 1);
    }
    None
}

#[test]
fn unexpected_terminal_output_is_found() {
    assert_eq!(unexpected_output("\u{1b}[?1049h\u{1b}[38;5;80mカレー\u{1b}[12;3H\u{1b}]52;c;QQ==\u{7}"), None);
    for bad in ["\u{1b}]0;title\u{7}", "a\u{7}", "\u{9b}31m", "\u{202e}", "\u{1b}[6n", "\u{1b}c", "\t", "\u{1b}[21t"] {
        assert!(unexpected_output(bad).is_some(), "{bad:?}");
    }
}
