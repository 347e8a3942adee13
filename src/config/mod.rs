//! Settings, key map and theme: the defaults in `assets/`, overridden by the user's settings file.
//!
//! Does no file I/O except for the API key; [`paths`] tells which files are read.

pub mod api_key;
mod color_support;
mod diagnostic;
mod effective;
mod key_command;
mod key_variables;
mod keys;
pub mod paths;
mod reader;
mod settings;
pub mod stored_key;
mod theme;
mod theme_file;
mod value_error;

use std::sync::Arc;

use crate::input::Keymap;

pub use api_key::KeySettings;
pub use color_support::{ColorSupport, DEFAULT_THEME};
pub use diagnostic::{Diagnostic, Diagnostics};
pub use effective::{SettingLine, commented_defaults, effective_settings};
pub use reader::File;
pub use settings::{ClipboardRoute, Settings};
pub use theme::{StyleRole, Theme};
pub use theme_file::{ThemeFile, UserThemes, theme_names};

use reader::Reader;

/// The default settings file: every setting with its default and an explanation.
pub const DEFAULT_FILE: &str = include_str!("../../assets/config.toml");
const DEFAULT_KEYS: &str = include_str!("../../assets/keys.toml");

#[derive(Debug)]
pub struct Config {
    pub settings: Arc<Settings>,
    pub keymap: Arc<Keymap>,
    pub theme: Theme,
    /// Errors in the user's theme; the default theme is then used.
    pub theme_diagnostics: Option<Diagnostics>,
    /// What the settings file says about the API key.
    pub key: KeySettings,
}

impl Config {
    /// Reads settings without user themes. `colors` is what the terminal supports.
    ///
    /// # Errors
    /// All errors in the file.
    pub fn read(file: Option<File<'_>>, colors: ColorSupport) -> Result<Config, Diagnostics> {
        Config::read_with_themes(file, colors, &|_| None)
    }

