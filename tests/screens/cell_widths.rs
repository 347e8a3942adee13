//! Every character is drawn with its measured width; otherwise columns would not align.

use kew_tui::layout::cells::width;
use kew_tui::widgets::text::put;

#[test]
fn every_letter_takes_the_cells_it_is_measured_with() {
    let line = ratatui::layout::Rect::new(0, 0, 40, 1);
    let mut buffer = ratatui::buffer::Buffer::empty(line);
    for letter in (0..=0x2_0000).filter_map(char::from_u32) {
        // After another character and alone, since some join the previous one.
        for text in [format!("ｱ{letter}x"), format!("{letter}x")] {
            let taken = put(&mut buffer, line, &text, ratatui::style::Style::new());
            assert_eq!(usize::from(taken), width(&text), "{letter:?}");
        }
    }
}
