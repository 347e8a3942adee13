//! The width of characters in cells, and which characters have the same width in all terminals.
//!
//! No standard defines the width of a character in a terminal, and terminals follow different versions of Unicode. A
//! character that is not in the table of `agreed` gets the width that the widest terminal gives it, so that it never
//! covers its neighbors; only skin tones get no cells of their own. After such a character, the terminal writer
//! positions the cursor explicitly.

use std::sync::atomic::{AtomicBool, Ordering};

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

/// Whether characters of ambiguous width take two cells: those that old East Asian character sets made as wide as
/// Chinese ones, such as `→` and Cyrillic.
static AMBIGUOUS_IS_WIDE: AtomicBool = AtomicBool::new(false);

/// Sets how the terminal displays characters of ambiguous width. A global, since everything is measured for the same
/// screen.
pub fn set_ambiguous_width(wide: bool) {
    AMBIGUOUS_IS_WIDE.store(wide, Ordering::Relaxed);
}

/// The width of a character on which terminals agree. For each of these, the cursor position after it was queried in
/// tmux 3.3a, screen 4.9, xterm 379, alacritty 0.11, kitty 0.26, urxvt 9.30, st 0.9 and mlterm 3.9, and matched
/// `unicode-width`. Covers the most widely read scripts.
fn agreed(ch: char) -> Option<usize> {
    match ch {
        ' '..='~' => Some(1),
        // CJK symbols, kana, bopomofo, Hangul, ideographs, Yi, fullwidth ASCII.
        '\u{2e80}'..='\u{2fd5}'
        | '\u{3000}'..='\u{3029}'
        | '\u{3041}'..='\u{3096}'
        | '\u{309b}'..='\u{30ff}'
        | '\u{3105}'..='\u{312f}'
        | '\u{3131}'..='\u{318e}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9ffc}'
        | '\u{a000}'..='\u{a48c}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{fad9}'
        | '\u{fe30}'..='\u{fe52}'
        | '\u{ff01}'..='\u{ff60}' => Some(2),
        // Combining accents.
        '\u{300}'..='\u{36f}' => Some(0),
        // Latin, Greek, Cyrillic, Armenian, Hebrew, Thai consonants, Georgian, symbols, arrows, box drawing and
        // blocks, halfwidth kana.
        '\u{a1}'..='\u{2ff}'
        | '\u{370}'..='\u{482}'
        | '\u{48a}'..='\u{52f}'
        | '\u{559}'..='\u{58a}'
        | '\u{5d0}'..='\u{5ea}'
        | '\u{e01}'..='\u{e30}'
        | '\u{10a0}'..='\u{10ff}'
        | '\u{1e00}'..='\u{1ffe}'
        | '\u{2010}'..='\u{2027}'
        | '\u{2030}'..='\u{205e}'
        | '\u{2070}'..='\u{209c}'
        | '\u{20a0}'..='\u{20c0}'
        | '\u{2100}'..='\u{218b}'
        | '\u{2190}'..='\u{2319}'
        | '\u{2460}'..='\u{25fc}'
        | '\u{27c0}'..='\u{2b1a}'
        | '\u{ff61}'..='\u{ffdc}'
            if !AMBIGUOUS_IS_WIDE.load(Ordering::Relaxed) =>
        {
            Some(1)
        }
        _ => None,
    }
}

/// Whether the width of a grapheme cluster may differ from [`cluster_width`] in some terminals.
pub fn is_disputed(cluster: &str) -> bool {
    // Most clusters are a single ASCII character.
    cluster.len() > 1 && cluster.chars().any(|ch| agreed(ch).is_none())
}

/// The width of a sanitized text in cells: the sum of the widths of its clusters.
pub fn text_width(text: &str) -> usize {
    let sum_of_agreed = text.chars().try_fold(0, |sum, ch| agreed(ch).map(|cells| sum + cells));
    sum_of_agreed.unwrap_or_else(|| text.graphemes(true).map(cluster_width).sum())
}

/// The width of a grapheme cluster in cells. At least 1, since nothing may be hidden.
pub fn cluster_width(cluster: &str) -> usize {
    if cluster.len() == 1 {
        return 1;
    }
    let mut chars = cluster.chars();
    let first = chars.next().map_or(0, char_width);
    let rest = chars.filter(|ch| !is_skin_tone(*ch)).map(char_width);
    (first + rest.sum::<usize>()).max(1)
}

/// A skin tone colors the emoji before it if the terminal supports that, and is a separate square otherwise. The
/// square gets no room and is overwritten by what follows, since room for it would be a gap in all other terminals.
fn is_skin_tone(ch: char) -> bool {
    matches!(ch, '\u{1f3fb}'..='\u{1f3ff}')
}

/// The width of a character in the terminal that makes it widest.
fn char_width(ch: char) -> usize {
    if let Some(cells) = agreed(ch) {
        return cells;
    }
    let cells = if AMBIGUOUS_IS_WIDE.load(Ordering::Relaxed) {
        if is_ambiguous_letter(ch) { Some(2) } else { ch.width_cjk() }
    } else {
        ch.width()
    };
    let cells = cells.unwrap_or(0);
    match ch {
        // Hangul vowels and finals, which combine with the consonant before them.
        '\u{1160}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7fb}' => cells,
        // Hangul tone marks and Vietnamese reading marks: marks by category, but many terminals give them cells of
        // their own.
        '\u{302e}' | '\u{302f}' | '\u{16ff0}' | '\u{16ff1}' => 2,
        _ => match ch.general_category() {
            GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark => cells,
            // Includes spacing marks, some of which Unicode gives no width.
            _ => cells.max(1),
        },
    }
}