    /// Reads settings; `themes` finds the user's own themes. `colors` is what the terminal supports.
    ///
    /// # Errors
    /// All errors in the file.
    pub fn read_with_themes(
        file: Option<File<'_>>,
        colors: ColorSupport,
        themes: UserThemes<'_>,
    ) -> Result<Config, Diagnostics> {
        let mut settings = Settings::default();
        let mut key = KeySettings::default();
        let default_keys = File { name: "the built-in key map", text: DEFAULT_KEYS };
        let mut keymap = Reader::run(default_keys, |reader, root| keys::read(reader, root, true))?;
        let mut styles = Vec::new();
        if let Some(file) = file {
            let user_keymap = Reader::run(file, |reader, root| {
                settings.read(reader, root, themes);
                key = settings::read_key(reader, root);
                styles = theme::read_styles_section(reader, root);
                keys::read(reader, root, false)
            })?;
            keymap = keymap.overridden_by(user_keymap);
        }
        let (mut theme, theme_diagnostics) = match theme_file::load(colors.theme(&settings.theme), themes) {
            Ok(theme) => (theme, None),
            Err(diagnostics) => (theme_file::load(colors.theme(DEFAULT_THEME), themes)?, Some(diagnostics)),
        };
        if colors != ColorSupport::None {
            theme.override_styles(&styles);
        }
        if colors == ColorSupport::Sixteen {
            theme.reduce_colors();
        }
        Ok(Config { settings: Arc::new(settings), keymap: Arc::new(keymap), theme, theme_diagnostics, key })
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::Color;
    use secrecy::ExposeSecret;

    use super::*;
    use crate::domain::{Credits, Mode};
    use crate::input::{Action, Context};

    fn read(text: &str) -> Result<Config, Diagnostics> {
        Config::read(Some(File { name: "config.toml", text }), ColorSupport::Many)
    }

    fn diagnostics(text: &str) -> Vec<String> {
        read(text).unwrap_err().0.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_default_file_sets_the_defaults() {
        let shipped = read(DEFAULT_FILE).unwrap();
        assert_eq!(*shipped.settings, Settings::default());
        assert_eq!(*shipped.keymap, *Config::read(None, ColorSupport::Many).unwrap().keymap);
    }

    #[test]
    fn the_default_file_has_every_setting_that_is_read() {
        let file = File { name: "config.toml", text: DEFAULT_FILE };
        let missing = Reader::run(file, |reader, root| {
            let mut settings = Settings::default();
            settings.read(reader, root, &|_| None);
            settings::read_key(reader, root);
            let missing_limits = reader.table(root, "limits", |reader, section| {
                settings::read_limits(&mut settings.limits, reader, section);
                section.missing()
            });
            [root.missing(), missing_limits.unwrap()].concat()
        });
        assert_eq!(missing.unwrap(), Vec::<&str>::new());
    }

    #[test]
    fn ambiguous_width_is_one_or_two_cells() {
        for (text, wide, ascii, signs) in [
            ("", false, false, false),
            ("ambiguous_width = 1\nascii = true\n", false, true, true),
            ("ambiguous_width = 2\n", true, false, true),
        ] {
            let settings = read(text).unwrap().settings;
            assert_eq!((settings.ambiguous_is_wide, settings.ascii), (wide, ascii), "{text}");
            assert_eq!(settings.has_ascii_signs(), signs, "{text}");
        }
        assert_eq!(diagnostics("ambiguous_width = 3\n"), ["config.toml:1: ambiguous_width: must be 1 or 2"]);
    }

    #[test]
    fn the_users_file_overrides_the_defaults() {
        let config = read(
            "mode = \"all-links\"\nconfirm_above = 50\napi_key = \" secret \"\n[limits]\nidle_seconds = 5\n\
             [styles]\ncost = { fg = \"red\" }\n[[keys]]\non = [\"ctrl-n\"]\nrun = \"down\"\nin = [\"table\"]\n",
        )
        .unwrap();
        assert_eq!((config.settings.mode, config.settings.confirm_above), (Mode::AllLinks, Credits(50)));
        assert_eq!(config.settings.limits.idle.as_secs(), 5);
        assert_eq!(config.key.literal.unwrap().expose_secret(), "secret");
        assert_eq!(config.theme.style(StyleRole::Cost).fg, Some(ratatui::style::Color::Red));
        assert_eq!(config.keymap.lookup(Context::Table, "ctrl-n".parse().unwrap()), Some(Action::Down));
        assert_eq!(config.keymap.lookup(Context::Table, "j".parse().unwrap()), Some(Action::Down));
    }

    #[test]
    fn each_error_has_its_line_and_a_suggestion() {
        assert_eq!(
            diagnostics("nubmer = 5\nscope = \"sit\"\nnumber = 0\nmouse = 1\n[limits]\nidle = 3\n"),
            [
                "config.toml:1: unknown setting “nubmer”; did you mean “number”?",
                "config.toml:2: scope: “sit” is not one of page, domain",
                "config.toml:3: number: the number of links must be from 1 to 10,000",
                "config.toml:4: mouse: expected true or false, found integer",
                "config.toml:6: unknown setting “limits.idle”; did you mean “idle_seconds”?",
            ]
        );
        assert!(diagnostics("number = ")[0].starts_with("config.toml:1: "));
    }

    #[test]
    fn saved_filters_must_be_valid() {
        let settings = read("[filters]\nspam = \"tld:xyz|top\"\n").unwrap().settings;
        assert_eq!(
            settings.filters.iter().map(|(name, query)| format!("{name} {query}")).collect::<Vec<_>>(),
            ["spam tld:xyz|top"]
        );
        let wrong = diagnostics("number = 5\n[filters]\nspam = \"tdl:xyz\"\n").join("");
        assert!(wrong.contains("“spam”") && wrong.contains("did you mean “tld”"), "{wrong}");
    }

    #[test]
    fn bindings_accept_inline_tables_and_single_strings() {
        for text in [
            "keys = [\n  { on = \"ctrl-n\", run = \"down\", in = \"table\" },\n]\n",
            "[[keys]]\non = [\"ctrl-n\"]\nrun = \"down\"\nin = [\"table\"]\n",
        ] {
            let keymap = read(text).unwrap().keymap;
            assert_eq!(keymap.lookup(Context::Table, "ctrl-n".parse().unwrap()), Some(Action::Down), "{text}");
        }
        let wrong = diagnostics("number = 5\nkeys = [\n  { on = 1, run = \"down\", in = \"table\" },\n]\n");
        assert!(wrong[0].starts_with("config.toml:3: keys.on: "), "{wrong:?}");
    }

    #[test]
    fn errors_in_bindings_are_reported() {
        let found = diagnostics(
            "[[keys]]\non = [\"ctlr-x\"]\nrun = \"down\"\nin = [\"table\"]\n\
             [[keys]]\non = [\"x\"]\nrun = \"dwon\"\nin = [\"tabel\"]\n\
             [[keys]]\non = [\"z\", \"z\"]\nrun = \"down\"\nin = [\"table\"]\n\
             [[keys]]\non = [\"z\"]\nrun = \"up\"\nin = [\"table\"]\n",
        );
        assert_eq!(found[0], "config.toml:2: keys.on: unknown key “ctlr-x”");
        assert_eq!(found[1], "config.toml:7: keys.run: unknown action “dwon”; did you mean “down”?");
        assert_eq!(found[2], "config.toml:8: keys.in: unknown context “tabel”; did you mean “table”?");
        let conflict = diagnostics(
            "[[keys]]\non = [\"z\"]\nrun = \"down\"\nin = [\"table\"]\n[[keys]]\non = [\"z\"]\nrun = \"up\"\nin = [\"table\"]\n",
        );
        assert_eq!(conflict, ["config.toml:6: z is bound twice in “table”: to “down” and to “up”"]);
    }

    #[test]
    fn with_16_colors_all_styles_are_reduced_and_distinct() {
        let text = "[styles]\ncost = { fg = \"#fe0000\", bg = \"236\" }\n";
        let theme = Config::read(Some(File { name: "c", text }), ColorSupport::Sixteen).unwrap().theme;
        for role in StyleRole::ALL {
            let style = theme.style(role);
            for color in [style.fg, style.bg].into_iter().flatten() {
                assert!(!matches!(color, Color::Rgb(..) | Color::Indexed(_)), "{role:?}: {color:?}");
            }
            assert!(style.fg.is_none() || style.fg != style.bg, "{role:?} can't be read");
        }
        let cost = theme.style(StyleRole::Cost);
        assert_eq!((cost.fg, cost.bg), (Some(Color::Red), Some(Color::DarkGray)));
        assert!(theme.style(StyleRole::Cursor) != theme.style(StyleRole::Text));
    }

    #[test]
    fn no_color_removes_all_colors() {
        for text in [DEFAULT_FILE, "[styles]\ncost = { fg = \"red\" }\n"] {
            let config = Config::read(Some(File { name: "c", text }), ColorSupport::None).unwrap();
            for role in StyleRole::ALL {
                let style = config.theme.style(role);
                assert!(style.fg.is_none() && style.bg.is_none(), "{role:?}");
            }
        }
    }
}
