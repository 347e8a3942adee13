//! After any steps, the terminal shows the same as when only the last screen is drawn.

use std::num::NonZeroU16;

use proptest::prelude::*;
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::CellDiffOption;
use ratatui::style::{Color, Modifier, Style};

use unicode_segmentation::UnicodeSegmentation;

use super::*;
use crate::layout::letters::{cluster_width, is_disputed};

mod fake_terminal;

use fake_terminal::{FakeTerminal, Shown};

const SIZE: Rect = Rect { x: 0, y: 0, width: 60, height: 24 };

/// A screen with a header, a table with the cursor on one of its lines, a pane next to it, and a footer.
fn screen(offset: usize, cursor: u16, pane: usize) -> Buffer {
    let mut buffer = Buffer::empty(SIZE);
    buffer.set_string(0, 0, "a header above everything", Style::new().add_modifier(Modifier::BOLD));
    for line in 0..SIZE.height - 2 {
        let row = offset + usize::from(line);
        let style = if line == cursor { Style::new().bg(Color::Blue) } else { Style::new() };
        let text = format!("{row:4} {} site{}.com", ["カレー", "ascii words", "é", ""][row % 4], row * 7919 % 1_000);
        buffer.set_stringn(0, 1 + line, &text, 50, style);
        buffer.set_string(32, 1 + line, format!("p{}", (pane + usize::from(line)) % 7), Style::new().fg(Color::Red));
    }
    buffer.set_string(0, SIZE.height - 1, format!("line {offset}"), Style::new());
    buffer
}

/// What a terminal shows after `bytes`, cell by cell.
fn shown(bytes: &[u8]) -> Vec<String> {
    let cells = |count| NonZeroU16::new(count).unwrap();
    let mut terminal = vt100::Parser::new(cells(SIZE.height), cells(SIZE.width), 0);
    terminal.process(bytes);
    let cell = |at: Position| {
        let cell = terminal.screen().cell(at.y, at.x).unwrap();
        let text = if cell.has_contents() { cell.contents() } else { " " };
        format!("{text:?} {:?} {:?} {} {}", cell.fgcolor(), cell.bgcolor(), cell.bold(), cell.is_wide_continuation())
    };
    SIZE.positions().map(cell).collect()
}

/// The bytes that draw `screens` one after another.
fn drawn(screens: &[Buffer]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut backend = ScrollBackend::new(CrosstermBackend::new(&mut bytes), SIZE.width, SIZE.height);
    let mut before = Buffer::empty(SIZE);
    for screen in screens {
        Backend::draw(&mut backend, before.diff_iter(screen)).unwrap();
        before = screen.clone();
    }
    assert_eq!(backend.screen, before, "what the backend takes the screen for");
    bytes
}

#[test]
fn scrolling_the_table_takes_few_bytes() {
    for (from, to) in [(10, 11), (11, 10), (20, 17)] {
        let first = drawn(&[screen(from, 5, 0)]).len();
        let both = drawn(&[screen(from, 5, 0), screen(to, 5, 0)]);
        assert!(String::from_utf8_lossy(&both).contains("\x1b[2;23r"), "only the table is scrolled");
        assert!(both.len() - first < first / 2, "{} after {first}", both.len() - first);
    }
}

proptest! {
    #[test]
    fn scrolling_gives_the_same_screen_as_a_full_redraw(steps in prop::collection::vec((0_usize..30, 0_u16..22, 0_usize..9), 1..8)) {
        let screens: Vec<Buffer> = steps.iter().map(|&(offset, cursor, pane)| screen(offset, cursor, pane)).collect();
        let mut redrawn = Vec::new();
        let cells = Buffer::empty(SIZE);
        Backend::draw(&mut CrosstermBackend::new(&mut redrawn), cells.diff_iter(screens.last().unwrap())).unwrap();
        prop_assert_eq!(shown(&drawn(&screens)), shown(&redrawn));
    }
}

