//! A line of text that is asked for over the table: a name for a filter, a note or a tag for links.

use crate::domain::signs::{CLOSE, OPEN};
use std::sync::Arc;

use crate::app::effect::{Effect, Effects};
use crate::app::marks::MarkScope;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::prompt::{Asked, Prompt};
use crate::app::shelf::ShelfState;
use crate::app::toasts::Tone;
use crate::domain::Rows;
use crate::domain::note::{LinkId, Note};
use crate::domain::number::{Grouped, counted};
use crate::input::{Action, LineEdit};

/// Asks for a name for the filter.
pub fn name_filter(model: &mut Model) {
    match &model.table.browser {
        Some(browser) if browser.query().is_empty() => model.toast(Tone::Info, "no filter to save"),
        Some(_) => ask(model, Asked::FilterName, ""),
        None => {}
    }
}

/// Twice what an answer holds: the links of two that are compared. More would take longer than a key may.
const MOST_NOTED: usize = 20_000;

/// Asks what to say of the marked links, or of those that the line of the cursor stands for.
pub fn say(model: &mut Model, tag: bool, scope: MarkScope) {
    let Some(browser) = &model.table.browser else { return };
    let Some((selection, row)) = browser.selection(scope).zip(browser.current()) else { return };
    let rows = selection.rows.count();
    if rows > MOST_NOTED {
        let (most, rows) = (Grouped(MOST_NOTED as u64), Grouped(rows as u64));
        return model.toast(Tone::Warning, format!("notes and tags go on at most {most} links at once, not {rows}"));
    }
    let said = browser.notes().get(&row).filter(|_| selection.rows.contains(row)).cloned().unwrap_or_default();
    if tag {
        ask(model, Asked::Tag(selection.rows), &said.tag);
    } else {
        ask(model, Asked::Note(selection.rows), &said.text);
    }
}

fn ask(model: &mut Model, asked: Asked, text: &str) {
    model.overlay = Some(Overlay::Prompt(Prompt { asked, line: LineEdit::with_text(text) }));
}

/// Acts where it is typed.
pub fn act(model: &mut Model, action: Action) -> Option<Effects> {
    let Some(Overlay::Prompt(prompt)) = &mut model.overlay else { return None };
    match action {
        Action::Edit(edit) => {
            prompt.line.apply(edit);
        }
        Action::Accept => {
            let Prompt { asked, line } = prompt.clone();
            model.overlay = None;
            return Some(take(model, &asked, line.text().trim()));
        }
        Action::Cancel => model.overlay = None,
        _ => return None,
    }
    Some(Effects::new())
}

fn take(model: &mut Model, asked: &Asked, text: &str) -> Effects {
    match asked {
        Asked::FilterName => save_filter(model, text),
        Asked::Note(rows) => note(model, rows, |note| note.text = text.to_owned()),
        Asked::Tag(rows) => note(model, rows, |note| note.tag = text.to_owned()),
    }
}

fn save_filter(model: &mut Model, name: &str) -> Effects {
    let Some(browser) = model.table.browser.as_ref().filter(|_| !name.is_empty()) else { return Effects::new() };
    model.session.kept.save_filter(name, browser.query().clone());
    model.toast(Tone::Success, format!("saved as {OPEN}{name}{CLOSE}; find it in the command palette"));
    vec![model.session.remember()]
}

fn note(model: &mut Model, rows: &Arc<Rows>, change: impl Fn(&mut Note)) -> Effects {
    let Some(browser) = &mut model.table.browser else { return Effects::new() };
    let is_kept = browser.source().request().is_some() && model.archive.list.state == ShelfState::Open;
    let mut notes = Vec::new();
    for row in rows.iter() {
        let mut note = browser.notes().get(&row).cloned().unwrap_or_default();
        change(&mut note);
        browser.set_note(row, note.clone());
        if is_kept {
            let link = LinkId::of(browser.links(), row);
            model.archive.list.notes.set(&link, note.clone());
            notes.push((link, note));
        }
    }
    if is_kept {
        return vec![Effect::SetNotes { notes }];
    }
    let links = counted(rows.count(), "link", "links");
    model.toast(Tone::Info, format!("saved on {links} for this session only: they are not in the archive"));
    Effects::new()
}
