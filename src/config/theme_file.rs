//! Loads themes by name: one file each, built in or the user's own. A theme that inherits another sets only what differs.

use std::borrow::Cow;
use std::io;

use toml::de::DeValue;

use super::color_support::DEFAULT_THEME;
use super::diagnostic::{Diagnostic, Diagnostics};
use super::reader::{File, Reader, text};
use super::theme::{Theme, missing_styles, read_styles};
use super::value_error::ValueError;

/// A user's theme can't have one of these names.
const BUILT_IN: &[(&str, &str)] = &[
    ("dark", include_str!("../../assets/themes/dark.toml")),
    ("light", include_str!("../../assets/themes/light.toml")),
    ("catppuccin-mocha", include_str!("../../assets/themes/catppuccin-mocha.toml")),
    ("catppuccin-latte", include_str!("../../assets/themes/catppuccin-latte.toml")),
    ("gruvbox-dark", include_str!("../../assets/themes/gruvbox-dark.toml")),
    ("gruvbox-light", include_str!("../../assets/themes/gruvbox-light.toml")),
    ("nord", include_str!("../../assets/themes/nord.toml")),
    ("tokyo-night", include_str!("../../assets/themes/tokyo-night.toml")),
    ("sixteen", include_str!("../../assets/themes/sixteen.toml")),
    ("plain", include_str!("../../assets/themes/plain.toml")),
];

/// Finds the user's theme by name. The name has only letters, digits, `-` and `_`. `None` if there is no such file.
pub type UserThemes<'a> = &'a dyn Fn(&str) -> Option<ThemeFile>;

#[derive(Debug)]
pub struct ThemeFile {
    /// For messages.
    pub path: String,
    pub text: io::Result<String>,
}

pub fn theme_names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}

/// The name of an existing theme.
pub(super) fn theme_name(value: &DeValue<'_>, themes: UserThemes<'_>) -> Result<String, ValueError> {
    let name = text(value)?;
    // Checked before the lookup, because the name becomes part of a path.
    let is_plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let exists = theme_names().any(|built_in| built_in == name) || (is_plain && themes(&name).is_some());
    if exists { Ok(name) } else { Err(ValueError::Theme { name, built_in: theme_names().collect() }) }
}

pub(super) fn load(name: &str, themes: UserThemes<'_>) -> Result<Theme, Diagnostics> {
    load_base(name, themes, &[])
}

/// `inheritors` are the themes that inherit this one, directly or indirectly.
fn load_base(name: &str, themes: UserThemes<'_>, inheritors: &[&str]) -> Result<Theme, Diagnostics> {
    let inheritors = [inheritors, &[name]].concat();
    let (path, text) = find(name, themes)?;
    let (base, styles) = Reader::run(File { name: &path, text: &text }, |reader, root| {
        let base = reader.take(root, "inherits", |value| {
            let base = theme_name(value, themes)?;
            if inheritors.contains(&base.as_str()) { Err(ValueError::InheritsItself(base)) } else { Ok(base) }
        });
        if root.get("inherits").is_none() {
            let missing = missing_styles(root).join(", ");
            if !missing.is_empty() {
                let message = format!("not set: {missing}. Set them, or add inherits = \"{DEFAULT_THEME}\"");
                reader.diagnostic(None, message);
            }
        }
        (base, read_styles(reader, root))
    })?;
    let mut theme = match base {
        Some(base) => load_base(&base, themes, &inheritors)?,
        None => Theme::blank(),
    };
    theme.override_styles(&styles);
    Ok(theme)
}

