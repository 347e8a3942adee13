//! Draws the README's picture from the screen of the real program.

use std::fmt::Write as _;
use std::fs;

use super::terminal::Session;

const FONT_SIZE: f64 = 14.0;
const CELL: (f64, f64) = (8.4, 18.0);
const BACKGROUND: &str = "#121417";
const FOREGROUND: &str = "#d6d8da";

/// Not a check: it writes `assets/screen.svg`.
#[test]
#[ignore = "writes assets/screen.svg"]
fn make_the_picture() {
    let mut session = Session::start(&["--demo"], &[("SSH_TTY", "/dev/pts/9")]);
    session.resize(116, 30);
    session.wait_for("Demo targets");
    session.keys("tidepool.example\r");
    session.wait_for("session 500 cr · balance 99,500 cr");
    session.keys("/domain:.com|.org -anchor:=\"\"\r");
    session.wait_for("of 100 links");
    session.keys("lsjj j jjj ");
    session.wait_for("3 marked");
    session.keys("y");
    session.wait_for("copied 3 referring pages");
    let svg = session.with_screen(draw);
    fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/screen.svg"), svg).unwrap();
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
}

fn draw(screen: &vt100::Screen) -> String {
    let (rows, columns) = (screen.size().0.get(), screen.size().1.get());
    let (width, height) = (f64::from(columns) * CELL.0 + 24.0, f64::from(rows) * CELL.1 + 24.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" font-size=\"{FONT_SIZE}\" \
         font-family=\"'DejaVu Sans Mono',Menlo,Consolas,monospace\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n"
    );
    for row in 0..rows {
        let y = 12.0 + f64::from(row) * CELL.1;
        let mut column = 0;
        while column < columns {
            let Some(first) = screen.cell(row, column) else { break };
            let style = look(first);
            let begin = column;
            let mut text = String::new();
            // Cells of the same style are one text element, stretched so that the reader's font does not matter; a wide
            // character is a separate one.
            while let Some(cell) = screen.cell(row, column).filter(|cell| look(cell) == style) {
                let wide = cell.is_wide();
                if wide && !text.is_empty() {
                    break;
                }
                text.push_str(if cell.has_contents() { cell.contents() } else { " " });
                column += if wide { 2 } else { 1 };
                if wide {
                    break;
                }
            }
            let (x, width) = (12.0 + f64::from(begin) * CELL.0, f64::from(column - begin) * CELL.0);
            if let Some(color) = &style.background {
                writeln!(
                    svg,
                    "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{:.1}\" fill=\"{color}\"/>",
                    CELL.1
                )
                .unwrap();
            }
            let shown = text.trim_end();
            if shown.trim().is_empty() {
                continue;
            }
            let width = unicode_width::UnicodeWidthStr::width(shown) as f64 * CELL.0;
            let shown = shown.replace('&', "&amp;").replace('<', "&lt;");
            let baseline = y + CELL.1 * 0.75;
            let Look { color, extra, .. } = style;
            writeln!(
                svg,
                "<text xml:space=\"preserve\" x=\"{x:.1}\" y=\"{baseline:.1}\" textLength=\"{width:.1}\" \
                 lengthAdjust=\"spacingAndGlyphs\" fill=\"{color}\"{extra}>{shown}</text>"
            )
            .unwrap();
        }
    }
    svg + "</svg>\n"
}

#[derive(Clone, PartialEq)]
struct Look {
    color: String,
    background: Option<String>,
    extra: String,
}

fn look(cell: &vt100::Cell) -> Look {
    let weight = if cell.bold() { " font-weight=\"bold\"" } else { "" };
    let line = if cell.underline() { " text-decoration=\"underline\"" } else { "" };
    Look {
        color: color(cell.fgcolor()).unwrap_or_else(|| FOREGROUND.to_owned()),
        background: color(cell.bgcolor()),
        extra: format!("{weight}{line}"),
    }
}

/// The color of a cell in xterm's 256-color palette; `None` for the default color.
fn color(color: vt100::Color) -> Option<String> {
    match color {
        vt100::Color::Default => None,
        vt100::Color::Rgb(red, green, blue) => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
        vt100::Color::Idx(index @ 232..) => {
            let gray = 8 + 10 * (index - 232);
            Some(format!("#{gray:02x}{gray:02x}{gray:02x}"))
        }
        vt100::Color::Idx(index @ 16..) => {
            let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
            let cube = index - 16;
            let (red, green, blue) = (level(cube / 36), level(cube / 6 % 6), level(cube % 6));
            Some(format!("#{red:02x}{green:02x}{blue:02x}"))
        }
        vt100::Color::Idx(_) => Some(FOREGROUND.to_owned()),
    }
}
