//! The text of every built-in theme can be read: WCAG 2 contrast of each role on each surface that it may be drawn on.

use kew_tui::config::{ColorSupport, Config, File, StyleRole, theme_names};
use ratatui::style::{Color, Modifier};

/// For text, by WCAG 2.2, success criterion 1.4.3.
const TEXT: f64 = 4.5;
/// For what is secondary, by success criterion 1.4.11.
const SECONDARY: f64 = 3.0;

/// What cells of the table are drawn in.
const CELLS: [StyleRole; 7] = {
    use StyleRole::{Anchor, Dim, Domain, Found, Text, Url, Warning};
    [Text, Dim, Domain, Anchor, Url, Found, Warning]
};

/// The backgrounds of terminals for themes that don't paint one.
fn terminal_backgrounds(theme: &str) -> Vec<[u8; 3]> {
    match theme {
        "dark" => vec![[0, 0, 0], [30, 30, 30], [40, 40, 40]],
        "light" => vec![[255, 255, 255], [250, 250, 250], [245, 245, 240]],
        _ => Vec::new(),
    }
}

fn rgb(color: Color) -> [u8; 3] {
    match color {
        Color::Rgb(red, green, blue) => [red, green, blue],
        Color::Indexed(16) => [0, 0, 0],
        Color::Indexed(number @ 17..=231) => {
            let step = |part: u8| if part == 0 { 0 } else { 55 + part * 40 };
            let number = number - 16;
            [step(number / 36), step(number / 6 % 6), step(number % 6)]
        }
        Color::Indexed(number @ 232..) => [8 + (number - 232) * 10; 3],
        other => panic!("{other:?} differs from terminal to terminal"),
    }
}

fn luminance(color: [u8; 3]) -> f64 {
    let [red, green, blue] = color.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn the_text_of_every_theme_can_be_read() {
    assert!((contrast([255; 3], [0; 3]) - 21.0).abs() < 0.01, "the formula");
    let mut weak = Vec::new();
    // The others use the terminal's own 16 colors, or none.
    for name in theme_names().filter(|name| !["sixteen", "plain"].contains(name)) {
        let text = format!("theme = \"{name}\"\n");
        let theme = Config::read(Some(File { name: "c", text: &text }), ColorSupport::Many).unwrap().theme;
        let base = theme.style(StyleRole::Text);
        let surface = |role| rgb(theme.style(role).bg.unwrap());
        let mut surfaces: Vec<[u8; 3]> = base.bg.map_or_else(|| terminal_backgrounds(name), |bg| vec![rgb(bg)]);
        // Lines of the table and messages.
        surfaces.push(surface(StyleRole::Cursor));
        for role in StyleRole::ALL {
            let style = theme.style(role);
            let Some(fg) = style.fg.or(base.fg) else { continue };
            let least = match role {
                // Lines are decoration: what they frame is read without them.
                StyleRole::Border | StyleRole::BorderActive => continue,
                StyleRole::Dim | StyleRole::Hint => SECONDARY,
                _ => TEXT,
            };
            assert!(!style.add_modifier.contains(Modifier::DIM), "{name} {role:?}");
            let cell = CELLS.contains(&role).then(|| surface(StyleRole::ChosenCell));
            let all = || surfaces.iter().copied().chain(cell).collect();
            for surface in style.bg.map_or_else(all, |bg| vec![rgb(bg)]) {
                let found = contrast(rgb(fg), surface);
                if found < least {
                    weak.push(format!("{name}: {role:?} on {surface:?} has {found:.2}, needs {least}"));
                }
            }
        }
    }
    assert!(weak.is_empty(), "{}", weak.join("\n"));
}