/// The path for messages, and the text of the theme.
fn find(name: &str, themes: UserThemes<'_>) -> Result<(String, Cow<'static, str>), Diagnostics> {
    if let Some((_, text)) = BUILT_IN.iter().find(|(built_in, _)| *built_in == name) {
        return Ok((format!("the built-in theme {name}"), Cow::Borrowed(text)));
    }
    let diagnostic = |file: String, message: String| Diagnostics(vec![Diagnostic { file, line: None, message }]);
    match themes(name) {
        Some(ThemeFile { path, text: Ok(text) }) => Ok((path, Cow::Owned(text))),
        Some(ThemeFile { path, text: Err(error) }) => Err(diagnostic(path, format!("can't be read: {error}"))),
        None => Err(diagnostic(format!("themes/{name}.toml"), "the file no longer exists".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::Color;

    use super::*;
    use crate::config::{ColorSupport, Config, StyleRole};

    /// Reads settings with the theme `own`; `files` are the user's theme files.
    fn read(files: &[(&str, &str)]) -> Config {
        let themes = |name: &str| {
            let (_, text) = files.iter().find(|(file, _)| *file == name)?;
            Some(ThemeFile { path: format!("themes/{name}.toml"), text: Ok((*text).to_owned()) })
        };
        let file = File { name: "config.toml", text: "theme = \"own\"\n" };
        Config::read_with_themes(Some(file), ColorSupport::Many, &themes).unwrap()
    }

    fn diagnostics(files: &[(&str, &str)]) -> Vec<String> {
        let config = read(files);
        assert_eq!(config.theme, load(DEFAULT_THEME, &|_| None).unwrap(), "the default theme is used");
        config.theme_diagnostics.unwrap().0.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_built_in_theme_is_complete() {
        for name in theme_names() {
            assert!(load(name, &|_| None).is_ok(), "{:?}", load(name, &|_| None));
        }
    }

    #[test]
    fn a_theme_overrides_the_one_it_inherits() {
        let config = read(&[
            ("own", "inherits = \"base\"\ncost = { fg = \"red\" }\n"),
            ("base", "inherits = \"dark\"\ncost = { fg = \"blue\" }\ngood = { fg = \"#00ff00\" }\n"),
        ]);
        let dark = load("dark", &|_| None).unwrap();
        assert_eq!(config.theme_diagnostics, None);
        assert_eq!(config.theme.style(StyleRole::Cost).fg, Some(Color::Red));
        assert_eq!(config.theme.style(StyleRole::Good).fg, Some(Color::Rgb(0, 255, 0)));
        assert_eq!(config.theme.style(StyleRole::Url), dark.style(StyleRole::Url));
    }

    #[test]
    fn errors_in_a_theme_have_their_lines_and_the_default_is_used() {
        let found = diagnostics(&[("own", "inherits = \"drak\"\nacent = {}\ncost = { fg = \"bleu\" }\n")]);
        assert!(found[0].starts_with("themes/own.toml:1: inherits: ") && found[0].contains("did you mean “dark”"));
        assert!(found[1].starts_with("themes/own.toml:2: ") && found[1].contains("did you mean “accent”"));
        assert!(found[2].starts_with("themes/own.toml:3: cost: ") && found[2].contains("“bleu”"));
        let found = diagnostics(&[("own", "text = {}\n")]);
        assert!(found[0].starts_with("themes/own.toml: not set: dim, accent, "), "{found:?}");
        let found = diagnostics(&[("own", "inherits = \"base\"\n"), ("base", "inherits = \"own\"\n")]);
        assert!(found[0].starts_with("themes/base.toml:1: inherits: "), "{found:?}");
    }

    #[test]
    fn an_unknown_theme_is_an_error_in_the_settings() {
        for name in ["drak", "../own", ""] {
            let text = format!("\ntheme = \"{name}\"\n");
            let own = |_: &str| -> Option<ThemeFile> {
                assert_eq!(name, "drak", "never part of a path");
                None
            };
            let file = File { name: "config.toml", text: &text };
            let wrong = Config::read_with_themes(Some(file), ColorSupport::Many, &own).unwrap_err().to_string();
            assert!(wrong.starts_with("config.toml:2: theme: "), "{wrong}");
            assert!(theme_names().all(|name| wrong.contains(name)), "{wrong}");
        }
    }
}
