//! The facets dialog.

use crate::app::effect::{Effect, Effects};
use crate::app::facet_view::FacetView;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::domain::facet::FacetCounts;
use crate::input::Action;

use super::filter;
use super::step::step_selection;

/// Opens the dialog with the facet counted last, referring domains at first.
pub fn open(model: &mut Model) -> Effects {
    let Some(table) = &model.table.state else { return Effects::new() };
    let view = FacetView::new(table.links(), &model.table.last_facet);
    model.overlay = Some(Overlay::Facets(Box::new(view)));
    request_counts(model, true)
}

/// Requests the counts that the list should show.
fn request_counts(model: &mut Model, recount: bool) -> Effects {
    let (Some(Overlay::Facets(view)), Some(table)) = (&mut model.overlay, &model.table.state) else {
        return Effects::new();
    };
    let generation = model.session.next_generation();
    model.table.last_facet = view.facet.def(table.links()).map_or("", |def| def.name).to_owned();
    vec![Effect::Count { generation, job: Box::new(view.new_job(table, recount, generation)) }]
}

pub fn set_counts(model: &mut Model, generation: u64, counts: FacetCounts) {
    if let Some(Overlay::Facets(view)) = &mut model.overlay {
        view.set_counts(generation, counts);
    }
}

pub fn count_failed(model: &mut Model, generation: u64) {
    if let Some(Overlay::Facets(view)) = &mut model.overlay {
        view.job_failed(generation);
    }
}

pub fn handle_action(model: &mut Model, action: Action) -> Option<Effects> {
    let page = usize::from(model.layout().main.height).max(8) - 7;
    let Some(Overlay::Facets(view)) = &mut model.overlay else { return None };
    let lines = view.entries().map_or(0, <[_]>::len);
    match action {
        Action::Cancel if !view.search.text().is_empty() => {
            view.search.set("");
            return Some(request_counts(model, false));
        }
        Action::Cancel | Action::Facets | Action::Quit => model.overlay = None,
        Action::ColumnLeft | Action::ColumnRight | Action::NextPane => {
            if let Some(table) = &model.table.state {
                view.step(action != Action::ColumnLeft, table.links());
            }
            view.search.set("");
            return Some(request_counts(model, true));
        }
        Action::Filter => view.searching = true,
        Action::Sort => {
            view.by_value = !view.by_value;
            return Some(request_counts(model, false));
        }
        Action::MarkAll => {
            view.all_links = !view.all_links;
            return Some(request_counts(model, true));
        }
        Action::Accept | Action::FilterTo | Action::FilterAway => filter_by(model, action == Action::FilterAway),
        Action::Copy => return Some(copy(model)),
        other => view.selected = step_selection(view.selected, lines, page, other)?,
    }
    Some(Effects::new())
}

/// Filters to the selected value, or excludes it.
fn filter_by(model: &mut Model, exclude: bool) {
    let (Some(Overlay::Facets(view)), Some(table)) = (&model.overlay, &mut model.table.state) else { return };
    let Some(entry) = view.selected_entry() else { return };
    let links = table.links();
    let Some(def) = view.facet.def(links) else { return };
    let value = view.facet.filter_value(links, entry.row, table.rules());
    let Some(query) = table.query().with_value(&def, &value, exclude) else { return };
    let before = table.undo_state();
    model.overlay = None;
    filter::set_query(model, query);
    if let Some(table) = &mut model.table.state {
        table.push_undo(before);
    }
}

/// Copies the values and their counts.
fn copy(model: &mut Model) -> Effects {
    let (Some(Overlay::Facets(view)), Some(table)) = (&model.overlay, &model.table.state) else {
        return Effects::new();
    };
    let Some(entries) = view.entries().filter(|entries| !entries.is_empty()) else { return Effects::new() };
    let (links, rules) = (table.links().clone(), table.rules().clone());
    vec![Effect::CopyCounts { links, rules, facet: view.facet, entries: entries.into() }]
}

/// Actions in the search line.
pub fn handle_search_action(model: &mut Model, action: Action) -> Option<Effects> {
    let Some(Overlay::Facets(view)) = &mut model.overlay else { return None };
    match action {
        Action::Edit(edit) => {
            if view.search.apply(edit) {
                return Some(request_counts(model, false));
            }
        }
        Action::Accept => view.searching = false,
        Action::Cancel => {
            view.searching = false;
            view.search.set("");
            return Some(request_counts(model, false));
        }
        _ => return None,
    }
    Some(Effects::new())
}

pub fn insert(model: &mut Model, text: &str) -> Effects {
    if let Some(overlay) = &mut model.overlay {
        overlay.insert(text);
    }
    request_counts(model, false)
}
