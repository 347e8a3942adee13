//! Text from outside, made safe in one place.
//!
//! Anchors and addresses are written by strangers. Before a text reaches the screen it goes through [`sanitize`]; before it
//! reaches the clipboard, a file or a browser through [`sanitize_line`] or [`paste_safe_url`](super::paste::paste_safe_url). What is stored stays as it came.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::Write as _;
use std::sync::LazyLock;

use unicode_properties::{GeneralCategory, UnicodeEmoji, UnicodeGeneralCategory};

/// More of one text than this is never shown: nobody reads it, and laying it out would cost every frame.
const MOST_SHOWN: usize = 4 * 1024;

/// Marks that may stand on one letter. Every script gets by with these; more of them climb over the lines above.
const MOST_MARKS: usize = 4;

/// `text` with case folded by Unicode, for searching and sorting.
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
        for letter in text.chars() {
            fold_letter(letter, |folded| out.push(folded));
        }
        Cow::Owned(out)
    }
}

/// The letters that a letter folds to.
pub(super) fn fold_letter(letter: char, mut to: impl FnMut(char)) {
    match FOLDED.get(letter as usize) {
        Some(Some(folded)) => to(*folded),
        None if has_no_case(letter) => to(letter),
        _ => folded(letter).for_each(to),
    }
}

/// Whether folding leaves a letter as it is; for a rare one this may say no all the same.
fn is_folded(letter: char) -> bool {
    FOLDED.get(letter as usize).map_or_else(|| has_no_case(letter), |folded| *folded == Some(letter))
}

/// What each of the letters before U+2000 folds to, where that is one letter: asking Unicode's own tables takes many times as long.
static FOLDED: LazyLock<[Option<char>; 0x2000]> = LazyLock::new(|| {
    std::array::from_fn(|letter| {
        let mut letters = folded(char::from_u32(letter as u32)?);
        letters.next().filter(|_| letters.next().is_none())
    })
});

/// By way of the small letter: that of ẞ is ß, whose capitals are SS.
fn folded(letter: char) -> impl Iterator<Item = char> {
    letter.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase)
}

/// Whether a letter from U+2000 on surely has no case: those of scripts that know none, by their blocks.
fn has_no_case(letter: char) -> bool {
    matches!(letter, '\u{2e80}'..='\u{a63f}' | '\u{ac00}'..='\u{faff}')
}

/// Makes any text safe to show: what a terminal would act on, what hides or reorders other text, and what has no
/// agreed width is shown by its name instead, such as `␛` or `⟨202E⟩`. The result is borrowed where nothing had to change.
pub fn sanitize(text: &str) -> Cow<'_, str> {
    let shown = prefix(text, MOST_SHOWN);
    if shown.len() == text.len() && is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(shown.len() + 16);
    let mut marks = 0;
    let mut dropped_marks = 0;
    let mut letters = shown.chars().peekable();
    while let Some(letter) = letters.next() {
        let kind = kind(letter);
        if kind == Kind::Mark {
            // A mark without a letter before it would join whatever stands before the text.
            if out.is_empty() {
                out.push('◌');
            }
            marks += 1;
            if marks <= MOST_MARKS {
                out.push(letter);
            } else {
                dropped_marks += 1;
            }
            continue;
        }
        push_count(&mut out, &mut dropped_marks);
        marks = 0;
        match kind {
            Kind::Plain | Kind::Mark => out.push(letter),
            Kind::SoundMark => out.push(if letter == '\u{ff9e}' { '゛' } else { '゜' }),
            Kind::Presentation => {}
            // A family is shown as its members, which hides nothing: terminals do not agree on what they join.
            Kind::Named
                if letter == '\u{200d}'
                    && out.chars().next_back().is_some_and(is_emoji)
                    && letters.peek().copied().is_some_and(is_emoji) => {}
            Kind::Named => push_named(&mut out, letter),
        }
    }
    push_count(&mut out, &mut dropped_marks);
    if shown.len() < text.len() {
        let _ = write!(out, "…⟨{} more bytes⟩", text.len() - shown.len()); // Writing to a string can't fail.
    }
    Cow::Owned(out)
}

/// `text` as a single line for a cell of a file or of the clipboard: line breaks and tabs are blanks, and every other
/// hazard is named as on the screen.
pub fn sanitize_line(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push(' '),
            // Emoji and several scripts need joiners, and a selector chooses a picture: harmless where nothing is laid out.
            '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' => out.push(letter),
            _ if is_unsafe_char(letter) => push_named(&mut out, letter),
            _ => out.push(letter),
        }
    }
    Cow::Owned(out)
}

fn is_emoji(letter: char) -> bool {
    !letter.is_ascii() && letter.is_emoji_char()
}

/// Whether a character could hide, reorder or act, so that it must not reach a terminal as it is.
pub fn is_unsafe_char(letter: char) -> bool {
    kind(letter) == Kind::Named
}

