//! The page shown while waiting for a response.

use crate::app::effect::Effects;
use crate::app::model::Model;
use crate::app::toasts::Severity;
use crate::input::Action;

/// Cancel leaves the request running in the background.
pub fn handle_action(model: &mut Model, action: Action) -> Option<Effects> {
    if !matches!(action, Action::Cancel | Action::CancelOrQuit) {
        return None;
    }
    let target = model.account.requests.watched().map(|r| r.request.target.to_string()).unwrap_or_default();
    model.account.requests.stop_watching();
    model.toast(Severity::Info, format!("{target} continues in the background"));
    Some(Effects::new())
}
