//! Confirmation dialogs: what happens, what it costs, and the keys to choose with.

use crate::domain::signs::{AT_MOST, CLOSE, DOT, OPEN};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::parts::{dialog, key_name};
use super::target_list;
use crate::app::Model;
use crate::app::key_prompt::KeyDestination;
use crate::app::overlay::{ConfirmReason, Confirmation, QuitStep};
use crate::app::target_plan::{Planned, TargetPlan};
use crate::config::{StyleRole, Theme};
use crate::domain::ledger::{audit_note, minute};
use crate::domain::number::{Thousands, pluralize};
use crate::domain::snapshot::ago;
use crate::domain::{Credits, Mode, Request, Snapshot, SnapshotId};
use crate::input::{Action, Chord, Context, Key};
use crate::widgets::page::Page;

/// The choices with their keys, for the dialog and the key line.
pub(super) fn choices(confirmation: &Confirmation, model: &Model) -> Vec<(String, String)> {
    let fixed: &[(Action, &str)] = match confirmation {
        Confirmation::HiddenMarks { action, visible, hidden } => {
            return hidden_marks_choices(*action, (*visible, *hidden), model);
        }
        Confirmation::Spend { .. }
        | Confirmation::SpendList(_)
        | Confirmation::Delete(_)
        | Confirmation::Overwrite { .. }
        | Confirmation::OpenUrl { .. } => &[(Action::Yes, "yes"), (Action::Cancel, "no")],
        Confirmation::StoreKey(_) => {
            &[(Action::StoreKey, "store"), (Action::Accept, "this session only"), (Action::Cancel, "cancel")]
        }
        Confirmation::Quit(QuitStep::ConfirmQuit) => {
            &[(Action::Accept, "wait, then quit"), (Action::Yes, "abandon"), (Action::Cancel, "stay")]
        }
        Confirmation::Quit(QuitStep::Waiting) => &[(Action::Yes, "abandon"), (Action::Cancel, "stay")],
        Confirmation::Quit(QuitStep::ConfirmAbandon) => {
            &[(Action::Yes, "abandon"), (Action::Accept, "wait"), (Action::Cancel, "back")]
        }
    };
    // `n` pairs with `y`; in a dialog without a yes, Esc cancels.
    let has_yes = fixed.iter().any(|(action, _)| *action == Action::Yes);
    let key = |action| match action {
        Action::Cancel if !has_yes => cancel_key(model),
        action => key_name(model, action, Context::Confirm),
    };
    fixed.iter().map(|(action, what)| (key(*action), (*what).to_owned())).collect()
}

fn hidden_marks_choices(action: Action, (visible, hidden): (usize, usize), model: &Model) -> Vec<(String, String)> {
    let key = |action| key_name(model, action, Context::Confirm);
    // Without visible marks an action applies to what it applies to without any marks.
    let shown = model.table.state.as_ref().map_or(0, |table| table.shown().len());
    let visible_choice = match (visible, shown) {
        (0, 0) => None,
        (0, shown) if action == Action::Export => Some(format!("shown ({})", Thousands(shown as u64))),
        (0, _) => Some("link at cursor".to_owned()),
        (visible, _) => Some(format!("visible ({})", Thousands(visible as u64))),
    };
    let all = format!("all ({})", Thousands((visible + hidden) as u64));
    let visible_choice = visible_choice.map(|what| (key(Action::VisibleOnly), what));
    visible_choice
        .into_iter()
        .chain([(key(Action::AllMarked), all), (cancel_key(model), "cancel".to_owned())])
        .collect()
}

/// The key that cancels: Esc, unless the key map changes that.
fn cancel_key(model: &Model) -> String {
    let esc = Chord::plain(Key::Esc);
    match model.session.keymap.lookup(Context::Confirm, esc) {
        Some(Action::Cancel) => esc.to_string(),
        _ => key_name(model, Action::Cancel, Context::Confirm),
    }
}

