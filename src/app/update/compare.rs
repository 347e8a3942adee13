//! Comparing a snapshot with an earlier one of the same target.

use crate::app::effect::{Effect, Effects};
use crate::app::message::ComparedResponses;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
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
    let is_open = |s: &&Snapshot| match (open_id, table.source().request()) {
        (Some(id), _) => s.id == id && s.can_open(),
        (None, Some(request)) => s.can_open() && s.tool.is_none() && is_same_query(&s.request, request),
        (None, None) => false,
    };
    if !table.source().files().is_empty() {
        model.toast(Severity::Info, "nothing to compare: these links come from a file");
        return Effects::new();
    }
    let later = model.archive.list.snapshots().iter().find(is_open).cloned();
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
    let table = model.new_table(Source::of_snapshot(&later), &response.links).compared_with(compared);
    model.show_links(table);
    Effects::new()
}
