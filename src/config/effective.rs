//! All settings with their values and where they are set, for `config show`. The API key is masked.

use secrecy::SecretString;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::api_key::masked;
use super::{DEFAULT_FILE, File};
use crate::domain::number::pluralize;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingLine {
    /// Includes the table, as in `limits.idle_seconds`.
    pub name: String,
    /// As written in a settings file.
    pub value: String,
    /// Line in the user's file; `None` for a default.
    pub line: Option<usize>,
}

/// All settings in the order of the default file, with the user's values, followed by those that only the user's file has, such
/// as keys and styles. A file with invalid TOML is ignored.
pub fn effective_settings(file: Option<File<'_>>) -> Vec<SettingLine> {
    let mut all = lines(DEFAULT_FILE);
    all.iter_mut().for_each(|setting| setting.line = None);
    for setting in file.map(|file| lines(file.text)).unwrap_or_default() {
        match all.iter_mut().find(|known| known.name == setting.name) {
            Some(known) => *known = setting,
            None => all.push(setting),
        }
    }
    all
}

/// The default file with every setting commented out: the file that `config init` writes. Commented out, so that later changes
/// of the defaults apply to the user.
pub fn commented_defaults() -> String {
    let is_setting = |line: &str| line.starts_with(|c: char| c.is_ascii_lowercase());
    DEFAULT_FILE
        .lines()
        .map(|line| if is_setting(line) { format!("# {line}\n") } else { format!("{line}\n") })
        .collect()
}

fn lines(text: &str) -> Vec<SettingLine> {
    let Ok(root) = DeTable::parse(text) else { return Vec::new() };
    let mut found = Vec::new();
    for (name, value) in in_order(root.get_ref()) {
        let path = name.get_ref().to_string();
        match value.get_ref() {
            DeValue::Table(table) => {
                for (name, value) in in_order(table) {
                    found.push(line(text, format!("{path}.{}", name.get_ref()), name, value));
                }
            }
            _ => found.push(line(text, path, name, value)),
        }
    }
    found
}

type Entry<'t> = (&'t Spanned<DeString<'t>>, &'t Spanned<DeValue<'t>>);

/// The entries in the order of the file.
fn in_order<'t>(table: &'t DeTable<'t>) -> Vec<Entry<'t>> {
    let mut entries: Vec<Entry<'t>> = table.iter().collect();
    entries.sort_by_key(|(name, _)| name.span().start);
    entries
}

fn line(text: &str, path: String, name: &Spanned<DeString<'_>>, value: &Spanned<DeValue<'_>>) -> SettingLine {
    let before = text.get(..name.span().start).unwrap_or_default();
    let line = Some(before.matches('\n').count() + 1);
    let written = || text.get(value.span()).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let value = match (path.as_str(), value.get_ref()) {
        ("api_key", DeValue::String(key)) if !key.is_empty() => masked(&SecretString::from(key.as_ref())),
        // A command line may contain the key.
        ("api_key_command", DeValue::String(command)) if !command.is_empty() => {
            format!("{} …", command.split_whitespace().next().unwrap_or_default())
        }
        (_, DeValue::Array(list)) if list.iter().any(|entry| entry.get_ref().is_table()) => {
            pluralize(list.len(), "entry", "entries")
        }
        _ => written(),
    };
    SettingLine { name: path, value, line }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Settings};

    fn of(text: &str) -> impl Fn(&str) -> (String, Option<usize>) {
        let all = effective_settings(Some(File { name: "config.toml", text }));
        move |name| all.iter().find(|s| s.name == name).map(|s| (s.value.clone(), s.line)).unwrap()
    }

    #[test]
    fn each_setting_has_its_line() {
        let text = "\nmode = \"all-links\"\ncolumns = [\n  \"rank\",\n  \"anchor\",\n]\n[limits]\nidle_seconds = 5\n\
             [[keys]]\non = [\"z\"]\nrun = \"up\"\nin = [\"table\"]\n[styles]\ncost = { fg = \"red\" }\n";
        let setting = of(text);
        assert_eq!(setting("number"), ("100".into(), None));
        assert_eq!(setting("mode"), ("\"all-links\"".into(), Some(2)));
        assert_eq!(setting("columns"), ("[ \"rank\", \"anchor\", ]".into(), Some(3)));
        assert_eq!(setting("limits.idle_seconds"), ("5".into(), Some(8)));
        assert_eq!(setting("limits.total_seconds").1, None);
        assert_eq!(setting("keys"), ("1 entry".into(), Some(9)));
        assert_eq!(setting("styles.cost"), ("{ fg = \"red\" }".into(), Some(14)));
    }

    #[test]
    fn secrets_are_masked() {
        let setting = of("api_key = \"0123456789abcdefghij\"\napi_key_command = \"printf 0123456789abcdefghij\"\n");
        assert_eq!(setting("api_key"), ("…ghij".into(), Some(1)));
        assert_eq!(setting("api_key_command"), ("printf …".into(), Some(2)));
        assert_eq!(of("")("api_key"), ("\"\"".into(), None));
    }

    #[test]
    fn the_first_file_changes_no_setting() {
        let text = commented_defaults();
        let config =
            Config::read(Some(File { name: "config.toml", text: &text }), crate::config::ColorSupport::Many).unwrap();
        assert_eq!(*config.settings, Settings::default());
        assert!(
            effective_settings(Some(File { name: "config.toml", text: &text }))
                .iter()
                .all(|setting| setting.line.is_none())
        );
        assert!(text.contains("\n# number = 100\n") && text.lines().count() == DEFAULT_FILE.lines().count());
    }
}
