//! Makes untrusted text safe. This is the only place that does.
//!
//! Anchor texts and URLs are written by strangers. Every text passes through [`sanitize`] before it reaches the
//! screen, and through [`sanitize_line`] or [`paste_safe_url`](super::paste::paste_safe_url) before it reaches the
//! clipboard, a file or a browser. Stored text is not changed.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::Write as _;
use std::sync::LazyLock;

use unicode_properties::{GeneralCategory, UnicodeEmoji, UnicodeGeneralCategory};

use super::flag_tags::{BLACK_FLAG, tags_after_flag};

/// The maximum number of bytes of a text that is displayed. Longer text is not readable, and would slow down
/// every frame.
const MAX_DISPLAYED: usize = 4 * 1024;

/// The maximum number of combining marks on a character, enough for every script. More of them cover the lines above.
const MAX_MARKS: usize = 4;

/// Folds the case of all Unicode text, for searching and sorting.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        if text.bytes().any(|b| b.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        }
    } else if text.chars().all(is_folded) {
        Cow::Borrowed(text)
    } else {
        let mut out = String::with_capacity(text.len());
        for ch in text.chars() {
            fold_letter(ch, |folded| out.push(folded));
        }
        Cow::Owned(out)
    }
}

/// Passes the characters that a character folds to, one by one, to `to`.
pub(super) fn fold_letter(ch: char, mut to: impl FnMut(char)) {
    match FOLDED.get(ch as usize) {
        Some(Some(folded)) => to(*folded),
        None if has_no_case(ch) => to(ch),
        _ => folded(ch).for_each(to),
    }
}

/// Whether folding leaves a character unchanged. May be `false` for some rare characters that it does not change.
fn is_folded(ch: char) -> bool {
    FOLDED.get(ch as usize).map_or_else(|| has_no_case(ch), |folded| *folded == Some(ch))
}

/// What each character below U+2000 folds to, if that is a single character. Several times faster than the standard
/// library's tables.
static FOLDED: LazyLock<[Option<char>; 0x2000]> = LazyLock::new(|| {
    std::array::from_fn(|ch| {
        let mut chars = folded(char::from_u32(ch as u32)?);
        chars.next().filter(|_| chars.next().is_none())
    })
});

/// Lower, upper, lower: ẞ becomes ß, then SS, then ss.
fn folded(ch: char) -> impl Iterator<Item = char> {
    ch.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase)
}

/// Whether a character at or above U+2000 is known to have no case: it belongs to a block of a caseless script.
fn has_no_case(ch: char) -> bool {
    matches!(ch, '\u{2e80}'..='\u{a63f}' | '\u{ac00}'..='\u{faff}')
}

/// Makes any text safe to display. Characters that a terminal would act on, that hide or reorder other text, or that
/// have no agreed width are replaced by a visible name, such as `␛` or `⟨202E⟩`. Borrowed if nothing had to change.
pub fn sanitize(text: &str) -> Cow<'_, str> {
    let visible = prefix(text, MAX_DISPLAYED);
    if visible.len() == text.len() && is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(visible.len() + 16);
    let mut marks = 0;
    let mut dropped_marks = 0;
    let mut chars = visible.chars().peekable();
    while let Some(ch) = chars.next() {
        let kind = kind(ch);
        if kind == Kind::Mark {
            // A mark at the start would combine with whatever is displayed before the text.
            if out.is_empty() {
                out.push('◌');
            }
            marks += 1;
            if marks <= MAX_MARKS {
                out.push(ch);
            } else {
                dropped_marks += 1;
            }
            continue;
        }
        push_count(&mut out, &mut dropped_marks);
        marks = 0;
        // Terminals disagree on the width of a flag with tags, so only the black flag is shown.
        if ch == BLACK_FLAG {
            for _ in 0..tags_after_flag(chars.clone()) {
                chars.next();
            }
        }
        match kind {
            Kind::Plain | Kind::Mark => out.push(ch),
            Kind::SoundMark => out.push(if ch == '\u{ff9e}' { '゛' } else { '゜' }),
            Kind::Presentation => {}
            // Emoji joined by U+200D, such as families, are shown separately, since terminals disagree on which of
            // them they join.
            Kind::Named
                if ch == '\u{200d}'
                    && out.chars().next_back().is_some_and(is_emoji)
                    && chars.peek().copied().is_some_and(is_emoji) => {}
            Kind::Named => push_named(&mut out, ch),
        }
    }
    push_count(&mut out, &mut dropped_marks);
    if visible.len() < text.len() {
        let _ = write!(out, "…⟨{} more bytes⟩", text.len() - visible.len()); // Writing to a string can't fail.
    }
    Cow::Owned(out)
}

