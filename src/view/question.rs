//! Questions: what is asked, and which key gives which answer.

use crate::domain::signs::{AT_MOST, CLOSE, DOT, OPEN};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::parts::{dialog, key_name};
use crate::app::Model;
use crate::app::key_prompt::KeyPlace;
use crate::app::overlay::{Caution, Leaving, Question};
use crate::config::{Meaning, Theme};
use crate::domain::ledger::{audit_note, minute};
use crate::domain::number::{Grouped, counted};
use crate::domain::snapshot::ago;
use crate::domain::{Credits, Request, Snapshot, SnapshotId};
use crate::input::{Action, Chord, Context, Key};
use crate::widgets::page::Page;

/// The answers to a question, each by its key: what stands in the dialog, and in the line of keys below it.
pub(super) fn answers(question: &Question, model: &Model) -> Vec<(String, String)> {
    let fixed: &[(Action, &str)] = match question {
        Question::HiddenMarks { action, visible, hidden } => {
            return hidden_answers(*action, (*visible, *hidden), model);
        }
        Question::Spend { .. } | Question::Delete(_) | Question::Overwrite { .. } | Question::OpenAddress { .. } => {
            &[(Action::Yes, "yes"), (Action::Cancel, "no")]
        }
        Question::KeepKey(_) => {
            &[(Action::StoreKey, "store"), (Action::Accept, "this session only"), (Action::Cancel, "cancel")]
        }
        Question::Leave(Leaving::Asked) => {
            &[(Action::Accept, "wait, then quit"), (Action::Yes, "abandon"), (Action::Cancel, "stay")]
        }
        Question::Leave(Leaving::Waiting) => &[(Action::Yes, "abandon"), (Action::Cancel, "stay")],
        Question::Leave(Leaving::Abandoning) => {
            &[(Action::Yes, "abandon"), (Action::Accept, "wait"), (Action::Cancel, "back")]
        }
    };
    // `n` is the no to a yes; where there is none, Esc is what people look for.
    let has_yes = fixed.iter().any(|(action, _)| *action == Action::Yes);
    let key = |action| match action {
        Action::Cancel if !has_yes => escape(model),
        action => key_name(model, action, Context::Confirm),
    };
    fixed.iter().map(|(action, what)| (key(*action), (*what).to_owned())).collect()
}

fn hidden_answers(action: Action, (visible, hidden): (usize, usize), model: &Model) -> Vec<(String, String)> {
    let key = |action| key_name(model, action, Context::Confirm);
    // Without a visible mark an action goes where it goes without any mark.
    let shown = model.table.browser.as_ref().map_or(0, |browser| browser.shown().len());
    let seen = match (visible, shown) {
        (0, 0) => None,
        (0, shown) if action == Action::Export => Some(format!("shown ({})", Grouped(shown as u64))),
        (0, _) => Some("link at cursor".to_owned()),
        (visible, _) => Some(format!("visible ({})", Grouped(visible as u64))),
    };
    let all = format!("all ({})", Grouped((visible + hidden) as u64));
    let seen = seen.map(|what| (key(Action::VisibleOnly), what));
    seen.into_iter().chain([(key(Action::AllMarked), all), (escape(model), "cancel".to_owned())]).collect()
}

/// The key that leaves a question without an answer: Esc, unless the user's key map has it otherwise.
fn escape(model: &Model) -> String {
    let esc = Chord::plain(Key::Esc);
    match model.session.keymap.lookup(Context::Confirm, esc) {
        Some(Action::Cancel) => esc.to_string(),
        _ => key_name(model, Action::Cancel, Context::Confirm),
    }
}

/// Draws a question.
pub(super) fn draw(question: &Question, model: &Model, theme: &Theme, screen: Rect, buf: &mut Buffer) {
    let width = 64.min(screen.width.saturating_sub(4));
    let mut page = Page::new(Rect { width, ..screen });
    let title = match question {
        Question::Spend { request, why, older, .. } => {
            write_spend(&mut page, request, why, model, theme);
            if let Some(older) = older {
                let key = key_name(model, Action::OpenOlder, Context::Confirm);
                let age = ago(model.session.unix_now().since(older.at));
                let links = counted(older.links, "link", "links");
                page.gap().text(&format!("{key} opens the {links} from {age} (free)"), theme.style(Meaning::Good));
            }
            "Spend credits?"
        }
        Question::Delete(snapshot) => {
            write_delete(&mut page, snapshot, model, theme);
            "Delete snapshot?"
        }
        Question::Overwrite { path, .. } => {
            page.text(&format!("{path} already exists."), theme.style(Meaning::Text));
            page.text("Its contents will be replaced.", theme.style(Meaning::Warning));
            "Overwrite file?"
        }
        Question::OpenAddress { url, user, host } => {
            page.text(url, theme.style(Meaning::Url));
            let what = format!("This opens {host}. {OPEN}{user}{CLOSE} is only a user name sent to it.");
            page.gap().text(&what, theme.style(Meaning::Warning));
            "Open this URL?"
        }
        Question::HiddenMarks { action, visible, hidden } => {
            let marked = counted(visible + hidden, "link is marked", "links are marked");
            let hidden = if *visible == 0 { "all of them".to_owned() } else { Grouped(*hidden as u64).to_string() };
            page.text(&format!("{marked}; the filter hides {hidden}."), theme.style(Meaning::Warning));
            match action {
                Action::Copy | Action::CopyAs => "Copy which links?",
                Action::Export => "Export which links?",
                Action::Note => "Add a note to which links?",
                _ => "Tag which links?",
            }
        }
        Question::KeepKey(_) => {
            write_keep_key(&mut page, model, theme);
            "Store the API key?"
        }
        Question::Leave(leaving) => {
            write_leave(&mut page, *leaving, model, theme);
            "Quit?"
        }
    };
    let answers: Vec<String> = answers(question, model).iter().map(|(key, what)| format!("{key} {what}")).collect();
    page.gap().text(&answers.join("    "), theme.style(Meaning::Key));
    let area = dialog(title, (width, page.len() as u16), theme).render(screen, buf);
    page.render(area, buf, 0, theme.style(Meaning::Dim));
}

