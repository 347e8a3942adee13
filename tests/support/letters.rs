//! Characters of every script and class that terminals draw.

use super::Rng;

/// Names and samples.
pub const CLASSES: &[(&str, &str)] = &[
    ("ASCII", "plain words"),
    ("accents", "é e\u{301} a\u{302}\u{301} Å"),
    ("Latin beyond", "ƁɓȺ ẞ ĳ ǅ"),
    ("Greek", "ΩμέγαΔ"),
    ("Cyrillic", "Ёлка Ѱ ꙮ"),
    ("Armenian", "Հայերեն"),
    ("Georgian", "ქართული Ა"),
    ("Hebrew", "עברית שָׁ"),
    ("Arabic", "العربية مُحَمَّد"),
    ("lam-alef", "لا لآ ڸا لأ"),
    ("Arabic signs", "ﷺ ۞ \u{88f}"),
    ("Syriac", "ܣܘܪܝܝܐ ܐܲ"),
    ("Thaana", "ދިވެހި"),
    ("N'Ko", "ߒߞߏ \u{7fd}"),
    ("Devanagari", "हिन्दी क्षि र्क"),
    ("Bengali", "বাংলা ক্ষ"),
    ("Gurmukhi", "ਪੰਜਾਬੀ"),
    ("Gujarati", "ગુજરાતી"),
    ("Oriya", "ଓଡ଼ିଆ"),
    ("Tamil", "தமிழ் க்ஷௌ"),
    ("Telugu", "తెలుగు క్ష"),
    ("Kannada", "ಕನ್ನಡ"),
    ("Malayalam", "മലയാളം ക്ക ന്ത്ര"),
    ("Malayalam dot reph", "\u{d4e}ക"),
    ("Sinhala", "සිංහල ක්‍ෂ"),
    ("Thai", "ภาษาไทย กำ"),
    ("Lao", "ລາວ ກຳ"),
    ("Tibetan", "བོད་སྐད རྒྱ"),
    ("Burmese", "မြန်မာ က္က"),
    ("Khmer", "ខ្មែរ ង្ក ង្គ្រ"),
    ("Khmer rare", "\u{17d8} \u{17a4}"),
    ("Mongolian", "ᠮᠣᠩᠭᠣᠯ"),
    ("Ethiopic", "አማርኛ"),
    ("Cherokee", "ᏣᎳᎩ"),
    ("Canadian", "ᐃᓄᒃᑎᑐᑦ"),
    ("Runes", "ᚠᚢᚦ"),
    ("Tifinagh", "ⵜⵉⴼ ⵏ⵿ⴾ"),
    ("Lisu", "ꓡꓲꓢ ꓹꓼ"),
    ("Javanese", "ꦗꦮ ꦏ꧀ꦏ"),
    ("Balinese", "ᬩᬮᬶ ᬓ᭄ᬓ"),
    ("Tai Tham", "ᨲᩫ᩠ᩅ"),
    ("Kirat Rai", "\u{16d63}\u{16d67}\u{16d67} \u{16d68}"),
    ("Hiragana", "ひらがな か\u{3099}"),
    ("Katakana", "カレー ハ\u{309a}"),
    ("half-wide Katakana", "ｶﾞﾊﾟｱ"),
    ("Chinese", "漢字 中文"),
    ("Chinese beyond", "𠀀𪜶 \u{31350}"),
    ("Hangul", "한글 가나다"),
    ("conjoining jamo", "\u{1112}\u{1161}\u{11ab} \u{1100}\u{1161} \u{a960}\u{1161}\u{d7cb}"),
    ("jamo alone", "\u{1161} \u{11ab}x"),
    ("Hangul tone marks", "가\u{302e}나\u{302f} \u{302e}"),
    ("half-wide Hangul", "ﾡﾢￂ"),
    ("Bopomofo", "ㄅㄆㆠ"),
    ("Yi", "ꆈꌠ"),
    ("Tangut", "𗀀𘠀"),
    ("Nushu", "𛅰𛅱"),
    ("wide ASCII", "ＡＢＣ！"),
    ("CJK signs", "「」〜〇㊙㊗"),
    ("strokes of Unicode 16", "\u{31e4}\u{31e5} \u{2ffc} \u{31ef}"),
    ("trigrams", "☰☱☲☷"),
    ("monograms and digrams", "⚊⚋⚌⚏"),
    ("hexagrams", "䷀䷿"),
    ("tai xuan jing", "𝌀𝍖 𝍠"),
    ("mathematics", "∑∫≠ 𝒜𝔅 <\u{338}"),
    ("lines and blocks", "│┼█▒◆"),
    ("arrows", "→⇒⟶⮕"),
    ("text emoji", "❤☀✂ ©"),
    ("pictures chosen", "❤\u{fe0f} ☀\u{fe0f} 1\u{fe0f}\u{20e3}"),
    ("emoji", "😀🎉🚀⌚"),
    ("emoji of Unicode 13 and 14", "🥲🫠🛝"),
    ("emoji of Unicode 15", "\u{1fae8}\u{1fabf}\u{1f6dc}"),
    ("emoji of Unicode 16", "\u{1fae9}\u{1fadc}\u{1fac6}"),
    ("emoji of Unicode 17", "\u{1faea}\u{1fac8}\u{1f6d8}"),
    ("skin tones", "👍🏽👋🏿 ✌🏻"),
    ("skin tones elsewhere", "🏽 \u{1fae8}🏽 a🏿"),
    ("joined emoji", "👩\u{200d}🚀 👨\u{200d}👩\u{200d}👧"),
    ("flags", "🇩🇪🇯🇵 🇩"),
    ("tag flags", "🏴\u{e0067}\u{e0062}\u{e007f}"),
    ("musical", "𝄞 \u{1d158}\u{1d165}"),
    ("hieroglyphs", "𓀀𓂀 \u{13460}"),
    ("cuneiform", "𒀀𒈙 𒐫"),
    ("Vietnamese reading marks", "\u{4e2d}\u{16ff0}"),
    ("long dashes", "— ⸺ ⸻"),
    ("quotes and dots", "“„‟” … ‥"),
    ("invisible", "a\u{200b}b\u{ad}c\u{2060}"),
    ("right to left", "\u{202e}abc\u{202c}"),
    ("many marks", "e\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}"),
    ("private", "\u{e0a0} \u{f8ff}"),
];

/// Links with texts of all classes; in some rows, each column is too narrow for its text.
pub fn letters_csv(rng: &mut Rng, rows: usize) -> String {
    let mut csv = String::from("anchor_text,domain_source,domain_target,url_source,url_target\n");
    for row in 0..rows {
        let name = CLASSES[row % CLASSES.len()].1;
        let mut text = || {
            let count = rng.below(4);
            let texts: Vec<&str> = (0..count).map(|_| rng.choose(CLASSES).1).collect();
            texts.join(" ").replace('"', "")
        };
        let (anchor, domain, path, target) = (text(), text(), text(), text());
        csv.push_str(&format!(
            "\"{name} {anchor}\",\"{row}.{domain}.com\",me.com,\"https://{row}.com/{path}{name}\",\"https://me.com/{target}\"\n"
        ));
    }
    csv
}