/// The longest beginning of `text` of at most `bytes` bytes.
fn prefix(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' '..=b'~')) || text.chars().all(|letter| kind(letter) == Kind::Plain)
}

/// What a character does where it is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It shows itself.
    Plain,
    /// It stands on the letter before it and takes no room of its own.
    Mark,
    /// A half-wide sound mark of Japanese, which some terminals set beside the letter before it and others upon it: shown by its
    /// wide form, on whose width all agree.
    SoundMark,
    /// It chooses between text and picture, which terminals draw at different widths: left out, so that columns stay straight.
    Presentation,
    /// It could hide, reorder or act: shown by its name.
    Named,
}

pub(super) fn kind(letter: char) -> Kind {
    if is_surely_plain(letter) {
        return Kind::Plain;
    }
    match letter {
        '\u{fe0e}' | '\u{fe0f}' => return Kind::Presentation,
        '\u{ff9e}' | '\u{ff9f}' => return Kind::SoundMark,
        // Letters and marks that show nothing: fillers of Hangul, Khmer and Mongolian, the blank Braille pattern.
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
    match letter.general_category() {
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

/// The commonest letters, without the search for their category: ASCII, accented Latin, Cyrillic, Chinese and Korean.
fn is_surely_plain(letter: char) -> bool {
    matches!(letter, ' '..='~' | '\u{c0}'..='\u{24f}' | '\u{400}'..='\u{482}' | '\u{4e00}'..='\u{9ffc}' | '\u{ac00}'..='\u{d7a3}')
}

fn push_named(out: &mut String, letter: char) {
    match letter {
        // The control pictures stand in the order of the control characters.
        '\0'..='\u{1f}' => out.extend(char::from_u32(0x2400 + u32::from(letter))),
        '\u{7f}' => out.push('␡'),
        _ => {
            let _ = write!(out, "⟨{:04X}⟩", u32::from(letter)); // Writing to a string can't fail.
        }
    }
}

fn push_count(out: &mut String, dropped_marks: &mut usize) {
    if *dropped_marks > 0 {
        let _ = write!(out, "⟨+{dropped_marks} marks⟩"); // Writing to a string can't fail.
        *dropped_marks = 0;
    }
}

/// The order of the folded texts, by their bytes.
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
    fn hazards_are_shown_not_swallowed() {
        for (text, shown) in [
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
            assert_eq!(sanitize(text), shown);
        }
        assert_eq!(sanitize(&format!("e{}", "\u{301}".repeat(100))), format!("e{}⟨+96 marks⟩", "\u{301}".repeat(4)));
        assert!(sanitize(&"x".repeat(1 << 20)).ends_with("more bytes⟩"));
        assert!(sanitize(&"x".repeat(1 << 20)).len() < MOST_SHOWN + 40);
    }

    #[test]
    fn one_line_keeps_emoji_and_breaks_nothing() {
        assert_eq!(sanitize_line("a\r\nb\u{1b}c\u{202e}"), "a  b␛c⟨202E⟩");
        assert_eq!(sanitize_line("👨\u{200d}👩 ❤\u{fe0f}"), "👨\u{200d}👩 ❤\u{fe0f}");
    }

    #[test]
    fn what_is_surely_plain_is() {
        for letter in (' '..=char::MAX).filter(|letter| is_surely_plain(*letter)) {
            use unicode_properties::GeneralCategoryGroup::{Letter, Number, Punctuation, Separator, Symbol};
            let group = letter.general_category_group();
            assert!(matches!(group, Letter | Number | Punctuation | Separator | Symbol), "{letter:?} {group:?}");
        }
    }

    #[test]
    fn folding_is_unicodes() {
        assert_eq!(fold("ÉCOLE"), "école");
        assert_eq!(fold("Straße"), fold("STRASSE"));
        assert_eq!(fold("STRAẞE"), fold("STRASSE"));
        for letter in (0..=0x1_ffff).filter_map(char::from_u32) {
            let capitals = letter.to_lowercase().flat_map(char::to_uppercase);
            let folded: String = capitals.flat_map(char::to_lowercase).collect();
            assert_eq!(fold(letter.encode_utf8(&mut [0; 4])), folded.as_str(), "{letter:?}");
            assert_eq!(fold(&folded), folded.as_str(), "{letter:?} is not folded at once");
        }
    }

    proptest! {
        #[test]
        fn nothing_dangerous_gets_through(text in any::<String>()) {
            for letter in sanitize(&text).chars() {
                prop_assert!(!letter.is_control() && !is_unsafe_char(letter), "{:?}", letter);
            }
            prop_assert!(sanitize_line(&text).chars().all(|c| !c.is_control()));
        }

        #[test]
        fn making_safe_twice_changes_nothing_more(text in "\\PC{0,40}") {
            let once = sanitize(&text).into_owned();
            prop_assert_eq!(sanitize(&once), once.as_str());
        }
    }
}
