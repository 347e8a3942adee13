//! The running credit counter: what the session spent, and what the account has.

use crate::domain::signs::{DIFFERS, DOT};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::text::put_right;
use crate::domain::Credits;

/// The counter.
#[derive(Clone, Copy, Debug)]
pub struct CreditCounter {
    /// Spent since the start.
    pub session: Credits,
    /// The account's balance; `None` if unknown.
    pub balance: Option<Credits>,
    /// Whether the balance and the session do not agree.
    pub differs: bool,
    /// How it looks.
    pub style: Style,
    /// How it looks where the two do not agree.
    pub warning: Style,
}

impl CreditCounter {
    /// Draws it at the right of its area. Returns how many cells it took.
    pub fn render(&self, area: Rect, buf: &mut Buffer) -> u16 {
        let balance = self.balance.map_or_else(|| "?".to_owned(), |balance| balance.to_string());
        let (sign, style) =
            if self.differs { (format!(" {DIFFERS}"), self.warning) } else { (String::new(), self.style) };
        put_right(buf, area, &format!("session {} {DOT} balance {balance}{sign}", self.session), style)
    }
}
