//! How many colours a terminal has, by what it says of itself, and the nearest one of few.

use ratatui::style::Color;

use super::paths::Environment;

/// The theme of who chooses none, and of who chooses one with a mistake in it.
pub const DEFAULT_THEME: &str = "dark";

/// How many colours there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColorSupport {
    /// None, or none are wanted.
    None,
    /// The sixteen that nearly every terminal has.
    Sixteen,
    /// 256, or all of them.
    Many,
}

/// The terminals that have no more than sixteen, or say so, by the beginnings of their names up to a `-` or a `.`.
const FEW: [&str; 9] = ["ansi", "cygwin", "eterm", "linux", "putty", "rxvt", "screen", "tmux", "xterm"];
/// Those with a name like one of them that have more.
const MORE: [&str; 5] = ["256color", "direct", "truecolor", "kitty", "ghostty"];
/// Those that have none: vt100 and what came after it.
const NO_COLOURS: &str = "vt";

impl ColorSupport {
    /// What `NO_COLOR`, `COLORTERM` and `TERM` say (no-color.org, and the names of terminfo). A terminal that is not known has
    /// many.
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
        if MORE.iter().any(|more| terminal.contains(more)) {
            ColorSupport::Many
        } else if FEW.contains(&name) {
            ColorSupport::Sixteen
        } else if name.strip_prefix(NO_COLOURS).is_some_and(|model| model.starts_with(|c: char| c.is_ascii_digit())) {
            ColorSupport::None
        } else {
            ColorSupport::Many
        }
    }
}

impl ColorSupport {
    /// The theme that is used where `wanted` is set.
    pub fn theme(self, wanted: &str) -> &str {
        match (self, wanted) {
            (ColorSupport::None, _) => "plain",
            (ColorSupport::Sixteen, DEFAULT_THEME) => "sixteen",
            (_, theme) => theme,
        }
    }
}

/// The sixteen colours by their numbers, and what they look like where nobody changed them.
const SIXTEEN: [(Color, [u8; 3]); 16] = [
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

/// The one of the sixteen that looks most like a colour; one of them stays as it is.
pub(super) fn nearest(color: Color) -> Color {
    let looks = match color {
        Color::Rgb(red, green, blue) => [red, green, blue],
        Color::Indexed(number @ 0..16) => {
            return SIXTEEN.get(usize::from(number)).map_or(color, |(color, _)| *color);
        }
        // A cube of six by six by six colours (xterm's 256 colours), then greys.
        Color::Indexed(number @ 16..=231) => {
            let step = |part: u8| if part == 0 { 0 } else { 55 + part * 40 };
            let number = number - 16;
            [step(number / 36), step(number / 6 % 6), step(number % 6)]
        }
        Color::Indexed(number) => [8 + (number - 232) * 10; 3],
        named => return named,
    };
    let distance =
        |other: &[u8; 3]| -> u32 { looks.iter().zip(other).map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum() };
    SIXTEEN.iter().min_by_key(|(_, other)| distance(other)).map_or(color, |(color, _)| *color)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    #[test]
    fn terminals_say_how_many_they_have() {
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
    fn the_nearest_of_few() {
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
