//! Text that attackers might send.

use kew_tui::domain::{Link, LinkSet};

/// Control sequences, characters that hide or reorder text or that no font has, and what a spreadsheet or a shell would run.
pub fn hostile_text() -> String {
    let mut text = String::from("=cmd|' /C calc'!A0 $(touch /tmp/x);`id`\"><script>");
    // C0, DEL and C1; among them the 8-bit forms of CSI and OSC.
    text.extend((0..0x20_u8).map(char::from));
    text.extend((0x7f..0xa0_u32).filter_map(char::from_u32));
    text.push_str(
        "\u{1b}]0;a new title\u{7}\u{1b}]52;c;b3duZWQ=\u{7}\u{1b}[2J\u{1b}[6n\u{1b}c\u{9b}31m\u{9d}0;x\u{9c}",
    );
    // Bidi controls, zero-width and other format characters, separators.
    for range in [0x200b..=0x200f_u32, 0x2028..=0x202e, 0x2060..=0x206f, 0xfff9..=0xfffb, 0xe0020..=0xe0022] {
        text.extend(range.filter_map(char::from_u32));
    }
    text.push_str("\u{ad}\u{61c}\u{feff}\u{180e}\u{34f}\u{3164}\u{115f}\u{2800}\u{fe0f}\u{e0101}");
    // Private use, unassigned, noncharacters, and the replacement for a lone surrogate.
    text.push_str("\u{e000}\u{f8ff}\u{10fffd}\u{378}\u{ffff}\u{fdd0}\u{fffd}");
    text.push('e');
    text.push_str(&"\u{301}".repeat(500));
    text.push_str("👩\u{200d}👩 ❤\u{fe0f} カレー");
    text
}

/// A link whose texts are all hostile.
fn hostile_link<'a>(text: &'a str, address: &'a str) -> Link<'a> {
    Link { anchor: text, source_domain: text, target_domain: text, source_url: address, target_url: address }
}

/// Hostile text in every field, in URLs that can be opened, and in one very long text.
pub fn hostile_links() -> LinkSet {
    let text = hostile_text();
    let address = format!("https://аррӏе.com/{text}?q={text}#{text}");
    let long = format!("{}{text}", "x".repeat(100_000));
    LinkSet::from_links([
        hostile_link(&text, &text),
        hostile_link(&text, &address),
        hostile_link(&long, &long),
        hostile_link("\u{301}", "javascript:alert(1)"),
    ])
    .unwrap()
}
