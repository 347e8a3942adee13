//! What lies over the rest of the screen: help, palette, menus, questions.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{facets, help, ledger, menus, prompt};
use crate::app::Model;
use crate::app::overlay::{Caution, Command, Leaving, Overlay, Palette, Question};
use crate::config::{Meaning, Theme};
use crate::domain::ledger::{audit_note, minute};
use crate::domain::number::{Grouped, counted};
use crate::domain::snapshot::ago;
use crate::domain::{Credits, Request, Snapshot, SnapshotId};
use crate::input::{Action, Context};
use crate::widgets::dialog::Dialog;
use crate::widgets::line_input::LineInput;
use crate::widgets::list::{Item, List};
use crate::widgets::page::Page;
use crate::widgets::text::put;

/// Draws it over `screen`. Returns where the cursor is, if text is typed there.
pub(super) fn draw(
    overlay: &Overlay,
    model: &Model,
    theme: &Theme,
    screen: Rect,
    buf: &mut Buffer,
) -> Option<Position> {
    match overlay {
        Overlay::Help { scroll } => help::draw(*scroll, model, theme, screen, buf),
        Overlay::Ledger { scroll } => ledger::draw(*scroll, model, theme, screen, buf),
        Overlay::Palette(palette) => return draw_palette(palette, model, theme, screen, buf),
        Overlay::Facets(view) => return facets::draw(view, model, theme, screen, buf),
        Overlay::Export(export) => return prompt::draw_export(export, model, theme, screen, buf),
        Overlay::Prompt(prompt) => return prompt::draw(prompt, theme, screen, buf),
        Overlay::ColumnMenu { selected } => menus::draw_columns(*selected, model, theme, screen, buf),
        Overlay::CopyMenu { selected } => menus::draw_copy(*selected, model, theme, screen, buf),
        Overlay::CompareMenu { later, selected } => menus::draw_compare(later, *selected, model, theme, screen, buf),
        Overlay::Confirm { question, .. } => draw_question(question, model, theme, screen, buf),
    }
    None
}

pub(super) fn dialog<'a>(title: &'a str, content: (u16, u16), theme: &Theme) -> Dialog<'a> {
    Dialog { title, content, border: theme.style(Meaning::BorderActive), heading: theme.style(Meaning::Accent) }
}

pub(super) fn list<'a>(items: &'a [Item], selected: usize, theme: &Theme) -> List<'a> {
    List {
        items,
        selected,
        text: theme.style(Meaning::Text),
        side: theme.style(Meaning::Key),
        chosen: theme.style(Meaning::Selected),
    }
}

fn draw_palette(palette: &Palette, model: &Model, theme: &Theme, screen: Rect, buf: &mut Buffer) -> Option<Position> {
    let saved = model.saved_filters();
    let matches = palette.matches(&saved);
    let below = model.context_below_overlay();
    let item = |command: &Command| match command {
        Command::Action(action) => action.info().map(|info| {
            let keys = model.keymap.keys_for(info.action, below);
            let key = keys.first().map(ToString::to_string).unwrap_or_default();
            Item::new(format!("{}: {}", info.name, info.description), key)
        }),
        Command::Filter(number) => {
            saved.get(*number).map(|(name, query)| Item::new(format!("{name}: {query}"), "filter"))
        }
    };
    let items: Vec<Item> = matches.iter().filter_map(item).collect();
    let area = dialog("Commands", (88, 18), theme).render(screen, buf);
    let line = Rect { height: area.height.min(1), ..area };
    let taken = put(buf, line, "› ", theme.style(Meaning::Accent));
    let input = LineInput {
        text: palette.line.text(),
        cursor: Some(palette.line.cursor()),
        placeholder: "type to search",
        wrong: None,
        style: theme.style(Meaning::Field),
        dim: theme.style(Meaning::Dim),
    };
    let cursor = input.render(Rect { x: line.x + taken, width: line.width - taken, ..line }, buf);
    let rest = Rect { y: area.y + line.height, height: area.height - line.height, ..area };
    if items.is_empty() {
        put(buf, Rect { height: rest.height.min(1), ..rest }, "  no such command", theme.style(Meaning::Dim));
    }
    list(&items, palette.selected, theme).render(rest, buf);
    cursor
}

