//! From a message to the next state and its effects: one file for each part of the screen.
//!
//! A key is looked up in the current context ([`Model::context`]), which gives an action. `dispatch` passes it to the
//! focused part of the screen, and to `global` if that part does not handle it. A part may call the parts it opens,
//! never the reverse; what several parts need, such as opening a dialog, is a method of the model.

mod account;
mod archive_events;
mod archive_screen;
mod column_question;
mod columns;
mod compare;
mod confirm;
mod copy;
mod detail;
mod dispatch;
mod empty;
mod export;
mod facets;
mod failure;
mod fetch_events;
mod fetch_list;
mod fetch_target;
mod filter;
mod global;
mod help;
mod jobs;
mod key_prompt;
mod keys;
mod ledger;
mod load;
mod marked;
mod mouse;
mod open;
mod palette;
mod prompt;
mod quit;
mod step;
mod table;
mod target;
mod waiting;
mod welcome;

use super::effect::{Effect, Effects};
use super::elapsed::Elapsed;
use super::message::Message;
use super::model::Model;
use super::toasts::Severity;

pub use account::read_balance;
pub use load::open as open_files;

/// Applies a message to the model. `now` is the time since the program started.
pub fn update(model: &mut Model, now: Elapsed, message: Message) -> Effects {
    model.session.now = model.session.now.max(now);
    model.screen.toasts.expire(model.session.now);
    let may_change_archive = archive_screen::may_change(&message);
    let mut effects = handle_message(model, message);
    archive_screen::refresh_rows(model, may_change_archive);
    fetch_list::update_plan(model);
    effects.append(&mut quit::quit_when_done(model));
    column_question::show(model);
    effects.append(&mut jobs::start_pending(model));
    effects
}

fn handle_message(model: &mut Model, message: Message) -> Effects {
    match message {
        Message::Key(chord) => return keys::press(model, chord),
        Message::Paste(text) => return keys::paste(model, &text),
        Message::Mouse(event) => mouse::handle_event(model, event),
        Message::Resize { width, height } => model.resize(width, height),
        Message::Wake => {}
        Message::Drawn(scroll) => model.set_scroll(scroll),
        Message::Fetch { id, event } => return fetch_events::handle_event(model, id, event),
        Message::Balance { reading, result } => account::balance_read(model, reading, result),
        Message::DemoStarted(result) => return account::demo_started(model, result),
        Message::KeyStored(result) => key_prompt::stored(model, result),
        Message::Archive(event) => return archive_events::handle_event(model, event),
        Message::Load(event) => load::handle_event(model, event),
        Message::ViewComputed { generation, result, scanned } => {
            jobs::apply_view_result(model, generation, result, scanned);
        }
        Message::Counted { generation, counts } => jobs::set_counts(model, generation, counts),
        Message::DomainsGrouped { links, domains } => jobs::set_domains(model, &links, domains),
        Message::TaskFailed { task, why } => jobs::task_failed(model, task, &why),
        Message::Exported(exported) => export::exported(model, exported),
        Message::PathCompleted { typed, completed } => export::complete_path(model, &typed, &completed),
        Message::Copied(result) => copy::copied(model, result),
        Message::Opened(result) => open::opened(model, result),
        Message::Terminate => return vec![Effect::Quit],
        Message::NotSuspended => {
            model.toast(Severity::Info, "can't suspend: no shell to return to");
        }
    }
    Effects::new()
}
