//! Where everything stands on the screen: pure arithmetic on the size of the terminal, used to draw and to find out what
//! a click hit and how long a page is.

use ratatui::layout::Rect;

/// Below this width nothing useful fits.
pub const MIN_WIDTH: u16 = 40;
/// Below this height nothing useful fits.
pub const MIN_HEIGHT: u16 = 12;
/// From this width on the detail pane stands at the right of the table.
const SIDE_WIDTH: u16 = 100;
/// From this height on the detail pane shows below the table without being asked for.
const BELOW_HEIGHT: u16 = 30;

/// The size to draw in, of a terminal that says it has this one. One that does not know its size, as a serial line, says 0: it
/// has 80x24, as terminals do. What no screen has, in the smallest letters, would only take memory.
pub fn usable_size((width, height): (u16, u16)) -> (u16, u16) {
    const USUAL: (u16, u16) = (80, 24);
    const LARGEST: (u16, u16) = (2000, 1000);
    let usable = |size: u16, usual, largest| if size == 0 { usual } else { size.min(largest) };
    (usable(width, USUAL.0, LARGEST.0), usable(height, USUAL.1, LARGEST.1))
}

/// Whether the detail pane is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DetailVisibility {
    /// Where there is room.
    #[default]
    Auto,
    /// Yes, even where it takes room from the table.
    RowOrder,
    /// No.
    Hidden,
}

/// What the places on the screen depend on.
#[derive(Clone, Copy, Debug)]
pub struct LayoutInput {
    /// Columns of the terminal.
    pub width: u16,
    /// Rows of the terminal.
    pub height: u16,
    /// Whether there is a filter to show or to type.
    pub filter_line: bool,
    /// Whether the table stands in the middle.
    pub table: bool,
    /// Whether the detail pane is wanted.
    pub detail: DetailVisibility,
}

/// The places. One that has no room or no use is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The target box.
    pub target: Rect,
    /// The filter line.
    pub filter: Rect,
    /// All between the target box and the status line, for pages and the waiting panel.
    pub main: Rect,
    /// The table with its header.
    pub table: Rect,
    /// The detail pane.
    pub detail: Rect,
    /// The status line.
    pub status: Rect,
    /// The credit counter: on a line of its own, or at the right of the status line.
    pub credits: Rect,
    /// The line of keys.
    pub keys: Rect,
}

impl Layout {
    /// The places on a screen of this shape; all are empty where the terminal is too small.
    pub fn new(shape: &LayoutInput) -> Layout {
        let (width, height) = (shape.width, shape.height);
        if width < MIN_WIDTH || height < MIN_HEIGHT {
            return Layout::default();
        }
        let roomy = width >= 70 && height >= 16;
        let target_height = if roomy { 3 } else { 2 };
        let credits_own_line = width < 76;
        let foot = if credits_own_line { 3 } else { 2 };
        let target = Rect::new(0, 0, width, target_height);
        let main = Rect::new(0, target_height, width, height - target_height - foot);
        let filter = if shape.filter_line { Rect { height: 1, ..main } } else { Rect::ZERO };
        let main = Rect { y: main.y + filter.height, height: main.height - filter.height, ..main };
        let (table, detail) = if shape.table { split(main, shape.detail) } else { (Rect::ZERO, Rect::ZERO) };
        let below = main.bottom();
        let status = Rect::new(0, below, width, 1);
        let credits = Rect { y: below + u16::from(credits_own_line), ..status };
        Layout { target, filter, main, table, detail, status, credits, keys: Rect::new(0, height - 1, width, 1) }
    }

    /// Whether the terminal is too small for anything.
    pub fn is_too_small(&self) -> bool {
        self.keys.is_empty()
    }

    /// Lines of links that the table has room for, at least 1, so that a page is never nothing.
    pub fn table_lines(&self) -> usize {
        usize::from(self.table.height.saturating_sub(1).max(1))
    }
}

/// Shares the middle between the table and the detail pane.
fn split(main: Rect, wish: DetailVisibility) -> (Rect, Rect) {
    let at_side = main.width >= SIDE_WIDTH;
    let shown = match wish {
        DetailVisibility::Auto => at_side || main.height + 5 >= BELOW_HEIGHT,
        DetailVisibility::RowOrder => true,
        DetailVisibility::Hidden => false,
    };
    if !shown {
        (main, Rect::ZERO)
    } else if at_side {
        let detail = (main.width * 3 / 10).clamp(34, 72);
        let table = Rect { width: main.width - detail, ..main };
        (table, Rect { x: table.right(), width: detail, ..main })
    } else if main.height < 10 {
        // Too low to share: the detail pane stands in for the table.
        (Rect::ZERO, main)
    } else {
        let table = Rect { height: main.height / 2, ..main };
        (table, Rect { y: table.bottom(), height: main.height - table.height, ..main })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_without_a_size_or_with_an_absurd_one_is_drawn_on() {
        for (said, used) in [
            ((0, 0), (80, 24)),
            ((0, 50), (80, 50)),
            ((120, 0), (120, 24)),
            ((120, 36), (120, 36)),
            ((65535, 65535), (2000, 1000)),
        ] {
            assert_eq!(usable_size(said), used);
        }
    }

    #[test]
    fn places_never_overlap_and_never_leave_the_screen() {
        for width in 0..220 {
            for height in 0..70 {
                for (filter_line, table) in [(false, false), (false, true), (true, true)] {
                    for detail in [DetailVisibility::Auto, DetailVisibility::RowOrder, DetailVisibility::Hidden] {
                        let layout = Layout::new(&LayoutInput { width, height, filter_line, table, detail });
                        let Layout { target, filter, table, detail, status, credits, keys, main } = layout;
                        let own_line = if credits == status { Rect::ZERO } else { credits };
                        let places = [target, filter, table, detail, status, own_line, keys];
                        let screen = Rect::new(0, 0, width, height);
                        for (i, place) in places.iter().enumerate() {
                            assert!(place.is_empty() || screen.intersection(*place) == *place, "{width}x{height}");
                            for other in &places[i + 1..] {
                                assert!(place.intersection(*other).is_empty(), "{width}x{height} {layout:?}");
                            }
                        }
                        assert!(layout.is_too_small() || main.height >= 5, "{width}x{height} {layout:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_detail_pane_stands_where_there_is_room() {
        let shape = |width, height, detail| LayoutInput { width, height, filter_line: false, table: true, detail };
        assert!(Layout::new(&shape(80, 24, DetailVisibility::Auto)).detail.is_empty());
        assert!(Layout::new(&shape(120, 36, DetailVisibility::Auto)).detail.x > 60);
        assert!(Layout::new(&shape(80, 50, DetailVisibility::Auto)).detail.y > 20);
        assert!(Layout::new(&shape(40, 12, DetailVisibility::RowOrder)).table.is_empty());
        assert!(Layout::new(&shape(120, 36, DetailVisibility::Hidden)).detail.is_empty());
    }
}
