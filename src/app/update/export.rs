//! Exporting links to a file.

use crate::app::effect::{Effect, Effects};
use crate::app::export::Export;
use crate::app::file_name;
use crate::app::marks::MarkScope;
use crate::app::message::Exported;
use crate::app::model::Model;
use crate::app::overlay::{Confirmation, Overlay};
use crate::app::toasts::Severity;
use crate::domain::ledger::day;
use crate::input::Action;

/// Opens the export prompt.
pub fn open(model: &mut Model, scope: MarkScope) {
    let Some(table) = &model.table.state else { return };
    if table.export_count(scope) == 0 {
        return model.toast(Severity::Info, "nothing to export: no links shown");
    }
    let name = file_name::suggested(table.source(), &day(model.session.unix_now(), model.session.utc_offset));
    model.overlay = Some(Overlay::Export(Export::with_suggestion(&name, scope)));
}

pub fn handle_action(model: &mut Model, action: Action) -> Option<Effects> {
    let Some(Overlay::Export(export)) = &mut model.overlay else { return None };
    match action {
        Action::Edit(edit) => {
            export.line.apply(edit);
            export.error = None;
        }
        Action::NextField => return Some(vec![Effect::CompletePath { typed: export.line.text().to_owned() }]),
        Action::Accept => match export.target() {
            Ok((path, format)) => {
                let scope = export.scope;
                model.overlay = None;
                let selection = model.table.state.as_ref()?.export_selection(scope);
                model.table.exporting = Some(selection.clone());
                return Some(vec![Effect::Export { selection, format, path, overwrite: false }]);
            }
            Err(error) => export.error = Some(error.to_string()),
        },
        Action::Cancel => model.overlay = None,
        _ => return None,
    }
    Some(Effects::new())
}

/// Replaces a typed path with its completion, unless the path has changed since.
pub fn complete_path(model: &mut Model, typed: &str, completed: &str) {
    if let Some(Overlay::Export(export)) = &mut model.overlay
        && export.line.text() == typed
    {
        export.line.set(completed);
    }
}

/// Reports the outcome. An existing file is replaced only after a confirmation.
pub fn exported(model: &mut Model, exported: Exported) {
    if !matches!(exported, Exported::Exists { .. }) {
        model.table.exporting = None;
    }
    match exported {
        Exported::Written { what, path, notices } => {
            let text = std::iter::once(format!("{what} written to {path}")).chain(notices).collect::<Vec<_>>();
            model.toast(Severity::Success, text.join("; "));
        }
        Exported::Exists { format, path } => model.confirm(Confirmation::Overwrite { format, path }),
        Exported::Failed { path, why } => model.toast(Severity::Error, format!("can't write {path}: {why}")),
    }
}
