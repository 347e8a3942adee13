//! The page shown while waiting for a response.

use crate::app::effect::Effects;
use crate::app::model::Model;
use crate::app::toasts::Severity;
use crate::input::Action;

use super::fetch_list;

/// Cancel leaves the request running in the background, and ends a list after it.
pub fn handle_action(model: &mut Model, action: Action) -> Option<Effects> {
    if !matches!(action, Action::Cancel | Action::CancelOrQuit) {
        return None;
    }
    let watched = model.account.requests.watched();
    let target = watched.map(|r| r.request.target.to_string()).unwrap_or_default();
    let is_of_list = watched.is_some_and(|running| fetch_list::includes(model, running.id));
    model.account.requests.stop_watching();
    model.toast(Severity::Info, format!("{target} continues in the background"));
    if is_of_list {
        fetch_list::stop(model, 0);
    }
    Some(Effects::new())
}
