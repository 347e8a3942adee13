//! Entering an API key: at the first start, for a fetch that needs one, or to replace a rejected one.

use crate::app::account::Access;
use crate::app::effect::{Effect, Effects};
use crate::app::key_prompt::{KeyDestination, KeyPrompt, TypedKey, looks_like_key};
use crate::app::model::Model;
use crate::app::overlay::{Confirmation, Overlay};
use crate::app::screen::{Focus, MainPane};
use crate::app::target_form::FormField;
use crate::app::toasts::Severity;
use crate::input::Action;

use super::account;

pub fn open(model: &mut Model) {
    match model.account.access {
        Access::Key | Access::NoKey { .. } => show(model, KeyPrompt::default()),
        Access::Demo | Access::DemoStarting => {
            model.toast(Severity::Info, "the demo needs no key: start kew-tui without --demo to use yours");
        }
    }
}

fn show(model: &mut Model, prompt: KeyPrompt) {
    model.overlay = Some(Overlay::KeyPrompt(prompt));
}

/// Takes a paste that is certainly an API key, so that the key never appears in the target box. Returns whether it did.
pub fn intercept_paste(model: &mut Model, text: &str) -> bool {
    let may_intercept = model.overlay.is_none()
        && matches!(model.account.access, Access::NoKey { .. })
        && matches!((&model.screen.main, model.screen.focus), (_, Focus::Target) | (MainPane::Welcome, Focus::Main))
        && (model.screen.focus != Focus::Target || model.target.field == FormField::Url)
        && model.target.url.text().is_empty();
    if !may_intercept || !looks_like_key(text) {
        return false;
    }
    let mut prompt = KeyPrompt::default();
    prompt.line.insert(text.trim());
    show(model, prompt);
    true
}

/// Takes a submitted target that is certainly an API key: some terminals paste as if typing. Returns whether it did.
pub fn intercept_target(model: &mut Model) -> bool {
    let is_key = matches!(model.account.access, Access::NoKey { .. }) && looks_like_key(model.target.url.text());
    if is_key {
        let mut prompt = KeyPrompt::default();
        prompt.line.insert(model.target.url.text().trim());
        model.target.url.clear();
        show(model, prompt);
    }
    is_key
}

pub fn handle_action(model: &mut Model, action: Action) -> Option<Effects> {
    let Some(Overlay::KeyPrompt(prompt)) = &mut model.overlay else { return None };
    match action {
        Action::Edit(edit) => {
            prompt.line.apply(edit);
            prompt.error = None;
        }
        Action::Accept => match prompt.key() {
            Ok(key) => return Some(submit(model, key)),
            Err(why) => prompt.error = Some(why),
        },
        Action::Cancel => model.overlay = None,
        _ => return None,
    }
    Some(Effects::new())
}

/// Opens the dialog that offers to store the key, if it can be stored.
fn submit(model: &mut Model, key: TypedKey) -> Effects {
    match model.account.key_destination.clone() {
        KeyDestination::File(_) => {
            model.confirm(Confirmation::StoreKey(key));
            Effects::new()
        }
        KeyDestination::Nowhere(why) => {
            model.overlay = None;
            model.toast(Severity::Success, format!("API key set for this session. It can't be stored: {why}"));
            use_key(model, key, false)
        }
    }
}

/// Uses the key from now on. A request that waited for it is sent by the next Enter, not by this.
pub fn use_key(model: &mut Model, key: TypedKey, store: bool) -> Effects {
    model.account.access = Access::Key;
    if matches!(model.screen.main, MainPane::Welcome) {
        model.edit_target();
    }
    if !store && matches!(model.account.key_destination, KeyDestination::File(_)) {
        model.toast(Severity::Success, "API key set for this session");
    }
    vec![Effect::UseKey { key: key.0, store }, account::read_balance(model)]
}

/// Reports whether the key was stored.
pub fn stored(model: &mut Model, result: Result<String, String>) {
    match result {
        Ok(path) => {
            model.toast(Severity::Success, format!("API key stored in {path}, readable only by you"));
            model.account.key_destination = KeyDestination::Nowhere(format!("{path} already has an api_key"));
        }
        Err(why) => model.toast(Severity::Error, format!("API key set for this session, but not stored: {why}")),
    }
}
