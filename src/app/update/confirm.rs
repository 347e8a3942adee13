//! Confirmation dialogs, before something that costs credits or can't be undone.

use std::time::Duration;

use crate::app::effect::{Effect, Effects};
use crate::app::marks::MarkScope;
use crate::app::model::Model;
use crate::app::overlay::{Confirmation, Overlay};
use crate::input::Action;

use super::{fetch_list, fetch_target, key_prompt, marked, quit};

/// Enter spends credits only after the dialog was shown this long: Enter also opened it, and pressing it twice by
/// accident must cost nothing.
const MIN_SHOWN: Duration = Duration::from_millis(500);

/// Ctrl-C means no.
pub fn handle_action(model: &mut Model, action: Action) -> Option<Effects> {
    let Some(Overlay::Confirm { confirmation, shown_at }) = &model.overlay else { return None };
    let had_time_to_read = model.session.now.saturating_sub(*shown_at) >= MIN_SHOWN;
    if let Confirmation::Quit(step) = confirmation {
        let step = *step;
        return quit::handle_action(model, step, action);
    }
    let yes = match (action, confirmation) {
        (Action::Yes, _) => true,
        (Action::Accept, Confirmation::Spend { .. } | Confirmation::SpendList(_)) if had_time_to_read => true,
        (Action::Accept, Confirmation::Spend { .. } | Confirmation::SpendList(_)) => return Some(Effects::new()),
        (
            Action::Accept,
            Confirmation::Delete(_)
            | Confirmation::Overwrite { .. }
            | Confirmation::OpenUrl { .. }
            | Confirmation::StoreKey(_),
        ) => false,
        (Action::StoreKey, Confirmation::StoreKey(_)) => true,
        (Action::VisibleOnly | Action::AllMarked | Action::Accept, Confirmation::HiddenMarks { .. }) => true,
        (Action::OpenOlder, Confirmation::Spend { older: Some(_), .. }) => false,
        (Action::Cancel | Action::CancelOrQuit | Action::Quit, _) => false,
        _ => return None,
    };
    let Some(Overlay::Confirm { confirmation, .. }) = model.overlay.take() else { return None };
    Some(match confirmation {
        Confirmation::Spend { older: Some(older), .. } if action == Action::OpenOlder => {
            vec![Effect::OpenSnapshot { id: older.id }]
        }
        Confirmation::Spend { request, agreed, .. } if yes => fetch_target::send(model, request, agreed),
        Confirmation::SpendList(plan) if yes => fetch_list::start(model, &plan),
        // Exports what the dialog was opened for, even if the marks have changed since.
        Confirmation::Overwrite { format, path } => {
            let selection = model.table.exporting.take().filter(|_| yes);
            let export = |selection| Effect::Export { selection, format, path, overwrite: true };
            selection.map(export).into_iter().collect()
        }
        Confirmation::HiddenMarks { action: marked_action, .. } => match action {
            Action::AllMarked => marked::run(model, marked_action, MarkScope::All),
            Action::VisibleOnly | Action::Accept => marked::run(model, marked_action, MarkScope::Visible),
            _ => Effects::new(),
        },
        Confirmation::StoreKey(key) if yes || action == Action::Accept => key_prompt::use_key(model, key, yes),
        Confirmation::OpenUrl { url, .. } if yes => vec![Effect::Open { url }],
        Confirmation::Delete(snapshot) if yes => vec![Effect::DeleteResponse { id: snapshot.id }],
        Confirmation::Spend { .. }
        | Confirmation::SpendList(_)
        | Confirmation::Delete(_)
        | Confirmation::OpenUrl { .. }
        | Confirmation::StoreKey(_)
        | Confirmation::Quit(_) => Effects::new(),
    })
}
