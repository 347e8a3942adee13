//! What each meaning looks like. A theme knows meanings, not widgets: a new widget needs no new colours.

use ratatui::style::{Color, Modifier, Style};
use toml::de::DeValue;

use super::File;
use super::color_support::nearest;
use super::diagnostic::Diagnostics;
use super::reader::{Reader, Section, text, texts};
use super::value_error::ValueError;

/// What a piece of the screen means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // Each is explained by the theme files, which use the same words.
pub enum StyleRole {
    Text,
    Dim,
    Accent,
    Border,
    BorderActive,
    Header,
    Chosen,
    Cursor,
    ChosenCell,
    Marked,
    /// What a filter found, within a cell.
    Found,
    Domain,
    Anchor,
    Url,
    Field,
    Selected,
    Cost,
    Good,
    Warning,
    Danger,
    Key,
    Hint,
}

/// How many meanings there are.
const COUNT: usize = 22;

/// Every meaning by its name in a theme.
const NAMES: [(StyleRole, &str); COUNT] = [
    (StyleRole::Text, "text"),
    (StyleRole::Dim, "dim"),
    (StyleRole::Accent, "accent"),
    (StyleRole::Border, "border"),
    (StyleRole::BorderActive, "border-active"),
    (StyleRole::Header, "header"),
    (StyleRole::Chosen, "chosen"),
    (StyleRole::Cursor, "cursor"),
    (StyleRole::ChosenCell, "chosen-cell"),
    (StyleRole::Marked, "marked"),
    (StyleRole::Found, "found"),
    (StyleRole::Domain, "domain"),
    (StyleRole::Anchor, "anchor"),
    (StyleRole::Url, "url"),
    (StyleRole::Field, "field"),
    (StyleRole::Selected, "selected"),
    (StyleRole::Cost, "cost"),
    (StyleRole::Good, "good"),
    (StyleRole::Warning, "warning"),
    (StyleRole::Danger, "danger"),
    (StyleRole::Key, "key"),
    (StyleRole::Hint, "hint"),
];

impl StyleRole {
    /// Every meaning.
    pub const ALL: [StyleRole; COUNT] = {
        let mut all = [StyleRole::Text; COUNT];
        let mut i = 0;
        while i < COUNT {
            all[i] = NAMES[i].0;
            i += 1;
        }
        all
    };
}

/// A style for each meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    styles: [Style; COUNT],
}

/// The themes that are built in.
pub(super) const THEME_NAMES: [&str; 3] = ["dark", "sixteen", "plain"];

impl Theme {
    /// The style of a meaning.
    pub fn style(&self, role: StyleRole) -> Style {
        self.styles.get(role as usize).copied().unwrap_or_default()
    }

    /// A theme by its name; `dark` for any that is not built in.
    pub(super) fn built_in(name: &str) -> Result<Theme, Diagnostics> {
        let (file, text) = match name {
            "sixteen" => ("the 16-color theme", include_str!("../../assets/themes/sixteen.toml")),
            "plain" => ("the plain theme", include_str!("../../assets/themes/plain.toml")),
            _ => ("the dark theme", include_str!("../../assets/themes/dark.toml")),
        };
        Reader::run(File { name: file, text }, |reader, root| {
            let mut theme = Theme { styles: [Style::default(); COUNT] };
            for (role, name) in NAMES {
                match reader.take(root, name, style) {
                    Some(style) => theme.overlay(&[(role, style)]),
                    None => reader.diagnostic(None, format!("“{name}” is missing")),
                }
            }
            theme
        })
    }

    /// Takes for each colour the nearest of the sixteen that nearly every terminal has.
    pub(super) fn reduce(&mut self) {
        for style in &mut self.styles {
            (style.fg, style.bg) = (style.fg.map(nearest), style.bg.map(nearest));
        }
    }

    /// Lays styles over those of the theme.
    pub(super) fn overlay(&mut self, styles: &[(StyleRole, Style)]) {
        for (role, style) in styles {
            if let Some(own) = self.styles.get_mut(*role as usize) {
                *own = *style;
            }
        }
    }
}

/// The `[styles]` of a settings file.
pub(super) fn read_styles_section(reader: &mut Reader<'_>, root: &mut Section<'_>) -> Vec<(StyleRole, Style)> {
    let read = |reader: &mut Reader<'_>, section: &mut Section<'_>| {
        NAMES.iter().filter_map(|(role, name)| Some((*role, reader.take(section, name, style)?))).collect()
    };
    reader.table(root, "styles", read).unwrap_or_default()
}

fn style(value: &DeValue<'_>) -> Result<Style, ValueError> {
    let table = value.as_table().ok_or(ValueError::NoStyle)?;
    let mut style = Style::default();
    for (name, value) in table {
        match name.get_ref().as_ref() {
            "fg" => style = style.fg(color(value.get_ref())?),
            "bg" => style = style.bg(color(value.get_ref())?),
            "modifiers" => {
                for name in texts(value.get_ref())? {
                    style = style.add_modifier(modifier(&name)?);
                }
            }
            other => return Err(ValueError::StylePart(other.to_owned())),
        }
    }
    Ok(style)
}

fn color(value: &DeValue<'_>) -> Result<Color, ValueError> {
    let name = text(value)?;
    name.parse().map_err(|_| ValueError::Colour(name))
}

fn modifier(name: &str) -> Result<Modifier, ValueError> {
    match name {
        "bold" => Ok(Modifier::BOLD),
        "dim" => Ok(Modifier::DIM),
        "italic" => Ok(Modifier::ITALIC),
        "underlined" => Ok(Modifier::UNDERLINED),
        "reversed" => Ok(Modifier::REVERSED),
        _ => Err(ValueError::Modifier(name.to_owned())),
    }
}
