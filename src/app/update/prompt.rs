//! A one-line prompt over the table: a name for the filter, or a note or tag for links.

use crate::domain::signs::{CLOSE, OPEN};
use std::sync::Arc;

use crate::app::archive_list::ArchiveStatus;
use crate::app::effect::{Effect, Effects};
use crate::app::marks::MarkScope;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::prompt::{Prompt, PromptKind};
use crate::app::toasts::Severity;
use crate::domain::RowSet;
use crate::domain::note::{LinkId, Note};
use crate::domain::number::{Thousands, pluralize};
use crate::input::{Action, LineEdit};

pub fn name_filter(model: &mut Model) {
    match &model.table.state {
        Some(table) if table.query().is_empty() => model.toast(Severity::Info, "no filter to save"),
        Some(_) => open(model, PromptKind::FilterName, ""),
        None => {}
    }
}

/// The links of two compared responses. More would block the screen noticeably.
const MAX_LINKS: usize = 20_000;

/// Edits the note or tag of the marked links, or of those at the cursor.
pub fn edit_note(model: &mut Model, tag: bool, scope: MarkScope) {
    let Some(table) = &model.table.state else { return };
    let Some((selection, row)) = table.copy_selection(scope).zip(table.current_row()) else { return };
    let rows = selection.rows.count();
    if rows > MAX_LINKS {
        let (limit, rows) = (Thousands(MAX_LINKS as u64), Thousands(rows as u64));
        return model
            .toast(Severity::Warning, format!("notes and tags go on at most {limit} links at once, not {rows}"));
    }
    let current = table.notes().get(&row).filter(|_| selection.rows.contains(row)).cloned().unwrap_or_default();
    if tag {
        open(model, PromptKind::Tag(selection.rows), &current.tag);
    } else {
        open(model, PromptKind::Note(selection.rows), &current.text);
    }
}

fn open(model: &mut Model, kind: PromptKind, text: &str) {
    model.overlay = Some(Overlay::Prompt(Prompt { kind, line: LineEdit::with_text(text) }));
}

pub fn handle_action(model: &mut Model, action: Action) -> Option<Effects> {
    let Some(Overlay::Prompt(prompt)) = &mut model.overlay else { return None };
    match action {
        Action::Edit(edit) => {
            prompt.line.apply(edit);
        }
        Action::Accept => {
            let Prompt { kind, line } = prompt.clone();
            model.overlay = None;
            return Some(submit(model, &kind, line.text().trim()));
        }
        Action::Cancel => model.overlay = None,
        _ => return None,
    }
    Some(Effects::new())
}

fn submit(model: &mut Model, kind: &PromptKind, text: &str) -> Effects {
    match kind {
        PromptKind::FilterName => save_filter(model, text),
        PromptKind::Note(rows) => set_notes(model, rows, |note| note.text = text.to_owned()),
        PromptKind::Tag(rows) => set_notes(model, rows, |note| note.tag = text.to_owned()),
    }
}

fn save_filter(model: &mut Model, name: &str) -> Effects {
    let Some(table) = model.table.state.as_ref().filter(|_| !name.is_empty()) else { return Effects::new() };
    model.session.saved.save_filter(name, table.query().clone());
    model.toast(Severity::Success, format!("saved as {OPEN}{name}{CLOSE}; find it in the command palette"));
    vec![model.session.save_state()]
}

fn set_notes(model: &mut Model, rows: &Arc<RowSet>, change: impl Fn(&mut Note)) -> Effects {
    let Some(table) = &mut model.table.state else { return Effects::new() };
    let is_archived = table.source().target().is_some() && model.archive.list.status == ArchiveStatus::Open;
    let mut notes = Vec::new();
    for row in rows.iter() {
        let mut note = table.notes().get(&row).cloned().unwrap_or_default();
        change(&mut note);
        table.set_note(row, note.clone());
        if is_archived {
            let link = LinkId::of(table.links(), row);
            model.archive.list.notes.set(&link, note.clone());
            notes.push((link, note));
        }
    }
    if is_archived {
        return vec![Effect::SetNotes { notes }];
    }
    let links = pluralize(rows.count(), "link", "links");
    model.toast(Severity::Info, format!("saved on {links} for this session only: they are not in the archive"));
    Effects::new()
}
