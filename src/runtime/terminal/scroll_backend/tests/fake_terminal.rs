//! A fake terminal that gives characters of disputed width 0, 1 or 2 cells, as real terminals have been seen to do.

use unicode_width::UnicodeWidthChar;

use crate::layout::letters::is_disputed;

/// What a cell shows, and whether it has a background.
pub(super) type Shown = (String, bool);

fn blank() -> Shown {
    (" ".to_owned(), false)
}

pub(super) struct FakeTerminal {
    seed: u32,
    width: usize,
    /// The symbol of each cell; empty for the second cell of a wide character.
    lines: Vec<Vec<Shown>>,
    /// Whether text is currently written with a background color.
    colored: bool,
    at: (usize, usize),
    wraps: bool,
    /// The scroll region: first line, and end.
    region: (usize, usize),
}

impl FakeTerminal {
    pub(super) fn new(seed: u32, width: usize, height: usize) -> FakeTerminal {
        let lines = vec![vec![blank(); width]; height];
        FakeTerminal { seed, width, lines, at: (0, 0), colored: false, wraps: true, region: (0, height) }
    }

    pub(super) fn cells(self) -> Vec<Shown> {
        self.lines.into_iter().flatten().collect()
    }

    pub(super) fn process(&mut self, text: &str) {
        let mut rest = text;
        while let Some(ch) = rest.chars().next() {
            if let Some(sequence) = rest.strip_prefix("\u{1b}[") {
                let end = sequence.find(|c: char| c.is_ascii_alphabetic()).unwrap();
                self.control(&sequence[..end], &sequence[end..=end]);
                rest = &sequence[end + 1..];
            } else {
                self.print(ch);
                rest = &rest[ch.len_utf8()..];
            }
        }
    }

    fn control(&mut self, parameters: &str, command: &str) {
        let height = self.lines.len();
        let mut numbers = parameters.split(';').map(|number| number.parse::<usize>().ok());
        let mut number = |default: usize| numbers.next().flatten().unwrap_or(default);
        match (parameters, command) {
            ("?7", "h") => self.wraps = true,
            ("?7", "l") => self.wraps = false,
            ("2", "K") => self.lines[self.at.1] = vec![blank(); self.width],
            (_, "H") => {
                let (y, x) = (number(1), number(1));
                self.at = (x - 1, y - 1);
            }
            (_, "r") => self.region = (number(1) - 1, number(height)),
            (_, "M" | "L") => {
                let lines = &mut self.lines[self.at.1..self.region.1];
                let by = number(1);
                let blank = vec![blank(); self.width];
                if command == "M" {
                    lines.rotate_left(by);
                    lines.iter_mut().rev().take(by).for_each(|line| line.clone_from(&blank));
                } else {
                    lines.rotate_right(by);
                    lines.iter_mut().take(by).for_each(|line| line.clone_from(&blank));
                }
            }
            (_, "m") => match parameters.rfind("48;").max(parameters.rfind("49")) {
                Some(at) => self.colored = parameters[at..].starts_with("48;"),
                None if matches!(parameters, "" | "0") => self.colored = false,
                None => {}
            },
            other => panic!("{other:?}"),
        }
    }

    /// The number of cells of a character; pseudo-random for one of disputed width.
    fn cells_of(&self, ch: char) -> usize {
        if is_disputed(ch.encode_utf8(&mut [0; 4])) {
            ((u32::from(ch).wrapping_mul(2_654_435_761) ^ self.seed) >> 7) as usize % 3
        } else {
            ch.width().unwrap()
        }
    }

    fn print(&mut self, ch: char) {
        let cells = self.cells_of(ch);
        if cells == 0 {
            let line = &mut self.lines[self.at.1];
            let before = line[..self.at.0].iter_mut().rev().find(|cell| !cell.0.is_empty());
            return before.into_iter().for_each(|cell| cell.0.push(ch));
        }
        if self.at.0 + cells > self.width {
            self.at = if self.wraps {
                (0, (self.at.1 + 1).min(self.lines.len() - 1))
            } else {
                (self.width - cells, self.at.1)
            };
        }
        let (x, y) = self.at;
        let line = &mut self.lines[y];
        // Overwriting one cell of a wide character blanks the other.
        if line[x].0.is_empty() {
            line[x - 1].0 = " ".to_owned();
        }
        if line.get(x + cells).is_some_and(|cell| cell.0.is_empty()) {
            line[x + cells].0 = " ".to_owned();
        }
        line[x] = (ch.to_string(), self.colored);
        line[x + 1..x + cells].iter_mut().for_each(|cell| *cell = (String::new(), self.colored));
        self.at.0 += cells;
    }
}
