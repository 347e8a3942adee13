//! The screen as text, to compare and review.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

use super::console::TestConsole;
use super::roles::Roles;

pub struct Picture(Buffer);

impl Picture {
    pub fn of(console: &TestConsole) -> Picture {
        let picture = Picture(console.buffer().clone());
        for (cell, x, y) in picture.cells() {
            assert!(!cell.symbol().chars().any(char::is_control), "a control character at {x},{y}");
        }
        picture
    }

    fn cells(&self) -> impl Iterator<Item = (&Cell, u16, u16)> {
        let at = move |y| (0..self.0.area.width).map(move |x| (&self.0[(x, y)], x, y));
        (0..self.0.area.height).flat_map(at)
    }

    /// The lines of text, without trailing blanks.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for y in 0..self.0.area.height {
            let mut line = String::new();
            let mut x = 0;
            while x < self.0.area.width {
                let cell = &self.0[(x, y)];
                line.push_str(cell.symbol());
                x += width(cell);
            }
            let _ = writeln!(text, "{}", line.trim_end()); // Writing to a string can't fail.
        }
        text
    }

    /// For each line the roles of its cells and how many cells have each, from left to right: `3: border 1, text 78, border 1`.
    /// Equal lines are combined: `4-9: …`.
    pub fn roles(&self) -> String {
        let roles = Roles::of_config();
        let mut lines: Vec<(u16, u16, String)> = Vec::new();
        for y in 0..self.0.area.height {
            let line = self.roles_of_line(&roles, y);
            match lines.last_mut() {
                Some((_, last, same)) if *same == line => *last = y + 1,
                _ => lines.push((y + 1, y + 1, line)),
            }
        }
        let ranges = lines.into_iter().map(|(first, last, line)| {
            let to = if first == last { String::new() } else { format!("-{last}") };
            format!("{first}{to}: {line}\n")
        });
        ranges.collect()
    }

    fn roles_of_line(&self, roles: &Roles, y: u16) -> String {
        let mut runs: Vec<(String, u16)> = Vec::new();
        let mut x = 0;
        while x < self.0.area.width {
            let cell = &self.0[(x, y)];
            assert_eq!(cell.modifier, Modifier::empty(), "a modifier of no role at {x},{y}");
            let role = roles.of(cell.fg, cell.bg);
            let width = width(cell);
            match runs.last_mut() {
                Some((same, cells)) if *same == role => *cells += width,
                _ => runs.push((role, width)),
            }
            x += width;
        }
        runs.iter().map(|(role, cells)| format!("{role} {cells}")).collect::<Vec<_>>().join(", ")
    }

    pub fn assert_no_color(&self) {
        for (cell, x, y) in self.cells() {
            assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset), "a color despite NO_COLOR at {x},{y}");
        }
    }
}

/// The width in cells: a wide character covers the next cell.
fn width(cell: &Cell) -> u16 {
    u16::try_from(cell.symbol().width().max(1)).unwrap()
}