pub(super) fn draw(confirmation: &Confirmation, model: &Model, theme: &Theme, screen: Rect, buf: &mut Buffer) {
    let width = 64.min(screen.width.saturating_sub(4));
    let mut page = Page::new(Rect { width, ..screen });
    let title = match confirmation {
        Confirmation::Spend { request, reasons, older, .. } => {
            write_spend(&mut page, request, reasons, model, theme);
            if let Some(older) = older {
                let key = key_name(model, Action::OpenOlder, Context::Confirm);
                let age = ago(model.session.unix_now().since(older.at));
                let links = pluralize(older.links, "link", "links");
                page.gap().text(&format!("{key} opens the {links} from {age} (free)"), theme.style(StyleRole::Good));
            }
            "Spend credits?"
        }
        Confirmation::SpendList(plan) => {
            write_spend_list(&mut page, plan, model, theme);
            "Spend credits?"
        }
        Confirmation::Delete(snapshot) => {
            write_delete(&mut page, snapshot, model, theme);
            "Delete snapshot?"
        }
        Confirmation::Overwrite { path, .. } => {
            page.text(&format!("{path} already exists."), theme.style(StyleRole::Text));
            page.text("Its contents will be replaced.", theme.style(StyleRole::Warning));
            "Overwrite file?"
        }
        Confirmation::OpenUrl { url, user, host } => {
            page.text(url, theme.style(StyleRole::Url));
            let what = format!("This opens {host}. {OPEN}{user}{CLOSE} is only a user name sent to it.");
            page.gap().text(&what, theme.style(StyleRole::Warning));
            "Open this URL?"
        }
        Confirmation::HiddenMarks { action, visible, hidden } => {
            let marked = pluralize(visible + hidden, "link is marked", "links are marked");
            let hidden = if *visible == 0 { "all of them".to_owned() } else { Thousands(*hidden as u64).to_string() };
            page.text(&format!("{marked}; the filter hides {hidden}."), theme.style(StyleRole::Warning));
            match action {
                Action::Copy | Action::CopyAs => "Copy which links?",
                Action::Export => "Export which links?",
                Action::Note => "Add a note to which links?",
                _ => "Tag which links?",
            }
        }
        Confirmation::StoreKey(_) => {
            write_store_key(&mut page, model, theme);
            "Store the API key?"
        }
        Confirmation::Quit(step) => {
            write_quit(&mut page, *step, model, theme);
            "Quit?"
        }
    };
    let choices: Vec<String> = choices(confirmation, model).iter().map(|(key, what)| format!("{key} {what}")).collect();
    page.gap().text(&choices.join("    "), theme.style(StyleRole::Key));
    let area = dialog(title, (width, page.len() as u16), theme).render(screen, buf);
    page.render(area, buf, 0, theme.style(StyleRole::Dim));
}

fn write_spend(page: &mut Page, request: &Request, reasons: &[ConfirmReason], model: &Model, theme: &Theme) {
    let (text, dim) = (theme.style(StyleRole::Text), theme.style(StyleRole::Dim));
    let quote = request.quote();
    let links = pluralize(usize::from(request.count.get()), "link", "links");
    page.text(&format!("{links} to {}", request.target), text);
    page.text(&format!("{} {DOT} {}", request.target.scope().name(), request.mode.name()), dim).gap();
    write_cost(page, quote, request.mode, model, theme);
    for reason in reasons {
        let words = match reason {
            ConfirmReason::FetchedBefore => {
                "You already have these results. Fetching again is charged again.".to_owned()
            }
            ConfirmReason::SnapshotTooOld => "The saved results are older than your max_age setting.".to_owned(),
            ConfirmReason::AboveLimit => {
                format!(
                    "Above your {}-credit confirmation threshold (confirm_above).",
                    Thousands(model.session.settings.confirm_above.0)
                )
            }
            ConfirmReason::BalanceBelowMaximum => "Your balance may be too low.".to_owned(),
            ConfirmReason::MayBePaidAlready(id) => earlier_request(*id, model),
            ConfirmReason::NewerRecord => {
                "A newer version of kew-tui has saved a record of this target. It may hold these links.".to_owned()
            }
        };
        page.text(&words, theme.style(StyleRole::Warning));
    }
}

/// The maximum cost, and the balance before and after.
fn write_cost(page: &mut Page, quote: Credits, mode: Mode, model: &Model, theme: &Theme) {
    let (text, dim, cost) = (theme.style(StyleRole::Text), theme.style(StyleRole::Dim), theme.style(StyleRole::Cost));
    let each = mode.price_per_link();
    page.labeled(("maximum cost", dim), 13, &format!("{} ({} per link)", quote.in_words(), Thousands(each.0)), cost);
    let after = |balance: Credits| balance.saturating_sub(quote).in_words();
    let balance = model.account.meter.balance();
    page.labeled(("balance now", dim), 13, &balance.map_or_else(|| "?".to_owned(), Credits::in_words), text);
    page.labeled(
        ("balance left", dim),
        13,
        &balance.map_or_else(|| "?".to_owned(), |b| format!("at least {}", after(b))),
        text,
    );
    page.gap();
}