/// Makes `text` a safe single line for a file or the clipboard: line breaks and tabs become spaces, and every other
/// unsafe character is replaced by its name, as on the screen.
pub fn sanitize_line(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(ch) = chars.next() {
        match ch {
            BLACK_FLAG => {
                let tags = tags_after_flag(chars.clone());
                out.push(ch);
                out.extend(chars.by_ref().take(tags));
            }
            '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push(' '),
            // Emoji and some scripts need joiners and variation selectors. They are harmless outside a terminal's
            // layout.
            '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' => out.push(ch),
            _ if is_unsafe_char(ch) => push_named(&mut out, ch),
            _ => out.push(ch),
        }
    }
    Cow::Owned(out)
}

fn is_emoji(ch: char) -> bool {
    !ch.is_ascii() && ch.is_emoji_char()
}

/// Whether a character must not reach a terminal: it could hide or reorder text, or control the terminal.
pub fn is_unsafe_char(ch: char) -> bool {
    kind(ch) == Kind::Named
}

/// Whether a character controls or formats text without being part of it. Some scripts and emoji need joiners.
pub(super) fn is_invisible(ch: char) -> bool {
    let category = ch.general_category();
    matches!(category, GeneralCategory::Control | GeneralCategory::Format) && !matches!(ch, '\u{200c}' | '\u{200d}')
}

/// The longest prefix of `text` with at most `bytes` bytes.
fn prefix(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' '..=b'~')) || text.chars().all(|ch| kind(ch) == Kind::Plain)
}

/// How a character is displayed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// As it is.
    Plain,
    /// Combined with the character before it, without a cell of its own.
    Mark,
    /// A halfwidth Japanese sound mark, which only some terminals combine with the character before it. It is
    /// replaced by its fullwidth form, whose width is the same everywhere.
    SoundMark,
    /// A variation selector for text or emoji presentation, which terminals draw at different widths. It is left out,
    /// so that columns stay aligned.
    Presentation,
    /// Unsafe: replaced by its name.
    Named,
}

pub(super) fn kind(ch: char) -> Kind {
    if is_common_plain(ch) {
        return Kind::Plain;
    }
    match ch {
        '\u{fe0e}' | '\u{fe0f}' => return Kind::Presentation,
        '\u{ff9e}' | '\u{ff9f}' => return Kind::SoundMark,
        // Invisible letters and marks: fillers of Hangul, Khmer and Mongolian, the blank Braille pattern.
        '\u{34f}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{2800}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0d}'
        | '\u{ffa0}'
        | '\u{e0100}'..='\u{e01ef}' => return Kind::Named,
        _ => {}
    }
    match ch.general_category() {
        GeneralCategory::Control
        | GeneralCategory::Format
        | GeneralCategory::LineSeparator
        | GeneralCategory::ParagraphSeparator
        | GeneralCategory::PrivateUse
        | GeneralCategory::Surrogate
        | GeneralCategory::Unassigned => Kind::Named,
        GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark => Kind::Mark,
        _ => Kind::Plain,
    }
}

/// A fast path for the most common characters: ASCII, accented Latin, Cyrillic, Chinese and Korean.
fn is_common_plain(ch: char) -> bool {
    matches!(ch, ' '..='~' | '\u{c0}'..='\u{24f}' | '\u{400}'..='\u{482}' | '\u{4e00}'..='\u{9ffc}' | '\u{ac00}'..='\u{d7a3}')
}

fn push_named(out: &mut String, ch: char) {
    match ch {
        // The control pictures from U+2400 are in the order of the control characters.
        '\0'..='\u{1f}' => out.extend(char::from_u32(0x2400 + u32::from(ch))),
        '\u{7f}' => out.push('␡'),
        _ => {
            let _ = write!(out, "⟨{:04X}⟩", u32::from(ch)); // Writing to a string can't fail.
        }
    }
}

fn push_count(out: &mut String, dropped_marks: &mut usize) {
    if *dropped_marks > 0 {
        let _ = write!(out, "⟨+{dropped_marks} marks⟩"); // Writing to a string can't fail.
        *dropped_marks = 0;
    }
}