/// Letters of ambiguous width according to EastAsianWidth.txt of Unicode 14.0. `unicode-width` does not count letters
/// as ambiguous, and neither do new terminals.
fn is_ambiguous_letter(ch: char) -> bool {
    matches!(ch,
        '\u{a8}' | '\u{aa}' | '\u{b4}' | '\u{b8}' | '\u{ba}' | '\u{c6}' | '\u{d0}' | '\u{d8}' | '\u{de}'..='\u{e1}'
        | '\u{e6}' | '\u{e8}'..='\u{ea}' | '\u{ec}' | '\u{ed}' | '\u{f0}' | '\u{f2}' | '\u{f3}' | '\u{f8}'..='\u{fa}'
        | '\u{fc}' | '\u{fe}' | '\u{101}' | '\u{111}' | '\u{113}' | '\u{11b}' | '\u{126}' | '\u{127}' | '\u{12b}'
        | '\u{131}'..='\u{133}' | '\u{138}' | '\u{13f}'..='\u{142}' | '\u{144}' | '\u{148}'..='\u{14b}' | '\u{14d}'
        | '\u{152}' | '\u{153}' | '\u{166}' | '\u{167}' | '\u{16b}' | '\u{1ce}' | '\u{1d0}' | '\u{1d2}' | '\u{1d4}'
        | '\u{1d6}' | '\u{1d8}' | '\u{1da}' | '\u{1dc}' | '\u{251}' | '\u{261}' | '\u{2c4}' | '\u{2c7}'
        | '\u{2c9}'..='\u{2cb}' | '\u{2cd}' | '\u{2d0}' | '\u{2d8}'..='\u{2db}' | '\u{2dd}' | '\u{2df}'
        | '\u{391}'..='\u{3a1}' | '\u{3a3}'..='\u{3a9}' | '\u{3b1}'..='\u{3c1}' | '\u{3c3}'..='\u{3c9}' | '\u{401}'
        | '\u{410}'..='\u{44f}' | '\u{451}' | '\u{207f}' | '\u{2113}' | '\u{2126}' | '\u{212b}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::is_unsafe_char;

    #[test]
    fn agreed_widths_match_unicode_width() {
        for ch in (' '..=char::MAX).filter(|ch| !is_unsafe_char(*ch)) {
            if let Some(cells) = agreed(ch) {
                assert_eq!(ch.width(), Some(cells), "{ch:?} U+{:04X}", u32::from(ch));
            }
        }
    }

    #[test]
    fn a_cluster_is_as_wide_as_in_the_widest_terminal() {
        for (cluster, cells, why) in [
            ("☰", 2, "wide since Unicode 16"),
            ("⚊", 2, "wide since Unicode 16"),
            ("👍🏽", 2, "a skin tone"),
            ("🫨🏽", 2, "a skin tone on an emoji without one"),
            ("🏽", 2, "a skin tone alone"),
            ("🫨", 2, "an emoji of Unicode 15"),
            ("🫩", 2, "an emoji of Unicode 16"),
            ("🇩🇪", 2, "a flag"),
            ("ង្ក", 2, "a conjunct of Khmer"),
            ("ង្គ្រ", 3, "a conjunct of Khmer"),
            ("ക്ക", 2, "a conjunct of Malayalam"),
            ("കാ", 2, "a spacing mark"),
            ("कि", 2, "a spacing mark"),
            ("ক্ষ", 2, "a conjunct of Bengali"),
            ("가\u{302e}", 4, "a tone mark of Hangul"),
            ("\u{302f}", 2, "a tone mark of Hangul alone"),
            ("\u{1112}\u{1161}\u{11ab}", 2, "conjoining jamo"),
            ("\u{1161}", 1, "a vowel of Hangul alone"),
            ("\u{d4e}ക", 2, "a dot that is a letter"),
            ("e\u{301}", 1, "an accent"),
            ("قُ", 1, "a vowel sign of Arabic"),
        ] {
            assert_eq!(cluster.graphemes(true).count(), 1, "{cluster} {why}");
            assert_eq!((cluster_width(cluster), text_width(cluster)), (cells, cells), "{cluster} {why}");
        }
    }

    #[test]
    fn a_text_is_as_wide_as_the_sum_of_its_clusters() {
        for (text, cells) in [("لا", 2), ("سلام", 4), ("ꓹꓼ", 2), ("カレー e\u{301}", 8), ("ক্ষ가\u{302e}x", 7)]
        {
            assert_eq!(text_width(text), cells, "{text}");
            assert_eq!(text.graphemes(true).map(cluster_width).sum::<usize>(), cells, "{text}");
        }
    }

    #[test]
    fn disputed_widths_are_known() {
        for disputed in ["☰", "👍🏽", "🫩", "ង្ក", "കാ", "가\u{302e}", "لا", "\u{1112}\u{1161}\u{11ab}", "\u{302e}", "❤"]
        {
            assert!(is_disputed(disputed), "{disputed}");
        }
        for agreed in ["a", "é", "e\u{301}", "漢", "한", "Ж", "│", "…", "→"] {
            assert!(!is_disputed(agreed), "{agreed}");
        }
    }
}
