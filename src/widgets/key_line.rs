//! The key line: the keys that apply now.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::text::put;
use crate::layout::cells::width;

#[derive(Clone, Copy, Debug)]
pub struct KeyLine<'a> {
    /// Keys and what they do, most useful first.
    pub hints: &'a [(String, String)],
    /// The number of hints at the end that are always drawn.
    pub kept: usize,
    pub key: Style,
    pub hint: Style,
}

const GAP: usize = 2;

impl KeyLine<'_> {
    /// Draws as many hints as fit.
    pub fn render(&self, area: Rect, buf: &mut Buffer) {
        let wide = |(key, hint): &(String, String)| width(key) + 1 + width(hint) + GAP;
        let (first, last) = self.hints.split_at(self.hints.len().saturating_sub(self.kept));
        let mut room = usize::from(area.width) + GAP;
        room = room.saturating_sub(last.iter().map(wide).sum());
        let fitting = first.iter().take_while(|hint| {
            let fits = wide(hint) <= room;
            room = room.saturating_sub(wide(hint));
            fits
        });
        let mut rest = area.intersection(buf.area);
        let mut write = |text: &str, style| {
            // The gap after the last hint may not fit; leave it out without an ellipsis.
            if text.trim().is_empty() && width(text) > usize::from(rest.width) {
                return;
            }
            let taken = put(buf, rest, text, style);
            rest = Rect { x: rest.x + taken, width: rest.width - taken, ..rest };
        };
        for (key, hint) in fitting.chain(last) {
            write(key, self.key);
            write(" ", self.hint);
            write(hint, self.hint);
            write("  ", self.hint);
        }
    }
}
