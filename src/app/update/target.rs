//! The target box.

use crate::app::effect::Effects;
use crate::app::model::Model;
use crate::app::screen::Focus;
use crate::app::target_form::FormField;
use crate::input::Action;

use super::step::step_scroll;
use super::{fetch_list, fetch_target, key_prompt};

pub fn handle_action(model: &mut Model, action: Action) -> Option<Effects> {
    let form = &mut model.target;
    match action {
        Action::Accept => return Some(submit(model)),
        // Back to a single target.
        Action::Cancel if form.list.is_some() => form.list = None,
        Action::Cancel => {
            form.restore();
            model.screen.focus = Focus::Main;
        }
        Action::NextField => form.go_to(form.field.step(true)),
        Action::PreviousField => form.go_to(form.field.step(false)),
        Action::Change => form.toggle(),
        Action::Older | Action::Newer | Action::PageUp | Action::PageDown if form.list.is_some() => {
            scroll(model, action);
        }
        Action::Older | Action::Newer if form.field == FormField::Url => {
            let entry = match action {
                Action::Older => form.history.older(form.url.text()),
                _ => form.history.newer(),
            };
            if let Some(entry) = entry {
                form.url.set(&entry);
                form.error = None;
            }
        }
        Action::Older | Action::Newer => form.toggle(),
        Action::Edit(edit) => form.apply(edit),
        _ => return None,
    }
    Some(Effects::new())
}

fn scroll(model: &mut Model, action: Action) {
    let page = model.text_page();
    let Some(list) = &mut model.target.list else { return };
    let step = match action {
        Action::Older => Action::Up,
        Action::Newer => Action::Down,
        page => page,
    };
    list.scroll = step_scroll(list.scroll, page, step).unwrap_or(list.scroll);
}

fn submit(model: &mut Model) -> Effects {
    if model.target.list.is_some() {
        fetch_list::confirm(model);
        return Effects::new();
    }
    if key_prompt::intercept_target(model) {
        return Effects::new();
    }
    match model.target.request() {
        Ok(request) => {
            model.target.history.add(model.target.url.text());
            model.target.error = None;
            fetch_target::fetch(model, request)
        }
        Err(error) => {
            model.target.report(error);
            Effects::new()
        }
    }
}