/// Texts with and without characters of disputed width.
const DISPUTED: [&str; 8] = [
    "plain",
    "☰ menu ⚊",
    "👍🏽🫨🏽 ok 🫩",
    "ង្គ្រ កា ខ្មែរ",
    "മലയാളം ക്ക",
    "가\u{302e}나\u{302f} \u{1112}\u{1161}\u{11ab}\u{1161}",
    "سلام لا カレー",
    "カ🇩🇪é\u{302}❤",
];

/// Writes text as the view does: each grapheme cluster with its measured width.
fn put(buffer: &mut Buffer, mut x: u16, y: u16, text: &str, style: Style) {
    for cluster in text.graphemes(true) {
        let cells = cluster_width(cluster) as u16;
        if x + cells > SIZE.width {
            break;
        }
        let forced = NonZeroU16::new(cells).map_or(CellDiffOption::None, CellDiffOption::ForcedWidth);
        buffer[(x, y)].set_symbol(cluster).set_style(style).set_diff_option(forced);
        (x + 1..x + cells).for_each(|covered| {
            buffer[(covered, y)].set_symbol("").set_style(style);
        });
        x += cells;
    }
}

/// A screen with such texts on every third line, some of them at the right edge.
fn disputed_screen(offset: usize, cursor: u16) -> Buffer {
    let mut buffer = Buffer::empty(SIZE);
    for line in 0..SIZE.height - 2 {
        let row = offset + usize::from(line);
        let style = if line == cursor { Style::new().bg(Color::Blue) } else { Style::new() };
        let text =
            |i: usize| if row.is_multiple_of(3) { DISPUTED[(row * 7 + i) % DISPUTED.len()] } else { "plain words" };
        for (x, i) in [(0, 0), (20, 1), (SIZE.width - 7, 3)] {
            put(&mut buffer, x, 1 + line, text(i), style);
        }
        put(&mut buffer, 40, 1 + line, &format!("│{row}│"), style);
    }
    buffer
}

/// What a terminal that measures widths differently shows after `screens`. `seed` selects the widths.
fn shown_by(seed: u32, screens: &[&Buffer]) -> Vec<Shown> {
    let mut bytes = Vec::new();
    let mut backend = ScrollBackend::new(CrosstermBackend::new(&mut bytes), SIZE.width, SIZE.height);
    let mut before = Buffer::empty(SIZE);
    for screen in screens {
        Backend::draw(&mut backend, before.diff_iter(screen)).unwrap();
        before = (*screen).clone();
    }
    let mut terminal = FakeTerminal::new(seed, SIZE.width.into(), SIZE.height.into());
    terminal.process(&String::from_utf8(bytes).unwrap());
    terminal.cells()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_ghosts_and_no_shifted_columns_whatever_width_the_terminal_uses(
        seed in any::<u32>(),
        steps in prop::collection::vec((0_usize..30, 0_u16..22, any::<bool>()), 1..8),
    ) {
        let screen = |(offset, cursor, plain): &(usize, u16, bool)| {
            if *plain { screen(*offset, *cursor, 0) } else { disputed_screen(*offset, *cursor) }
        };
        let screens: Vec<Buffer> = steps.iter().map(screen).collect();
        let shown = shown_by(seed, &screens.iter().collect::<Vec<_>>());
        let last = screens.last().unwrap();
        prop_assert_eq!(&shown, &shown_by(seed, &[last]));
        let mut covered = 0;
        for (cell, (shown, colored)) in last.content.iter().zip(&shown) {
            // The second cell of a wide character has the style of the first.
            prop_assert!(covered > 0 || *colored == (cell.bg != Color::Reset), "{:?}", cell.symbol());
            // A zero-width character is drawn onto the cell before.
            let in_place = shown.starts_with(cell.symbol());
            prop_assert!(covered > 0 || is_disputed(cell.symbol()) || in_place, "{:?} {:?}", cell.symbol(), shown);
            covered = if covered > 0 { covered - 1 } else { usize::from(cell.cell_width()) - 1 };
        }
    }
}
