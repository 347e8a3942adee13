//! Questions before something that costs, or that can't be taken back.

use std::time::Duration;

use crate::app::effect::{Effect, Effects};
use crate::app::marks::MarkScope;
use crate::app::model::Model;
use crate::app::overlay::{Confirmation, Overlay};
use crate::input::Action;

use super::{ask, key_prompt, marked, quit};

/// Enter spends only once the question has stood for so long: it is the key that brought the question up, and pressing
/// it twice by accident must cost nothing.
const TIME_TO_READ: Duration = Duration::from_millis(500);

/// Acts on the answer to a question. Ctrl-C is a no.
pub fn act(model: &mut Model, action: Action) -> Option<Effects> {
    let Some(Overlay::Confirm { confirmation, since }) = &model.overlay else { return None };
    let read = model.session.now.saturating_sub(*since) >= TIME_TO_READ;
    if let Confirmation::Leave(leaving) = confirmation {
        let leaving = *leaving;
        return quit::act(model, leaving, action);
    }
    let yes = match (action, confirmation) {
        (Action::Yes, _) => true,
        (Action::Accept, Confirmation::Spend { .. }) if read => true,
        (Action::Accept, Confirmation::Spend { .. }) => return Some(Effects::new()),
        (
            Action::Accept,
            Confirmation::Delete(_)
            | Confirmation::Overwrite { .. }
            | Confirmation::OpenAddress { .. }
            | Confirmation::KeepKey(_),
        ) => false,
        (Action::StoreKey, Confirmation::KeepKey(_)) => true,
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
        Confirmation::Spend { request, agreed, .. } if yes => ask::send(model, request, agreed),
        // What the question was about, whatever is marked by now.
        Confirmation::Overwrite { format, path } => {
            let selection = model.table.exporting.take().filter(|_| yes);
            let export = |selection| Effect::Export { selection, format, path, overwrite: true };
            selection.map(export).into_iter().collect()
        }
        Confirmation::HiddenMarks { action: what, .. } => match action {
            Action::AllMarked => marked::act(model, what, MarkScope::All),
            Action::VisibleOnly | Action::Accept => marked::act(model, what, MarkScope::Visible),
            _ => Effects::new(),
        },
        Confirmation::KeepKey(key) if yes || action == Action::Accept => key_prompt::set(model, key, yes),
        Confirmation::OpenAddress { url, .. } if yes => vec![Effect::Open { url }],
        Confirmation::Delete(snapshot) if yes => vec![Effect::DeleteResponse { id: snapshot.id }],
        Confirmation::Spend { .. }
        | Confirmation::Delete(_)
        | Confirmation::OpenAddress { .. }
        | Confirmation::KeepKey(_)
        | Confirmation::Leave(_) => Effects::new(),
    })
}
