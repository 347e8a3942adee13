//! The credit counter: what the session was charged, and the balance.

use crate::domain::signs::{DIFFERS, DOT};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::text::put_right;
use crate::domain::Credits;

#[derive(Clone, Copy, Debug)]
pub struct CreditCounter {
    pub session: Credits,
    /// `None` if unknown.
    pub balance: Option<Credits>,
    /// Whether balance and charges disagree.
    pub differs: bool,
    pub style: Style,
    /// Used if `differs`.
    pub warning: Style,
}

impl CreditCounter {
    /// Draws the counter at the right of `area`. Returns its width.
    pub fn render(&self, area: Rect, buf: &mut Buffer) -> u16 {
        let balance = self.balance.map_or_else(|| "?".to_owned(), |balance| balance.to_string());
        let (sign, style) =
            if self.differs { (format!(" {DIFFERS}"), self.warning) } else { (String::new(), self.style) };
        put_right(buf, area, &format!("session {} {DOT} balance {balance}{sign}", self.session), style)
    }
}
