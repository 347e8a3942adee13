//! How many colors a terminal supports, and the nearest of 16 colors.

use ratatui::style::Color;

use super::paths::Environment;

/// Used if no theme is set, or the one that is set has errors.
pub const DEFAULT_THEME: &str = "dark";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColorSupport {
    /// Not supported, or turned off with `NO_COLOR`.
    None,
    /// The 16 ANSI colors.
    Sixteen,
    /// 256 colors or true color.
    Many,
}

/// Terminals with 16 colors, by the part of TERM up to the first `-` or `.`.
const SIXTEEN_COLOR_TERMS: [&str; 9] = ["ansi", "cygwin", "eterm", "linux", "putty", "rxvt", "screen", "tmux", "xterm"];
/// Parts of TERM that mean more colors, even for the terminals above.
const MANY_COLOR_MARKERS: [&str; 5] = ["256color", "direct", "truecolor", "kitty", "ghostty"];
/// Prefix of TERM for terminals without colors: vt100 and its successors.
const NO_COLOR_PREFIX: &str = "vt";

impl ColorSupport {
    /// Decides by `NO_COLOR` (no-color.org), `COLORTERM` and `TERM` (terminfo names). An unknown terminal has many colors.
    pub fn of(environment: Environment<'_>) -> ColorSupport {
        let text = |name| environment(name).and_then(|value| value.into_string().ok()).unwrap_or_default();
        if environment("NO_COLOR").is_some_and(|value| !value.is_empty()) {
            return ColorSupport::None;
        }
        if matches!(text("COLORTERM").as_str(), "truecolor" | "24bit") {
            return ColorSupport::Many;
        }
        let terminal = text("TERM").to_lowercase();
        let name = terminal.split(['-', '.']).next().unwrap_or_default();
        if MANY_COLOR_MARKERS.iter().any(|more| terminal.contains(more)) {
            ColorSupport::Many
        } else if SIXTEEN_COLOR_TERMS.contains(&name) {
            ColorSupport::Sixteen
        } else if name
            .strip_prefix(NO_COLOR_PREFIX)
            .is_some_and(|model| model.starts_with(|c: char| c.is_ascii_digit()))
        {
            ColorSupport::None
        } else {
            ColorSupport::Many
        }
    }
}

impl ColorSupport {
    /// The theme to use if the user has set `wanted`.
    pub fn theme(self, wanted: &str) -> &str {
        match (self, wanted) {
            (ColorSupport::None, _) => "plain",
            (ColorSupport::Sixteen, DEFAULT_THEME) => "sixteen",
            (_, theme) => theme,
        }
    }
}

/// The 16 ANSI colors in order, with their usual RGB values.
const ANSI_COLORS: [(Color, [u8; 3]); 16] = [
    (Color::Black, [0, 0, 0]),
    (Color::Red, [170, 0, 0]),
    (Color::Green, [0, 170, 0]),
    (Color::Yellow, [170, 85, 0]),
    (Color::Blue, [0, 0, 170]),
    (Color::Magenta, [170, 0, 170]),
    (Color::Cyan, [0, 170, 170]),
    (Color::Gray, [170, 170, 170]),
    (Color::DarkGray, [85, 85, 85]),
    (Color::LightRed, [255, 85, 85]),
    (Color::LightGreen, [85, 255, 85]),
    (Color::LightYellow, [255, 255, 85]),
    (Color::LightBlue, [85, 85, 255]),
    (Color::LightMagenta, [255, 85, 255]),
    (Color::LightCyan, [85, 255, 255]),
    (Color::White, [255, 255, 255]),
];

/// The ANSI color closest to `color`. Named colors stay as they are.
pub(super) fn nearest(color: Color) -> Color {
    let rgb = match color {
        Color::Rgb(red, green, blue) => [red, green, blue],
        Color::Indexed(number @ 0..16) => {
            return ANSI_COLORS.get(usize::from(number)).map_or(color, |(color, _)| *color);
        }
        // xterm's 256 colors: a 6x6x6 cube, then grays.
        Color::Indexed(number @ 16..=231) => {
            let step = |part: u8| if part == 0 { 0 } else { 55 + part * 40 };
            let number = number - 16;
            [step(number / 36), step(number / 6 % 6), step(number % 6)]
        }
        Color::Indexed(number) => [8 + (number - 232) * 10; 3],
        named => return named,
    };
    let distance =
        |other: &[u8; 3]| -> u32 { rgb.iter().zip(other).map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum() };
    ANSI_COLORS.iter().min_by_key(|(_, other)| distance(other)).map_or(color, |(color, _)| *color)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    #[test]
    fn color_support_by_terminal() {
        for (terminal, colorterm, colors) in [
            ("xterm-256color", "", ColorSupport::Many),
            ("xterm-kitty", "", ColorSupport::Many),
            ("alacritty", "", ColorSupport::Many),
            ("", "", ColorSupport::Many),
            ("xterm", "", ColorSupport::Sixteen),
            ("xterm", "truecolor", ColorSupport::Many),
            ("xterm-16color", "", ColorSupport::Sixteen),
            ("screen.xterm", "", ColorSupport::Sixteen),
            ("linux", "", ColorSupport::Sixteen),
            ("vt100", "", ColorSupport::None),
            ("vte", "", ColorSupport::Many),
        ] {
            let environment = |name: &str| match name {
                "TERM" => Some(OsString::from(terminal)),
                "COLORTERM" => Some(OsString::from(colorterm)),
                _ => None,
            };
            assert_eq!(ColorSupport::of(&environment), colors, "{terminal} {colorterm}");
        }
        assert_eq!(ColorSupport::of(&|name| Some(OsString::from(name))), ColorSupport::None, "NO_COLOR is set");
    }

    #[test]
    fn nearest_ansi_color() {
        for (color, near) in [
            (Color::Rgb(250, 90, 80), Color::LightRed),
            (Color::Indexed(80), Color::LightCyan),
            (Color::Indexed(236), Color::DarkGray),
            (Color::Indexed(255), Color::White),
            (Color::Indexed(3), Color::Yellow),
            (Color::Red, Color::Red),
            (Color::Reset, Color::Reset),
        ] {
            assert_eq!(nearest(color), near, "{color:?}");
        }
    }
}
