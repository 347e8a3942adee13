//! The target box.

use crate::domain::signs::{AT_MOST, DOT, ELLIPSIS};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::target_list;
use crate::app::Model;
use crate::app::account::Access;
use crate::app::screen::Focus;
use crate::app::target_form::FormField;
use crate::config::{StyleRole, Theme};
use crate::input::LineEdit;
use crate::widgets::line_input::LineInput;
use crate::widgets::target_box::{Choice, TargetBox, TargetBoxStyles};

pub(super) fn draw(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let form = &model.target;
    let focused = model.screen.focus == Focus::Target;
    let at = |field| focused && form.field == field;
    let styles = TargetBoxStyles {
        border: theme.style(if focused { StyleRole::BorderActive } else { StyleRole::Border }),
        title: theme.style(if focused { StyleRole::Accent } else { StyleRole::Header }),
        field: theme.style(StyleRole::Field),
        chosen: theme.style(StyleRole::Selected),
        cost: theme.style(StyleRole::Cost),
        error: theme.style(StyleRole::Danger),
        dim: theme.style(StyleRole::Dim),
    };
    let quote = form.quote().map_or_else(|| format!("{AT_MOST} ?"), |quote| format!("{AT_MOST} {quote}"));
    let title = match model.account.access {
        Access::Demo | Access::DemoStarting => format!(" Target {DOT} demo, nothing is charged "),
        Access::Key | Access::NoKey { .. } => " Target ".to_owned(),
    };
    let placeholder = format!("https://{ELLIPSIS}  page or domain");
    let list = form.list.as_ref().map(|list| target_list::count(list.targets.len(), form.scope));
    let mut url = input(&form.url, at(FormField::Url), &placeholder, theme);
    if let Some(list) = &list {
        (url.text, url.cursor, url.highlight) = (list, None, None);
    }
    TargetBox {
        url,
        count: input(&form.count, at(FormField::Count), "0", theme),
        scope: Choice { text: form.scope.name(), focused: at(FormField::Scope) },
        mode: Choice { text: form.mode.name(), focused: at(FormField::Mode) },
        quote: &quote,
        error: form.error.as_ref().map(|error| error.message.as_str()),
        title: &title,
        focused,
        styles: &styles,
    }
    .render(area, buf)
    .filter(|_| model.overlay.is_none())
}

fn input<'a>(line: &'a LineEdit, focused: bool, placeholder: &'a str, theme: &Theme) -> LineInput<'a> {
    let selected = focused && line.is_selected();
    LineInput {
        text: line.text(),
        cursor: focused.then(|| line.cursor()),
        placeholder,
        highlight: selected.then(|| (0..line.text().len(), theme.style(StyleRole::Selected))),
        style: theme.style(StyleRole::Field),
        dim: theme.style(StyleRole::Dim),
    }
}
