//! Styles by role. A theme assigns styles to roles, not to widgets, so a new widget needs no new colors.

use ratatui::style::{Color, Modifier, Style};
use toml::de::DeValue;

use super::color_support::nearest;
use super::reader::{Reader, Section, text, texts};
use super::value_error::ValueError;

/// What a part of the screen means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StyleRole {
    Text,
    Dim,
    Accent,
    Border,
    BorderActive,
    Header,
    /// The header of the chosen column, and the tab of the chosen facet.
    Chosen,
    /// The line of the cursor.
    Cursor,
    ChosenCell,
    /// The signs at the start of a line, such as marks.
    Marked,
    /// Text within a cell that matches the filter.
    Found,
    Domain,
    Anchor,
    Url,
    /// Text that can be edited, and the parts of a URL.
    Field,
    /// The selected line of a list.
    Selected,
    Cost,
    Good,
    Warning,
    Danger,
    /// The name of a key.
    Key,
    /// What a key does.
    Hint,
}

const COUNT: usize = 22;

/// The name of each role in a theme file.
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

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    styles: [Style; COUNT],
}

impl Theme {
    pub fn style(&self, role: StyleRole) -> Style {
        self.styles.get(role as usize).copied().unwrap_or_default()
    }

    /// All roles unstyled.
    pub(super) fn blank() -> Theme {
        Theme { styles: [Style::default(); COUNT] }
    }

    /// Replaces each color with the nearest of the 16 ANSI colors.
    pub(super) fn reduce_colors(&mut self) {
        for style in &mut self.styles {
            (style.fg, style.bg) = (style.fg.map(nearest), style.bg.map(nearest));
        }
    }

    /// Overrides the styles of some roles.
    pub(super) fn override_styles(&mut self, styles: &[(StyleRole, Style)]) {
        for (role, style) in styles {
            if let Some(own) = self.styles.get_mut(*role as usize) {
                *own = *style;
            }
        }
    }
}

/// Reads `[styles]` of a settings file.
pub(super) fn read_styles_section(reader: &mut Reader<'_>, root: &mut Section<'_>) -> Vec<(StyleRole, Style)> {
    reader.table(root, "styles", read_styles).unwrap_or_default()
}

pub(super) fn read_styles(reader: &mut Reader<'_>, section: &mut Section<'_>) -> Vec<(StyleRole, Style)> {
    NAMES.iter().filter_map(|(role, name)| Some((*role, reader.take(section, name, style)?))).collect()
}

/// The names of the roles that a section does not set.
pub(super) fn missing_styles(section: &mut Section<'_>) -> Vec<&'static str> {
    NAMES.iter().map(|(_, name)| *name).filter(|name| section.get(name).is_none()).collect()
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
    name.parse().map_err(|_| ValueError::Color(name))
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