/// Compares the folded texts byte by byte.
pub fn compare_folded(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() {
        a.bytes().map(|byte| byte.to_ascii_lowercase()).cmp(b.bytes().map(|byte| byte.to_ascii_lowercase()))
    } else {
        if a == b { Ordering::Equal } else { fold(a).cmp(&fold(b)) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn unsafe_characters_are_replaced_by_visible_names() {
        for (text, expected) in [
            ("plain text", "plain text"),
            ("カレー", "カレー"),
            ("ﾃﾞｰﾀ ﾊﾟ", "ﾃ゛ｰﾀ ﾊ゜"),
            ("\u{1b}[31mred", "␛[31mred"),
            ("a\tb\nc", "a␉b␊c"),
            ("\u{7f}\u{9b}", "␡⟨009B⟩"),
            ("evil\u{202e}gpj.exe", "evil⟨202E⟩gpj.exe"),
            ("zero\u{200b}width", "zero⟨200B⟩width"),
            ("line\u{2028}break", "line⟨2028⟩break"),
            ("\u{301}a", "◌\u{301}a"),
            ("❤\u{fe0f}", "❤"),
            ("👩🏽\u{200d}👩\u{200d}❤\u{fe0f}\u{200d}x\u{200d}", "👩🏽👩❤⟨200D⟩x⟨200D⟩"),
            ("e\u{301}", "e\u{301}"),
        ] {
            assert_eq!(sanitize(text), expected);
        }
        assert_eq!(sanitize(&format!("e{}", "\u{301}".repeat(100))), format!("e{}⟨+96 marks⟩", "\u{301}".repeat(4)));
        assert!(sanitize(&"x".repeat(1 << 20)).ends_with("more bytes⟩"));
        assert!(sanitize(&"x".repeat(1 << 20)).len() < MAX_DISPLAYED + 40);
    }

    #[test]
    fn a_single_line_keeps_emoji_and_has_no_line_breaks() {
        assert_eq!(sanitize_line("a\r\nb\u{1b}c\u{202e}"), "a  b␛c⟨202E⟩");
        assert_eq!(sanitize_line("👨\u{200d}👩 ❤\u{fe0f}"), "👨\u{200d}👩 ❤\u{fe0f}");
    }

    #[test]
    fn tags_are_kept_only_as_part_of_a_flag() {
        let tags =
            |code: &str| code.chars().map(|ch| char::from_u32(0xe0000 + u32::from(ch)).unwrap()).collect::<String>();
        for code in ["gbsct", "gbeng", "gbwls", "usca", "dk82", "840ca"] {
            let flag = format!("🏴{}\u{e007f}", tags(code));
            assert_eq!(sanitize_line(&format!("a {flag} kilts")), format!("a {flag} kilts"));
            assert_eq!(sanitize(&format!("a {flag}{flag} kilts")), "a 🏴🏴 kilts");
        }
        for stray in ["x", "gbsctabcd", "gb", "GBSCT", "gb sct", ""] {
            let stray = format!("🏴{}\u{e007f}", tags(stray));
            assert!(sanitize(&stray).ends_with("⟨E007F⟩") && sanitize_line(&stray).ends_with("⟨E007F⟩"), "{stray:?}");
        }
        for stray in [format!("🏴{}", tags("gbsct")), format!("{}\u{e007f}", tags("gbsct"))] {
            assert!(sanitize(&stray).contains("⟨E0067⟩⟨E0062⟩") && sanitize_line(&stray).contains("⟨E0067⟩⟨E0062⟩"));
        }
    }

    #[test]
    fn common_plain_characters_are_plain() {
        for ch in (' '..=char::MAX).filter(|ch| is_common_plain(*ch)) {
            use unicode_properties::GeneralCategoryGroup::{Letter, Number, Punctuation, Separator, Symbol};
            let group = ch.general_category_group();
            assert!(matches!(group, Letter | Number | Punctuation | Separator | Symbol), "{ch:?} {group:?}");
        }
    }

    #[test]
    fn folds_case_as_unicode_does() {
        assert_eq!(fold("ÉCOLE"), "école");
        assert_eq!(fold("Straße"), fold("STRASSE"));
        assert_eq!(fold("STRAẞE"), fold("STRASSE"));
        for ch in (0..=0x1_ffff).filter_map(char::from_u32) {
            let capitals = ch.to_lowercase().flat_map(char::to_uppercase);
            let folded: String = capitals.flat_map(char::to_lowercase).collect();
            assert_eq!(fold(ch.encode_utf8(&mut [0; 4])), folded.as_str(), "{ch:?}");
            assert_eq!(fold(&folded), folded.as_str(), "folding {ch:?} is not idempotent");
        }
    }

    proptest! {
        #[test]
        fn no_unsafe_character_gets_through(text in any::<String>()) {
            for ch in sanitize(&text).chars() {
                prop_assert!(!ch.is_control() && !is_unsafe_char(ch), "{:?}", ch);
            }
            prop_assert!(sanitize_line(&text).chars().all(|c| !c.is_control()));
        }

        #[test]
        fn sanitizing_is_idempotent(text in "(\\PC|[🏴\u{e0061}-\u{e0067}\u{e007f}]){0,40}") {
            let line = sanitize_line(&text).into_owned();
            prop_assert_eq!(sanitize_line(&line), line.as_str());
            let once = sanitize(&text).into_owned();
            prop_assert_eq!(sanitize(&once), once.as_str());
        }
    }
}