fn write_spend(page: &mut Page, request: &Request, why: &[Caution], model: &Model, theme: &Theme) {
    let (text, dim, cost) = (theme.style(Meaning::Text), theme.style(Meaning::Dim), theme.style(Meaning::Cost));
    let quote = request.quote();
    let links = counted(usize::from(request.count.get()), "link", "links");
    page.text(&format!("{links} to {}", request.target), text);
    page.text(&format!("{} {DOT} {}", request.target.scope().name(), request.mode.name()), dim).gap();
    let each = request.mode.price_per_link();
    page.labelled(("maximum cost", dim), 13, &format!("{} ({} per link)", quote.in_words(), Grouped(each.0)), cost);
    let after = |balance: Credits| balance.saturating_sub(quote).in_words();
    let balance = model.account.counter.balance();
    page.labelled(("balance now", dim), 13, &balance.map_or_else(|| "?".to_owned(), Credits::in_words), text);
    page.labelled(
        ("balance left", dim),
        13,
        &balance.map_or_else(|| "?".to_owned(), |b| format!("at least {}", after(b))),
        text,
    );
    page.gap();
    for caution in why {
        let words = match caution {
            Caution::AskedBefore => "You already have these results. Fetching again is charged again.".to_owned(),
            Caution::OnlyOlder => "The saved results are older than your max_age setting.".to_owned(),
            Caution::AboveLimit => {
                format!(
                    "Above your {}-credit confirmation threshold (confirm_above).",
                    Grouped(model.session.settings.confirm_above.0)
                )
            }
            Caution::BalanceBelowQuote => "Your balance may be too low.".to_owned(),
            Caution::MayBePaidAlready(id) => earlier_request(*id, model),
            Caution::NewerRecord => {
                "A newer version of kew-tui has saved a record of this target. It may hold these links.".to_owned()
            }
        };
        page.text(&words, theme.style(Meaning::Warning));
    }
}

/// What is known of a request that may be paid for already.
fn earlier_request(id: SnapshotId, model: &Model) -> String {
    let Some(earlier) = model.archive.list.snapshots().iter().find(|snapshot| snapshot.id == id) else {
        return "An earlier request like this may already have been charged.".to_owned();
    };
    let (at, note) = (minute(earlier.at, model.session.utc_offset), audit_note(earlier));
    let charge = match earlier.charge.credits() {
        Some(credits) => format!("was already charged {}", credits.in_words()),
        None => format!("may already have been charged up to {}", earlier.quoted.in_words()),
    };
    format!("Your request from {at} {charge}: {note}.")
}

fn write_delete(page: &mut Page, snapshot: &Snapshot, model: &Model, theme: &Theme) {
    let (links, target) = (counted(snapshot.links, "link", "links"), &snapshot.request.target);
    let (when, age) = (minute(snapshot.at, model.session.utc_offset), ago(model.session.unix_now().since(snapshot.at)));
    page.text(&format!("{links} to {target}"), theme.style(Meaning::Text));
    page.text(&format!("fetched {when}, {age}"), theme.style(Meaning::Text));
    let cost = match snapshot.charge.credits() {
        Some(charged) => format!("about {}", charged.in_words()),
        None => format!("up to {}", snapshot.quoted.in_words()),
    };
    page.text(&format!("Fetching them again would cost {cost}."), theme.style(Meaning::Warning));
    page.text("The charge stays in the ledger.", theme.style(Meaning::Dim));
}

fn write_keep_key(page: &mut Page, model: &Model, theme: &Theme) {
    let text = theme.style(Meaning::Text);
    page.text("Use it for this session only, or store it for future sessions?", text).gap();
    if let KeyPlace::File(path) = &model.account.key_place {
        page.text("It would be stored in a file only you can read:", theme.style(Meaning::Dim));
        page.text(path, theme.style(Meaning::Dim));
    }
}

fn write_leave(page: &mut Page, leaving: Leaving, model: &Model, theme: &Theme) {
    let text = theme.style(Meaning::Text);
    let running = model.account.requests.running();
    let requests = counted(running.len(), "request", "requests");
    page.text(&format!("{requests} running:"), text);
    for running in running {
        let elapsed = running.elapsed(model.session.now).as_secs();
        let line = format!("{} {DOT} {AT_MOST} {} {DOT} {elapsed} s", running.request.target, running.request.quote());
        page.text(&line, theme.style(Meaning::Cost));
    }
    page.gap();
    match leaving {
        Leaving::Asked => page.text("Wait to keep the results.", text),
        Leaving::Waiting => page.text("Quitting as soon as the results are saved.", theme.style(Meaning::Good)),
        Leaving::Abandoning => {
            page.text("Abandon anyway? Results are lost and may still be charged.", theme.style(Meaning::Warning))
        }
    };
}
