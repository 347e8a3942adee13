//! From a message to the next state of the model and to what shall be done: one file for each part of the screen.
//!
//! A key becomes an action in the context that has the keys ([`Model::context`]); the part of the screen that owns the
//! context acts on it, and what it does not know goes on to `global`.

mod account;
mod archive;
mod ask;
mod columns;
mod compare;
mod confirm;
mod detail;
mod export;
mod facets;
mod fetch;
mod filter;
mod global;
mod key_prompt;
mod load;
mod marked;
mod menu;
mod mouse;
mod page;
mod palette;
mod prompt;
mod shelf;
mod table;
mod target;

use crate::input::{Action, Chord, Context, Key};

use super::effect::{Effect, Effects};
use super::message::Message;
use super::model::Model;
use super::moment::Moment;
use super::overlay::Overlay;
use super::task::Task;
use super::toasts::Tone;

pub use account::read_balance;
pub use load::begin as open_files;
pub use page::help_lines;

/// Takes the model one message further. `now` is the time since the program started.
pub fn update(model: &mut Model, now: Moment, message: Message) -> Effects {
    model.session.now = model.session.now.max(now);
    model.screen.toasts.expire(model.session.now);
    let may_change_archive = shelf::may_change(&message);
    let mut effects = act_on(model, message);
    shelf::follow_archive(model, may_change_archive);
    effects.append(&mut confirm::settle(model));
    effects.extend(jobs(model));
    effects
}

/// What workers shall do for the table.
fn jobs(model: &mut Model) -> Effects {
    let Some(browser) = &mut model.table.browser else { return Effects::new() };
    browser.settle_hidden();
    let generation = model.session.next_generation();
    let arrange = browser.take_job(generation).map(|arrangement| Effect::Arrange { generation, arrangement });
    // While links still come, the groups would be of yesterday.
    let is_whole = model.table.loading.as_ref().is_none_or(|loading| loading.done);
    let group = is_whole.then(|| browser.take_group_job()).flatten().map(|links| Effect::GroupDomains { links });
    arrange.into_iter().chain(group).chain(filter::ask_frequent(model)).collect()
}

fn act_on(model: &mut Model, message: Message) -> Effects {
    match message {
        Message::Key(chord) => key(model, chord),
        Message::Mouse(event) => mouse::act(model, event),
        Message::Paste(text) => paste(model, &text),
        Message::Resize { width, height } => resize(model, width, height),
        Message::Wake => Effects::new(),
        Message::Fetch { id, event } => fetch::act(model, id, event),
        Message::Balance { reading, result } => account::balance(model, reading, result),
        Message::DemoStarted(result) => account::demo_started(model, result),
        Message::Archive(event) => archive::act(model, event),
        Message::Load(event) => load::act(model, event),
        Message::Arranged { generation, found, looked_at } => {
            let page = model.page();
            if let Some(browser) = &mut model.table.browser {
                browser.arranged(generation, found, looked_at, page);
            }
            Effects::new()
        }
        Message::Exported(exported) => {
            export::exported(model, exported);
            Effects::new()
        }
        Message::PathCompleted { typed, completed } => {
            export::completed(model, &typed, &completed);
            Effects::new()
        }
        Message::Counted { generation, counts } => {
            if let Some(browser) = &mut model.table.browser {
                browser.counted(generation, &counts);
            }
            facets::counted(model, generation, counts);
            Effects::new()
        }
        Message::Grouped { links, domains } => {
            let page = model.page();
            if let Some(browser) = &mut model.table.browser {
                browser.set_domains(&links, domains, page);
            }
            Effects::new()
        }
        Message::Copied(result) => {
            match result {
                Ok(copied) => model.toast(Tone::Success, format!("copied {} · {}", copied.what, copied.route)),
                Err(why) => model.toast(Tone::Error, format!("not copied: {why}")),
            }
            Effects::new()
        }
        Message::Opened(result) => {
            match result {
                Ok(()) => model.toast(Tone::Success, "handed to the browser"),
                Err(why) => model.toast(Tone::Error, format!("no browser opened: {why}")),
            }
            Effects::new()
        }
        Message::KeyStored(result) => {
            key_prompt::stored(model, result);
            Effects::new()
        }
        Message::TaskFailed { task, why } => {
            broke_down(model, task, &why);
            Effects::new()
        }
        Message::Terminate => vec![Effect::Quit],
        Message::NotSuspended => {
            model.toast(Tone::Info, "kew-tui can't be suspended here: there is no shell to bring it back");
            Effects::new()
        }
    }
}

/// Lets nothing wait any more for work that broke down, and says so.
fn broke_down(model: &mut Model, task: Task, why: &str) {
    let page = model.page();
    match (task, &mut model.table.browser) {
        (Task::Arrange { generation }, Some(browser)) => browser.arranging_failed(generation),
        (Task::Count { generation }, _) => facets::broke_down(model, generation),
        (Task::Group, Some(browser)) => browser.grouping_failed(page),
        (Task::Load, _) => load::broke_down(model),
        (Task::Export, _) => model.table.exporting = None,
        (Task::Balance { reading }, _) if model.account.counter.is_newest(reading) => {
            model.account.counter.forget_balance()
        }
        _ => {}
    }
    model.toast(Tone::Error, format!("{} failed, the session goes on: {why}", task.what()));
}

