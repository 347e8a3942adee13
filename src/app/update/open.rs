//! Opening URLs in the browser.

use crate::app::effect::{Effect, Effects};
use crate::app::model::Model;
use crate::app::overlay::Confirmation;
use crate::app::toasts::Severity;
use crate::domain::Field;
use crate::domain::url_parts::user;

/// Opens a URL of the link at the cursor.
pub fn open(model: &mut Model, field: Field) -> Effects {
    let Some((table, row)) = model.table.state.as_ref().and_then(|table| Some((table, table.current_row()?))) else {
        return Effects::new();
    };
    // Only http and https: the URL comes from outside and must not start another program.
    let url = url::Url::parse(table.links().text(row, field)).ok();
    let Some(url) = url.filter(|url| matches!(url.scheme(), "http" | "https")) else {
        model.toast(Severity::Warning, "not opened: not an http or https URL");
        return Effects::new();
    };
    let Some(user) = user(&url) else { return vec![Effect::Open { url: url.into() }] };
    let host = url.host_str().unwrap_or_default().to_owned();
    model.confirm(Confirmation::OpenUrl { url: url.into(), user, host });
    Effects::new()
}

/// Reports the outcome.
pub fn opened(model: &mut Model, result: Result<(), String>) {
    match result {
        Ok(()) => model.toast(Severity::Success, "sent to the browser"),
        Err(why) => model.toast(Severity::Error, format!("can't open a browser: {why}")),
    }
}
