//! The dialog that asks what the columns of a file hold.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::parts::{dialog, list};
use crate::app::Model;
use crate::app::column_question::{Column, ColumnQuestion};
use crate::config::{StyleRole, Theme};
use crate::domain::Field;
use crate::domain::signs::{CLOSE, OPEN};
use crate::input::{Action, Context};
use crate::layout::cells::{fit, fit_from, width};
use crate::widgets::list::Item;
use crate::widgets::page::Page;

/// In cells; wider lines are hard to follow.
const WIDTH: u16 = 108;

pub(super) fn draw(model: &Model, theme: &Theme, screen: Rect, buf: &mut Buffer) {
    let (Some(question), Some(loading)) = (&model.table.question, &model.table.loading) else { return };
    let wide = WIDTH.min(screen.width.saturating_sub(4));
    let page = || Page::new(Rect { width: wide, ..screen });
    let (mut above, mut below) = (page(), page());
    above.text(&task(model), theme.style(StyleRole::Text));
    if question.lacks_source {
        below.text("First choose the column with the referring page or domain.", theme.style(StyleRole::Danger));
    } else {
        below.text(&format!("{OPEN}other{CLOSE} columns are kept as extra columns."), theme.style(StyleRole::Dim));
    }
    let items = items(question, usize::from(wide));
    let content = above.len() + items.len() + below.len();
    let title = title(loading.name(question.file), usize::from(wide));
    let area = dialog(&title, (wide, u16::try_from(content + 2).unwrap_or(u16::MAX)), theme).render(screen, buf);
    // Without room, the list comes first and the blank lines last.
    let has_gaps = usize::from(area.height) >= content.min(above.len() + below.len() + 3) + 2;
    let (above_len, below_len) = (above.len() as u16, below.len() as u16);
    let [above_height, below_height] = [above_len, below_len].map(|len| len + u16::from(has_gaps));
    let dim = theme.style(StyleRole::Dim);
    let list_area =
        Rect { y: area.y + above_height, height: area.height.saturating_sub(above_height + below_height), ..area };
    above.render(Rect { height: above_len, ..area }.intersection(area), buf, 0, dim);
    list(&items, question.selected, theme).render(list_area.intersection(area), buf);
    let foot = Rect { y: area.bottom().saturating_sub(below_len), height: below_len, ..area };
    below.render(foot.intersection(area), buf, 0, dim);
}

/// Names the key that the key line has too, if there is room for it.
fn task(model: &Model) -> String {
    let key = model.session.keymap.hints(Context::Map).find(|(_, action, _)| *action == Action::ColumnRight);
    let how = key.map(|(chord, ..)| format!(" {chord} changes what a column holds.")).unwrap_or_default();
    format!("The columns of this file are not known.{how}")
}

/// The start of a long path is cut off, since the name of the file is at its end.
fn title(name: &str, wide: usize) -> String {
    let room = wide.saturating_sub(width("Columns of ") + 2);
    format!("Columns of {}", fit_from(name, width(name).saturating_sub(room), room))
}

/// The number, name and first values of each column, and what it holds.
fn items(question: &ColumnQuestion, wide: usize) -> Vec<Item> {
    let digits = question.columns.len().to_string().len();
    let names = question.columns.iter().map(|column| width(&column.name)).max().unwrap_or(0).min(wide / 4);
    let item = |(i, column): (usize, &Column)| {
        let name = fit(&column.name, names);
        let pad = " ".repeat(names.saturating_sub(width(&name)));
        let gap = if names > 0 { "  " } else { "" };
        let text = format!("{:>digits$} {name}{pad}{gap}{}", i + 1, column.values);
        Item::new(text, meaning(question.meaning(i)))
    };
    question.columns.iter().enumerate().map(item).collect()
}

fn meaning(field: Option<Field>) -> &'static str {
    match field {
        Some(Field::SourceUrl) => "referring page",
        Some(Field::SourceDomain) => "referring domain",
        Some(Field::TargetUrl) => "target page",
        Some(Field::TargetDomain) => "target domain",
        Some(Field::Anchor) => "anchor text",
        None => "other",
    }
}