fn draw_question(question: &Question, model: &Model, theme: &Theme, screen: Rect, buf: &mut Buffer) {
    let width = 64.min(screen.width.saturating_sub(4));
    let mut page = Page::new(Rect { width, ..screen });
    let title = match question {
        Question::Spend { request, why, older, .. } => {
            write_spend(&mut page, request, why, model, theme);
            if let Some(older) = older {
                let key = super::key_name(model, Action::OpenOlder, Context::Confirm);
                let age = ago(model.unix_now().since(older.at));
                let links = counted(older.links, "link", "links");
                page.gap()
                    .text(&format!("{key} opens the {links} from {age}, for nothing"), theme.style(Meaning::Good));
            }
            "Spend credits?"
        }
        Question::Delete(snapshot) => {
            write_delete(&mut page, snapshot, theme);
            "Delete?"
        }
        Question::Overwrite { path, .. } => {
            page.text(&format!("{path} is there already."), theme.style(Meaning::Text));
            page.text("Yes writes over it.", theme.style(Meaning::Warning));
            "Overwrite?"
        }
        Question::Leave(leaving) => {
            write_leave(&mut page, *leaving, model, theme);
            "Leave?"
        }
    };
    let yes = super::key_name(model, Action::Yes, Context::Confirm);
    let no = super::key_name(model, Action::Cancel, Context::Confirm);
    let enter = super::key_name(model, Action::Accept, Context::Confirm);
    let answers = match question {
        Question::Spend { .. } | Question::Delete(_) | Question::Overwrite { .. } => format!("{yes} yes    {no} no"),
        Question::Leave(Leaving::Asked) => format!("{enter} waits, then leaves    {yes} abandons    {no} stays"),
        Question::Leave(Leaving::Waiting) => format!("{yes} abandons    {no} stays"),
        Question::Leave(Leaving::Abandoning) => format!("{yes} abandons    {enter} waits    {no} back"),
    };
    page.gap().text(&answers, theme.style(Meaning::Key));
    let area = dialog(title, (width, page.len() as u16), theme).render(screen, buf);
    page.render(area, buf, 0, theme.style(Meaning::Dim));
}

fn write_spend(page: &mut Page, request: &Request, why: &[Caution], model: &Model, theme: &Theme) {
    let (text, dim, cost) = (theme.style(Meaning::Text), theme.style(Meaning::Dim), theme.style(Meaning::Cost));
    let quote = request.quote();
    let count = Grouped(u64::from(request.count.get()));
    page.text(&format!("{count} links to {}", request.target), text);
    page.text(&format!("{} · {}", request.target.scope().name(), request.mode.name()), dim).gap();
    let each = request.mode.price_per_link();
    page.labelled(("costs at most", dim), 16, &format!("{quote} ({each} for each link)"), cost);
    let after = |balance: Credits| balance.saturating_sub(quote).to_string();
    let balance = model.counter.balance();
    page.labelled(("balance now", dim), 16, &balance.map_or_else(|| "?".to_owned(), |b| b.to_string()), text);
    page.labelled(
        ("balance after", dim),
        16,
        &balance.map_or_else(|| "?".to_owned(), |b| format!("at least {}", after(b))),
        text,
    );
    page.gap();
    for caution in why {
        let words = match caution {
            Caution::AskedBefore => "You have an answer to this already. Asking again buys it once more.".to_owned(),
            Caution::OnlyOlder => "The archive has an answer, but an older one than max_age wants.".to_owned(),
            Caution::AboveLimit => {
                format!("That is above {}, the limit without a question (confirm_above).", model.settings.confirm_above)
            }
            Caution::BalanceBelowQuote => "The balance may not suffice: the API may refuse.".to_owned(),
            Caution::MayBePaidAlready(id) => earlier_request(*id, model),
            Caution::NewerRecord => {
                "The archive has a record of this target from a newer version of kew-tui, which may hold these links."
                    .to_owned()
            }
        };
        page.text(&words, theme.style(Meaning::Warning));
    }
}

/// What is known of a request that may be paid for already.
fn earlier_request(id: SnapshotId, model: &Model) -> String {
    let Some(earlier) = model.shelf.snapshots().iter().find(|snapshot| snapshot.id == id) else {
        return "An earlier request like this may have been charged already.".to_owned();
    };
    let (at, note) = (minute(earlier.at, model.utc_offset), audit_note(earlier));
    let charge = match earlier.charge.credits() {
        Some(credits) => format!("was charged {credits}"),
        None => format!("may have been charged up to {}", earlier.quoted),
    };
    format!("Your request of {at} {charge} already: {note}.")
}

fn write_delete(page: &mut Page, snapshot: &Snapshot, theme: &Theme) {
    let links = counted(snapshot.links, "link", "links");
    page.text(&format!("{links} to {}", snapshot.request.target), theme.style(Meaning::Text));
    let cost = snapshot
        .charge
        .credits()
        .map_or_else(|| "an unknown number of credits".to_owned(), |charged| charged.to_string());
    page.text(&format!("They cost {cost}; to have them again costs as much."), theme.style(Meaning::Warning));
    page.text("What they cost stays in the ledger.", theme.style(Meaning::Dim));
}

fn write_leave(page: &mut Page, leaving: Leaving, model: &Model, theme: &Theme) {
    let text = theme.style(Meaning::Text);
    let running = model.requests.running();
    let requests = counted(running.len(), "request is", "requests are");
    page.text(&format!("{requests} under way:"), text);
    for running in running {
        let elapsed = running.elapsed(model.now).as_secs();
        let line = format!("{} · ≤ {} · {elapsed} s", running.request.target, running.request.quote());
        page.text(&line, theme.style(Meaning::Cost));
    }
    page.gap();
    match leaving {
        Leaving::Asked => page.text("Waiting keeps what they bring.", text),
        Leaving::Waiting => {
            page.text("Leaving as soon as the archive has what they bring.", theme.style(Meaning::Good))
        }
        Leaving::Abandoning => page.text(
            "Really abandon? What they bring is lost though it may be charged; the ledger says unknown then.",
            theme.style(Meaning::Warning),
        ),
    };
}
