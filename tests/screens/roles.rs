//! A theme that gives each role its own color, so that a cell's role can be recognized.

use kew_tui::config::{ColorSupport, Config, File, StyleRole, Theme};
use ratatui::style::{Color, Style};

/// Roles that color the background.
const GROUNDS: [StyleRole; 3] = [StyleRole::Cursor, StyleRole::ChosenCell, StyleRole::Selected];

/// The default settings with a distinct color for each role except `text`, which has no style in any theme.
pub fn config() -> Config {
    let mut styles = String::from("[styles]\n");
    for (number, role) in StyleRole::ALL.into_iter().enumerate().filter(|(_, role)| *role != StyleRole::Text) {
        let ground = if GROUNDS.contains(&role) { "bg" } else { "fg" };
        styles.push_str(&format!("{} = {{ {ground} = \"#0000{number:02x}\" }}\n", name(role)));
    }
    let config = Config::read(Some(File { name: "roles.toml", text: &styles }), ColorSupport::Many).unwrap();
    assert_eq!(config.theme.style(StyleRole::Text), Style::default());
    config
}

/// The name of a role in theme files.
fn name(role: StyleRole) -> String {
    let mut name = String::new();
    for letter in format!("{role:?}").chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

/// Maps the colors of the theme back to roles.
pub struct Roles(Theme);

impl Roles {
    pub fn of_config() -> Roles {
        Roles(config().theme)
    }

    /// The role of a cell with these colors: `domain`, or `domain/cursor` on the cursor's row.
    pub fn of(&self, front: Color, back: Color) -> String {
        let front = self.find(|style| style.fg, front);
        match back {
            Color::Reset => front,
            back => format!("{front}/{}", self.find(|style| style.bg, back)),
        }
    }

    fn find(&self, color_of: impl Fn(Style) -> Option<Color>, color: Color) -> String {
        let is_it = |role: &StyleRole| color_of(self.0.style(*role)) == Some(color);
        match StyleRole::ALL.into_iter().find(is_it) {
            Some(role) => name(role),
            None if color == Color::Reset => name(StyleRole::Text),
            None => panic!("{color} is of no role"),
        }
    }
}

#[test]
fn every_role_has_a_distinct_style() {
    let (theme, roles) = (config().theme, Roles::of_config());
    for role in StyleRole::ALL {
        let style = theme.style(role);
        let found = roles.of(style.fg.unwrap_or_default(), style.bg.unwrap_or_default());
        assert_eq!(found, if GROUNDS.contains(&role) { format!("text/{}", name(role)) } else { name(role) });
    }
}
