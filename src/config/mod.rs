//! Settings, key map and theme: the defaults from `assets/`, the user's one file over them.
//!
//! `config` uses `input` and `domain`. It reads texts that it is given; which file that is, [`places`] says.

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
pub use effective::{SettingLine, effective_settings, first_file};
pub use reader::File;
pub use settings::{ClipboardRoute, Settings};
pub use theme::{StyleRole, Theme};
pub use theme_file::{ThemeFile, UserThemes, theme_names};

use reader::Reader;

/// The settings file as it is shipped: every setting with its default and what it means.
pub const DEFAULT_FILE: &str = include_str!("../../assets/config.toml");
const DEFAULT_KEYS: &str = include_str!("../../assets/keys.toml");

/// All that can be set.
#[derive(Debug)]
pub struct Config {
    /// The settings.
    pub settings: Arc<Settings>,
    /// What each key means.
    pub keymap: Arc<Keymap>,
    /// What each meaning looks like.
    pub theme: Theme,
    /// What is wrong in the user's theme. The default theme is used then.
    pub theme_problems: Option<Diagnostics>,
    /// Where the file says that the API key is.
    pub key: KeySettings,
}

impl Config {
    /// The defaults with the user's file over them, without any theme of the user's. `colors` are those of the terminal.
    ///
    /// # Errors
    /// Everything that is wrong in the file, each with its line.
    pub fn read(file: Option<File<'_>>, colors: ColorSupport) -> Result<Config, Diagnostics> {
        Config::read_with_themes(file, colors, &|_| None)
    }

    /// The defaults with the user's file over them. `colors` are those of the terminal.
    ///
    /// # Errors
    /// Everything that is wrong in the file, each with its line.
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
            let over = Reader::run(file, |reader, root| {
                settings.read(reader, root, themes);
                key = settings::read_key(reader, root);
                styles = theme::read_styles_section(reader, root);
                keys::read(reader, root, false)
            })?;
            keymap = keymap.overlaid(over);
        }
        let (mut theme, theme_problems) = match theme_file::load(colors.theme(&settings.theme), themes) {
            Ok(theme) => (theme, None),
            Err(diagnostics) => (theme_file::load(colors.theme(DEFAULT_THEME), themes)?, Some(diagnostics)),
        };
        if colors != ColorSupport::None {
            theme.overlay(&styles);
        }
        if colors == ColorSupport::Sixteen {
            theme.reduce();
        }
        Ok(Config { settings: Arc::new(settings), keymap: Arc::new(keymap), theme, theme_problems, key })
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
    fn the_shipped_file_names_every_setting_with_its_default() {
        let shipped = read(DEFAULT_FILE).unwrap();
        assert_eq!(*shipped.settings, Settings::default());
        assert_eq!(*shipped.keymap, *Config::read(None, ColorSupport::Many).unwrap().keymap);
        for name in settings::NAMES {
            assert!(DEFAULT_FILE.lines().any(|line| line.starts_with(&format!("{name} = "))), "{name}");
        }
    }

    #[test]
    fn letters_of_ambiguous_width_take_one_cell_or_two() {
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
    fn the_users_file_lies_over_the_defaults() {
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
    fn every_mistake_says_its_line_and_what_was_meant() {
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
    fn a_saved_filter_has_to_be_one() {
        let settings = read("[filters]\nspam = \"tld:xyz|top\"\n").unwrap().settings;
        assert_eq!(
            settings.filters.iter().map(|(name, query)| format!("{name} {query}")).collect::<Vec<_>>(),
            ["spam tld:xyz|top"]
        );
        let wrong = diagnostics("number = 5\n[filters]\nspam = \"tdl:xyz\"\n").join("");
        assert!(wrong.contains("“spam”") && wrong.contains("did you mean “tld”"), "{wrong}");
    }

    #[test]
    fn a_binding_is_one_line_or_a_table_and_one_key_or_place_needs_no_list() {
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
    fn keys_say_what_is_wrong_with_them() {
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
    fn on_a_terminal_with_few_colours_all_are_of_them_and_tell_apart() {
        let text = "[styles]\ncost = { fg = \"#fe0000\", bg = \"236\" }\n";
        let theme = Config::read(Some(File { name: "c", text }), ColorSupport::Sixteen).unwrap().theme;
        for meaning in StyleRole::ALL {
            let style = theme.style(meaning);
            for color in [style.fg, style.bg].into_iter().flatten() {
                assert!(!matches!(color, Color::Rgb(..) | Color::Indexed(_)), "{meaning:?}: {color:?}");
            }
            assert!(style.fg.is_none() || style.fg != style.bg, "{meaning:?} can't be read");
        }
        let cost = theme.style(StyleRole::Cost);
        assert_eq!((cost.fg, cost.bg), (Some(Color::Red), Some(Color::DarkGray)));
        assert!(theme.style(StyleRole::Cursor) != theme.style(StyleRole::Text));
    }

    #[test]
    fn no_color_leaves_no_colour() {
        for text in [DEFAULT_FILE, "[styles]\ncost = { fg = \"red\" }\n"] {
            let config = Config::read(Some(File { name: "c", text }), ColorSupport::None).unwrap();
            for meaning in StyleRole::ALL {
                let style = config.theme.style(meaning);
                assert!(style.fg.is_none() && style.bg.is_none(), "{meaning:?}");
            }
        }
    }
}
