//! The pasted list of targets: what fetching it would cost, the refused lines, and each target.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::parts::page_area;
use crate::app::Model;
use crate::app::pasted_targets::{MAX_LINES, PastedTargets};
use crate::app::target_plan::Planned;
use crate::config::{StyleRole, Theme};
use crate::domain::Scope;
use crate::domain::number::{Thousands, pluralize};
use crate::domain::signs::{AT_MOST, DOT};
use crate::widgets::page::Page;

/// The maximum number of targets that are listed, and of refused lines. More would slow down every frame.
const MAX_LISTED: usize = 1_000;

/// Returns the first line drawn.
pub(super) fn draw(list: &PastedTargets, model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) -> usize {
    let (text, dim, wrong) =
        (theme.style(StyleRole::Text), theme.style(StyleRole::Dim), theme.style(StyleRole::Danger));
    let area = page_area(area);
    let mut page = Page::new(area);
    page.text(&summary(list, model.target.scope), theme.style(StyleRole::Cost));
    if list.is_cut {
        let first = Thousands(MAX_LINES as u64);
        page.text(&format!("Only the first {first} lines are used. For more: kew-tui fetch --targets FILE"), wrong);
    }
    if !list.refused.is_empty() {
        page.gap().text(&format!("{}:", pluralize(list.refused.len(), "invalid line", "invalid lines")), wrong);
        for refused in list.refused.iter().take(MAX_LISTED) {
            page.labeled(("line", wrong), 5, &refused.to_string(), wrong);
        }
        more(&mut page, list.refused.len(), theme);
    }
    page.gap();
    let planned = list.plan.iter().flat_map(|plan| &plan.requests);
    for (request, planned) in planned.take(MAX_LISTED) {
        let (what, style) = match planned {
            Planned::Fetch => (format!("{AT_MOST} {}", request.quote()), text),
            Planned::Saved => ("saved, free".to_owned(), dim),
            Planned::Running => ("running".to_owned(), dim),
            Planned::MayBeCharged => ("left out".to_owned(), theme.style(StyleRole::Warning)),
        };
        page.labeled((&what, style), 13, request.target.as_str(), style);
    }
    more(&mut page, list.targets.len(), theme);
    page.render(area, buf, list.scroll, dim)
}

fn more(page: &mut Page, all: usize, theme: &Theme) {
    if let Some(more @ 1..) = all.checked_sub(MAX_LISTED) {
        page.text(&format!("and {} more", Thousands(more as u64)), theme.style(StyleRole::Dim));
    }
}

/// `3 pages · at most 1,500 credits`.
pub(super) fn summary(list: &PastedTargets, scope: Scope) -> String {
    let cost = list.plan.as_ref().map_or_else(|| "?".to_owned(), |plan| plan.maximum().in_words());
    format!("{} {DOT} at most {cost}", count(list.targets.len(), scope))
}

pub(super) fn count(targets: usize, scope: Scope) -> String {
    match scope {
        Scope::Page => pluralize(targets, "page", "pages"),
        Scope::Domain => pluralize(targets, "domain", "domains"),
    }
}
