//! The detail pane: everything known about the link at the cursor.

use crate::domain::signs::{CLOSE, ELLIPSIS, OPEN};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::parts::framed;
use crate::app::Model;
use crate::app::screen::Focus;
use crate::config::{StyleRole, Theme};
use crate::domain::anchor_type::AnchorRules;
use crate::domain::columns::{ColumnDef, ColumnId, shown_text};
use crate::domain::domain_name::readable;
use crate::domain::note::Note;
use crate::domain::number::{Thousands, pluralize};
use crate::domain::url_parts::{HostName, HostWarning, UrlParts};
use crate::domain::{Field, Link, LinkSet, Row};
use crate::layout::cells::width;
use crate::widgets::page::Page;

/// Width of the labels.
const LABEL: usize = 9;
/// In cells. A longer title of an extra column is on a line of its own.
const MAX_TITLE: usize = 14;
/// A URL can have thousands of parameters, and every frame lays all of them out.
const MAX_PAIRS: usize = 100;

pub(super) fn draw(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<usize> {
    let table = model.table.state.as_ref().filter(|_| !area.is_empty())?;
    let active = model.screen.focus == Focus::Detail && model.overlay.is_none();
    let Some(row) = table.current_row() else {
        framed("Link", active, theme, area, buf);
        return None;
    };
    let links = table.links();
    let title = format!("Link {} of {}", Thousands(u64::from(row.rank())), Thousands(links.len() as u64));
    let inner = framed(&title, active, theme, area, buf);
    let mut page = Page::new(inner);
    if let Some(note) = table.notes().get(&row) {
        write_note(&mut page, note, theme);
    }
    write(&mut page, &links.shown_link(row), links.link(row).anchor, table.links_from_domain_of(row), theme);
    write_extras(&mut page, links, row, theme);
    Some(page.render(inner, buf, model.detail.scroll, theme.style(StyleRole::Dim)))
}

fn write_note(page: &mut Page, note: &Note, theme: &Theme) {
    if !note.tag.is_empty() {
        page.text(&format!("#{}", note.tag), theme.style(StyleRole::Accent));
    }
    if !note.text.is_empty() {
        page.text(&note.text, theme.style(StyleRole::Text));
    }
    page.gap();
}

fn write(page: &mut Page, link: &Link<'_>, raw_anchor: &str, from_domain: Option<u32>, theme: &Theme) {
    let style = |role| theme.style(role);
    let header = |page: &mut Page, field| page_header(page, field, style(StyleRole::Header));
    header(page, Field::Anchor);
    if link.anchor.trim().is_empty() {
        page.text("no anchor text; probably an image link", style(StyleRole::Dim));
    } else {
        page.text(link.anchor, style(StyleRole::Anchor));
    }
    if raw_anchor != link.anchor {
        page.text(&format!("original: {raw_anchor}"), style(StyleRole::Dim));
    }
    header(page.gap(), Field::SourceDomain);
    page.text(&readable(link.source_domain), style(StyleRole::Domain));
    let count = from_domain.map(|links| pluralize(links as usize, "link", "links"));
    page.text(&count.map_or_else(String::new, |count| format!("{count} from this domain")), style(StyleRole::Dim));
    header(page.gap(), Field::SourceUrl);
    write_url(page, link.source_url, theme);
    header(page.gap(), Field::TargetUrl);
    write_url(page, link.target_url, theme);
    header(page.gap(), Field::TargetDomain);
    page.text(&readable(link.target_domain), style(StyleRole::Domain));
}

fn page_header(page: &mut Page, field: Field, style: Style) {
    page.text(ColumnId::Field(field).known().map_or("", |def| def.title), style);
}

/// Extra columns from a file, one a line: a tool's export has dozens.
fn write_extras(page: &mut Page, links: &LinkSet, row: Row, theme: &Theme) {
    let schema = links.schema();
    let defs = schema.ids().filter_map(|id| schema.def(ColumnId::Extra(id)));
    let value = |def: &ColumnDef<'_>| shown_text(links, row, def, &AnchorRules::default()).into_owned();
    let values: Vec<(&str, String)> =
        defs.map(|def| (def.title, value(&def))).filter(|(_, value)| !value.is_empty()).collect();
    let titles = values.iter().map(|(title, _)| width(title)).filter(|width| *width <= MAX_TITLE);
    let label = titles.max().unwrap_or(0) + 1;
    let dim = theme.style(StyleRole::Dim);
    page.gap();
    for (title, value) in &values {
        if width(title) < label {
            page.labeled((title, dim), label, value, theme.style(StyleRole::Text));
        } else {
            page.text(title, dim).labeled(("", dim), label, value, theme.style(StyleRole::Text));
        }
    }
}

/// The URL, then its parts.
fn write_url(page: &mut Page, url: &str, theme: &Theme) {
    let dim = theme.style(StyleRole::Dim);
    let text = theme.style(StyleRole::Field);
    page.text(url, theme.style(StyleRole::Url));
    let Some(parts) = UrlParts::of(url) else { return };
    write_host(page, &parts, theme);
    if parts.path.len() > 1 {
        page.labeled(("path", dim), LABEL, &parts.path, text);
    }
    for (i, (name, value)) in parts.query.iter().take(MAX_PAIRS).enumerate() {
        let label = if i == 0 { "query" } else { "" };
        page.labeled((label, dim), LABEL, &format!("{name} = {value}"), text);
    }
    if let Some(more @ 1..) = parts.query.len().checked_sub(MAX_PAIRS) {
        page.labeled(("", dim), LABEL, &format!("{ELLIPSIS} and {} more", Thousands(more as u64)), dim);
    }
    if let Some(fragment) = &parts.fragment {
        page.labeled(("fragment", dim), LABEL, fragment, text);
    }
}

fn write_host(page: &mut Page, parts: &UrlParts, theme: &Theme) {
    let dim = theme.style(StyleRole::Dim);
    if let Some(user) = &parts.user {
        page.labeled(("user", dim), LABEL, user, theme.style(StyleRole::Field));
        page.labeled(("", dim), LABEL, "! only a user name: the real host is below", theme.style(StyleRole::Warning));
    }
    let HostName { ascii, unicode, warning } = &parts.host;
    let port = parts.port.map(|port| format!(":{port}")).unwrap_or_default();
    page.labeled(("host", dim), LABEL, &format!("{ascii}{port}"), theme.style(StyleRole::Domain));
    if let Some(unicode) = unicode {
        page.labeled(("shown as", dim), LABEL, unicode, theme.style(StyleRole::Domain));
    }
    let warning = match warning {
        Some(HostWarning::MixedScripts) => "! mixed scripts: possible look-alike (homograph) domain".to_owned(),
        Some(HostWarning::LooksLike(other)) => {
            format!("! possible look-alike (homograph) of {OPEN}{other}{CLOSE}")
        }
        None => return,
    };
    page.labeled(("", dim), LABEL, &warning, theme.style(StyleRole::Warning));
}
