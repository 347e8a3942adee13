//! The areas of the screen, computed from the size of the terminal. Used for drawing, for hit testing and for the
//! length of a page.

use ratatui::layout::Rect;

// Nothing useful fits into a smaller terminal.
pub const MIN_WIDTH: u16 = 40;
pub const MIN_HEIGHT: u16 = 12;
/// At this width or more, the detail pane is to the right of the table.
const SIDE_WIDTH: u16 = 100;
/// At this height or more, the detail pane is shown below the table by default.
const BELOW_HEIGHT: u16 = 30;

/// The size to draw in, for a terminal that reports this size. A terminal that does not know its size, such as a
/// serial line, reports 0 and is assumed to be 80x24. An absurdly large size is limited, since it would only waste
/// memory.
pub fn usable_size((width, height): (u16, u16)) -> (u16, u16) {
    const DEFAULT: (u16, u16) = (80, 24);
    const MAX: (u16, u16) = (2000, 1000);
    let usable = |size: u16, default, max| if size == 0 { default } else { size.min(max) };
    (usable(width, DEFAULT.0, MAX.0), usable(height, DEFAULT.1, MAX.1))
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DetailVisibility {
    /// Shown if there is room.
    #[default]
    Auto,
    /// Shown even if it takes room from the table.
    Shown,
    Hidden,
}

/// What the layout depends on.
#[derive(Clone, Copy, Debug)]
pub struct LayoutInput {
    pub width: u16,
    pub height: u16,
    /// Whether there is a filter to show or to edit.
    pub filter_line: bool,
    /// Whether the main area shows the table.
    pub table: bool,
    pub detail: DetailVisibility,
}

/// The areas of the screen. An area that does not fit or is not needed is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    pub target: Rect,
    pub filter: Rect,
    /// Everything between the filter line and the status line.
    pub main: Rect,
    /// Including the header.
    pub table: Rect,
    pub detail: Rect,
    pub status: Rect,
    /// The credit counter: a line of its own, or equal to `status`, where it is right-aligned.
    pub credits: Rect,
    pub keys: Rect,
}

impl Layout {
    /// All areas are empty if the terminal is too small.
    pub fn new(input: &LayoutInput) -> Layout {
        let (width, height) = (input.width, input.height);
        if width < MIN_WIDTH || height < MIN_HEIGHT {
            return Layout::default();
        }
        let is_roomy = width >= 70 && height >= 16;
        let target_height = if is_roomy { 3 } else { 2 };
        let credits_own_line = width < 76;
        let footer_height = if credits_own_line { 3 } else { 2 };
        let target = Rect::new(0, 0, width, target_height);
        let main = Rect::new(0, target_height, width, height - target_height - footer_height);
        let filter = if input.filter_line { Rect { height: 1, ..main } } else { Rect::ZERO };
        let main = Rect { y: main.y + filter.height, height: main.height - filter.height, ..main };
        let (table, detail) = if input.table { split(main, input.detail) } else { (Rect::ZERO, Rect::ZERO) };
        let status = Rect::new(0, main.bottom(), width, 1);
        let credits = Rect { y: status.y + u16::from(credits_own_line), ..status };
        Layout { target, filter, main, table, detail, status, credits, keys: Rect::new(0, height - 1, width, 1) }
    }

    pub fn is_too_small(&self) -> bool {
        self.keys.is_empty()
    }

    /// The number of lines of links that fit, at least 1, so that a page is never empty.
    pub fn table_lines(&self) -> usize {
        usize::from(self.table.height.saturating_sub(1).max(1))
    }
}

/// Splits the main area into the table and the detail pane.
fn split(main: Rect, visibility: DetailVisibility) -> (Rect, Rect) {
    let at_side = main.width >= SIDE_WIDTH;
    let is_shown = match visibility {
        DetailVisibility::Auto => at_side || main.height + 5 >= BELOW_HEIGHT,
        DetailVisibility::Shown => true,
        DetailVisibility::Hidden => false,
    };
    if !is_shown {
        (main, Rect::ZERO)
    } else if at_side {
        let detail = (main.width * 3 / 10).clamp(34, 72);
        let table = Rect { width: main.width - detail, ..main };
        (table, Rect { x: table.right(), width: detail, ..main })
    } else if main.height < 10 {
        // Too short for both: the detail pane replaces the table.
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
    fn unknown_and_absurd_terminal_sizes_are_replaced() {
        for (reported, used) in [
            ((0, 0), (80, 24)),
            ((0, 50), (80, 50)),
            ((120, 0), (120, 24)),
            ((120, 36), (120, 36)),
            ((65535, 65535), (2000, 1000)),
        ] {
            assert_eq!(usable_size(reported), used);
        }
    }

    #[test]
    fn areas_never_overlap_and_never_leave_the_screen() {
        for width in 0..220 {
            for height in 0..70 {
                for (filter_line, table) in [(false, false), (false, true), (true, true)] {
                    for detail in [DetailVisibility::Auto, DetailVisibility::Shown, DetailVisibility::Hidden] {
                        let layout = Layout::new(&LayoutInput { width, height, filter_line, table, detail });
                        let Layout { target, filter, table, detail, status, credits, keys, main } = layout;
                        let own_line = if credits == status { Rect::ZERO } else { credits };
                        let areas = [target, filter, table, detail, status, own_line, keys];
                        let screen = Rect::new(0, 0, width, height);
                        for (i, area) in areas.iter().enumerate() {
                            assert!(area.is_empty() || screen.intersection(*area) == *area, "{width}x{height}");
                            for other in &areas[i + 1..] {
                                assert!(area.intersection(*other).is_empty(), "{width}x{height} {layout:?}");
                            }
                        }
                        assert!(layout.is_too_small() || main.height >= 5, "{width}x{height} {layout:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_detail_pane_is_placed_where_there_is_room() {
        let input = |width, height, detail| LayoutInput { width, height, filter_line: false, table: true, detail };
        assert!(Layout::new(&input(80, 24, DetailVisibility::Auto)).detail.is_empty());
        assert!(Layout::new(&input(120, 36, DetailVisibility::Auto)).detail.x > 60);
        assert!(Layout::new(&input(80, 50, DetailVisibility::Auto)).detail.y > 20);
        assert!(Layout::new(&input(40, 12, DetailVisibility::Shown)).table.is_empty());
        assert!(Layout::new(&input(120, 36, DetailVisibility::Hidden)).detail.is_empty());
    }
}
