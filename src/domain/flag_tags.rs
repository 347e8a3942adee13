//! Flags of parts of a country, such as Scotland: a black flag, the letters of the part's code as invisible tag
//! characters, and a terminator (UTS #51, ED-14a).

pub(super) const BLACK_FLAG: char = '🏴';

/// Letters and digits of the longest code: a region of three, and four for the part.
const MAX_TAGS: usize = 7;

/// The number of characters after a black flag that belong to it, with the terminator; 0 if they are no valid sequence.
/// Other tag characters could hide text.
pub(super) fn tags_after_flag(after: impl Iterator<Item = char>) -> usize {
    let mut code = String::new();
    for ch in after {
        match ch {
            '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}' if code.len() < MAX_TAGS => {
                code.extend(char::from_u32(u32::from(ch) - 0xe0000));
            }
            '\u{e007f}' if is_subdivision(&code) => return code.len() + 1,
            _ => return 0,
        }
    }
    0
}

/// Whether a code has the form of a region's part: two letters or three digits, and one to four letters or digits.
fn is_subdivision(code: &str) -> bool {
    let bytes = code.as_bytes();
    let region = match bytes {
        [a, b, ..] if a.is_ascii_lowercase() && b.is_ascii_lowercase() => 2,
        [a, b, c, ..] if [a, b, c].iter().all(|byte| byte.is_ascii_digit()) => 3,
        _ => return false,
    };
    (1..=4).contains(&(bytes.len() - region))
}