fn key(model: &mut Model, chord: Chord) -> Effects {
    model.account.wish = None;
    let context = model.context();
    if context == Context::Table && digit(model, chord) {
        return Effects::new();
    }
    let action = model.session.keymap.lookup(context, chord);
    let effects = match action {
        Some(action) => act(model, context, action),
        None => typed(model, context, chord),
    };
    model.screen.count = None;
    effects
}

/// Does what an action means in a context.
fn act(model: &mut Model, context: Context, action: Action) -> Effects {
    let own = match context {
        Context::Table => table::act(model, action),
        Context::Detail => detail::act(model, action),
        Context::Target => target::act(model, action),
        Context::Filter => filter::act(model, action),
        Context::Archive => shelf::act(model, action),
        Context::Facets => facets::act(model, action),
        Context::Prompt => prompted(model, action),
        Context::Menu => menu::act(model, action),
        Context::Palette => palette::act(model, action),
        Context::Confirm => confirm::act(model, action),
        Context::Page => page::act(model, action),
        Context::Line | Context::Anywhere => None,
    };
    own.unwrap_or_else(|| global::act(model, action))
}

/// Acts where a line is asked for: the topmost thing that asks.
fn prompted(model: &mut Model, action: Action) -> Option<Effects> {
    match &model.overlay {
        Some(Overlay::Export(_)) => export::act(model, action),
        Some(Overlay::Prompt(_)) => prompt::act(model, action),
        Some(Overlay::Key(_)) => key_prompt::act(model, action),
        Some(_) => facets::act_in_search(model, action),
        None => shelf::act_in_prompt(model, action),
    }
}

/// A key that means no action: a letter for the line that is being typed, if there is one.
fn typed(model: &mut Model, context: Context, chord: Chord) -> Effects {
    let Some(letter) = letter(chord) else { return Effects::new() };
    insert(model, context, letter.encode_utf8(&mut [0; 4]))
}

fn paste(model: &mut Model, text: &str) -> Effects {
    if key_prompt::took_paste(model, text) {
        return Effects::new();
    }
    let context = model.context();
    // A paste where nothing is typed is most likely an address, and never a row of keys.
    if matches!(context, Context::Table | Context::Page | Context::Detail)
        && model.overlay.is_none()
        && !model.is_waiting()
    {
        target::begin(model);
        model.target.url.clear();
        return insert(model, Context::Target, text.trim());
    }
    insert(model, context, text)
}

fn insert(model: &mut Model, context: Context, text: &str) -> Effects {
    match context {
        Context::Target => target::insert(model, text),
        Context::Filter => filter::insert(model, text),
        Context::Palette => palette::insert(model, text),
        Context::Prompt if matches!(model.overlay, Some(Overlay::Export(_))) => export::insert(model, text),
        Context::Prompt if matches!(model.overlay, Some(Overlay::Prompt(_))) => prompt::insert(model, text),
        Context::Prompt if matches!(model.overlay, Some(Overlay::Key(_))) => key_prompt::insert(model, text),
        Context::Prompt if model.overlay.is_some() => return facets::insert(model, text),
        Context::Prompt => shelf::insert(model, text),
        _ => {}
    }
    Effects::new()
}

fn letter(chord: Chord) -> Option<char> {
    match chord.key {
        Key::Char(letter) if !chord.ctrl && !chord.alt => Some(letter),
        _ => None,
    }
}

/// Takes a digit of a count, as in `12G`.
fn digit(model: &mut Model, chord: Chord) -> bool {
    let digit = letter(chord).and_then(|letter| letter.to_digit(10)).map(|digit| digit as usize);
    match (digit, model.screen.count) {
        (None | Some(0), None) | (None, Some(_)) => false,
        (Some(digit), before) => {
            model.screen.count = Some(before.unwrap_or(0).saturating_mul(10).saturating_add(digit));
            true
        }
    }
}

fn resize(model: &mut Model, width: u16, height: u16) -> Effects {
    (model.screen.width, model.screen.height) = (width, height);
    settle(model);
    Effects::new()
}

/// Brings the cursor back on the screen after what is around the table has changed.
fn settle(model: &mut Model) {
    let page = model.page();
    if let Some(browser) = &mut model.table.browser {
        browser.keep_in_sight(page);
    }
}

/// One line up or down in a list of `len`, stopping at either end; `None` for an action that does not move.
fn moved(selected: usize, len: usize, page: usize, action: Action) -> Option<usize> {
    let last = len.saturating_sub(1);
    let to = match action {
        Action::Down => selected.saturating_add(1),
        Action::Up => selected.saturating_sub(1),
        Action::HalfPageDown => selected.saturating_add(page.div_ceil(2)),
        Action::HalfPageUp => selected.saturating_sub(page.div_ceil(2)),
        Action::PageDown => selected.saturating_add(page),
        Action::PageUp => selected.saturating_sub(page),
        Action::Top => 0,
        Action::Bottom => last,
        _ => return None,
    };
    Some(to.min(last))
}