fn write_spend_list(page: &mut Page, plan: &TargetPlan, model: &Model, theme: &Theme) {
    let Some(first) = plan.to_fetch().next() else { return };
    let (text, dim, warning) =
        (theme.style(StyleRole::Text), theme.style(StyleRole::Dim), theme.style(StyleRole::Warning));
    let targets = target_list::count(plan.count(Planned::Fetch), first.target.scope());
    page.text(&format!("{targets}, up to {} each", pluralize(usize::from(first.count.get()), "link", "links")), text);
    page.text(&format!("{} {DOT} {}", first.target.scope().name(), first.mode.name()), dim).gap();
    write_cost(page, plan.maximum(), first.mode, model, theme);
    let refused = model.target.list.as_ref().map_or(0, |list| list.refused.len());
    for (count, one, more, style) in [
        (plan.count(Planned::Saved), "target is already saved (free).", "targets are already saved (free).", dim),
        (plan.count(Planned::Running), "target is already being fetched.", "targets are already being fetched.", dim),
        (
            plan.count(Planned::MayBeCharged),
            "target may have been charged already and is left out.",
            "targets may have been charged already and are left out.",
            warning,
        ),
        (refused, "line is not a valid target.", "lines are not valid targets.", warning),
    ] {
        if count > 0 {
            page.text(&pluralize(count, one, more), style);
        }
    }
    if model.account.meter.balance().is_some_and(|balance| balance < plan.maximum()) {
        page.text("Your balance may be too low.", warning);
    }
}

/// What is known of an earlier request that may have been charged.
fn earlier_request(id: SnapshotId, model: &Model) -> String {
    let Some(earlier) = model.archive.list.snapshots().iter().find(|snapshot| snapshot.id == id) else {
        return "An earlier request like this may already have been charged.".to_owned();
    };
    let (at, note) = (minute(earlier.at, model.session.utc_offset), audit_note(earlier));
    let charge = match earlier.charge.credits() {
        Some(credits) => format!("was already charged {}", credits.in_words()),
        None => format!("may already have been charged up to {}", earlier.maximum_cost.in_words()),
    };
    format!("Your request from {at} {charge}: {note}.")
}

fn write_delete(page: &mut Page, snapshot: &Snapshot, model: &Model, theme: &Theme) {
    let (links, target) = (pluralize(snapshot.links, "link", "links"), &snapshot.request.target);
    let (when, age) = (minute(snapshot.at, model.session.utc_offset), ago(model.session.unix_now().since(snapshot.at)));
    page.text(&format!("{links} to {target}"), theme.style(StyleRole::Text));
    if let Some(tool) = &snapshot.tool {
        page.text(&format!("{tool}, {when}, {age}"), theme.style(StyleRole::Text));
        page.text("They were added from a file, so they can't be fetched again.", theme.style(StyleRole::Warning));
        return;
    }
    page.text(&format!("fetched {when}, {age}"), theme.style(StyleRole::Text));
    let cost = match snapshot.charge.credits() {
        Some(charged) => format!("about {}", charged.in_words()),
        None => format!("up to {}", snapshot.maximum_cost.in_words()),
    };
    page.text(&format!("Fetching them again would cost {cost}."), theme.style(StyleRole::Warning));
    page.text("The charge stays in the ledger.", theme.style(StyleRole::Dim));
}

fn write_store_key(page: &mut Page, model: &Model, theme: &Theme) {
    let text = theme.style(StyleRole::Text);
    page.text("Use it for this session only, or store it for future sessions?", text).gap();
    if let KeyDestination::File(path) = &model.account.key_destination {
        page.text("It would be stored in a file only you can read:", theme.style(StyleRole::Dim));
        page.text(path, theme.style(StyleRole::Dim));
    }
}

fn write_quit(page: &mut Page, step: QuitStep, model: &Model, theme: &Theme) {
    let text = theme.style(StyleRole::Text);
    let running = model.account.requests.running();
    let requests = pluralize(running.len(), "request", "requests");
    page.text(&format!("{requests} running:"), text);
    for running in running {
        let elapsed = running.elapsed(model.session.now).as_secs();
        let line = format!("{} {DOT} {AT_MOST} {} {DOT} {elapsed} s", running.request.target, running.request.quote());
        page.text(&line, theme.style(StyleRole::Cost));
    }
    if let Some(list) = model.account.list.as_ref().filter(|list| list.waiting() > 0) {
        let waiting = pluralize(list.waiting(), "target", "targets");
        page.text(&format!("If you quit, {waiting} in the list will not be fetched."), text);
    }
    page.gap();
    match step {
        QuitStep::ConfirmQuit => page.text("Wait to keep the results.", text),
        QuitStep::Waiting => page.text("Quitting as soon as the results are saved.", theme.style(StyleRole::Good)),
        QuitStep::ConfirmAbandon => {
            page.text("Abandon anyway? Results are lost and may still be charged.", theme.style(StyleRole::Warning))
        }
    };
}
