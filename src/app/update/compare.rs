//! Comparing a snapshot with an earlier one of the same target.

use crate::app::effect::{Effect, Effects};
use crate::app::message::ComparedResponses;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::screen::{Focus, MainPane};
use crate::app::source::Source;
use crate::app::toasts::Severity;
use crate::domain::Snapshot;
use crate::domain::purchase::admission::is_same_query;
use crate::domain::snapshot::ago;
use crate::input::Action;

use super::step::step_selection;

/// Compares the open links with an earlier snapshot, or ends the comparison.
pub fn begin(model: &mut Model) -> Effects {
    let Some(table) = &model.table.state else { return Effects::new() };
    let open_id = table.source().snapshot();
    if let (Some(_), Some(id)) = (table.compared(), open_id) {
        return vec![Effect::OpenSnapshot { id }];
    }
    let Some(request) = table.source().request() else {
        model.toast(Severity::Info, "nothing to compare: these links come from a file");
        return Effects::new();
    };
    let is_same_target = |s: &&Snapshot| s.can_open() && is_same_query(&s.request, request);
    let mut candidates = model.archive.list.snapshots().iter().filter(is_same_target);
    let later = candidates.find(|s| open_id.is_none_or(|id| s.id == id)).cloned();
    match later {
        Some(later) => choose(model, &later),
        None => {
            model.toast(Severity::Info, "nothing to compare: these links are not in the archive");
            Effects::new()
        }
    }
}

/// Compares with the only earlier snapshot, or opens a menu of them, newest first.
pub fn choose(model: &mut Model, later: &Snapshot) -> Effects {
    let earlier: Vec<_> = model.archive.list.earlier_than(later).map(|snapshot| snapshot.id).collect();
    match earlier.as_slice() {
        [] => model.toast(Severity::Info, "nothing to compare: no earlier snapshot of this target"),
        [only] => return vec![Effect::Compare { later: later.id, earlier: *only }],
        _ => model.overlay = Some(Overlay::CompareMenu { later: Box::new(later.clone()), selected: 0 }),
    }
    Effects::new()
}

/// Actions in the menu of earlier snapshots.
pub fn handle_menu_action(model: &mut Model, action: Action) -> Option<Effects> {
    let Some(Overlay::CompareMenu { later, selected }) = &mut model.overlay else { return None };
    let earlier: Vec<_> = model.archive.list.earlier_than(later).map(|snapshot| snapshot.id).collect();
    match action {
        Action::Accept => {
            let effect =
                earlier.get(*selected).map(|&earlier| Effect::Compare { later: later.id, earlier }).into_iter();
            let effects = effect.collect();
            model.overlay = None;
            return Some(effects);
        }
        Action::Cancel => model.overlay = None,
        other => *selected = step_selection(*selected, earlier.len(), earlier.len(), other)?,
    }
    Some(Effects::new())
}

/// Shows the links of both snapshots in one table.
pub fn show(model: &mut Model, responses: ComparedResponses) -> Effects {
    let ComparedResponses { later, earlier, response, compared } = responses;
    let age = ago(model.session.unix_now().since(earlier.at));
    let (by_link, by_domain) = (compared.by_link, compared.by_domain);
    model.toast(Severity::Success, format!("compared with {age}: {by_link}; referring domains: {by_domain}"));
    model.target.fill(&later.request);
    let source = Source::Response(later.request.clone(), Some(later.id));
    model.table.state = Some(model.new_table(source, &response.links).compared_with(compared));
    model.screen.main = MainPane::Links;
    model.screen.focus = Focus::Main;
    model.detail.scroll = 0;
    model.keep_cursor_visible();
    Effects::new()
}
