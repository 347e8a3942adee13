//! All settings except keys, styles and the API key.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use super::KeySettings;
use super::color_support::DEFAULT_THEME;
use super::reader::{Reader, Section, amount, boolean, list_of, one_of, text, texts, whole_number};
use super::theme_file::{UserThemes, theme_name};
use super::value_error::ValueError;
use crate::domain::anchor_type::AnchorRules;
use crate::domain::columns::choosable_names;
use crate::domain::order::ColumnId;
use crate::domain::query::{Extras, Query};
use crate::domain::snapshot::parse_age;
use crate::domain::{Credits, Field, Limits, LinkCount, Mode, Scope};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClipboardRoute {
    /// Over SSH the terminal; otherwise the system clipboard, then the terminal.
    #[default]
    Auto,
    System,
    /// tmux or OSC 52.
    Terminal,
    File,
}

/// The user's settings. Defaults follow the API's own examples where there are any.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// How many links to fetch.
    pub number: LinkCount,
    pub scope: Scope,
    pub mode: Mode,
    /// A request whose maximum cost exceeds this needs confirmation.
    pub confirm_above: Credits,
    /// Maximum charge for a session.
    pub session_budget: Option<Credits>,
    /// Age at which an archived snapshot is offered for re-fetching.
    pub max_age: Option<Duration>,
    /// Price of one credit in the user's currency.
    pub price_per_credit: Option<f64>,
    /// The columns of the table, from the left.
    pub columns: Vec<ColumnId>,
    /// Saved filters with their names.
    pub filters: Vec<(String, Query)>,
    /// The user's brand words and keywords, which determine the type of anchor texts.
    pub anchor_rules: Arc<AnchorRules>,
    pub mouse: bool,
    pub clipboard: ClipboardRoute,
    pub theme: String,
    /// Whether characters of ambiguous width (East Asian Width: A) take two cells in the user's terminal.
    pub ambiguous_is_wide: bool,
    /// Whether the program draws borders, arrows and other symbols in ASCII.
    pub ascii: bool,
    pub limits: Limits,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            number: LinkCount::default(),
            scope: Scope::default(),
            mode: Mode::default(),
            confirm_above: Credits(500),
            session_budget: None,
            max_age: None,
            price_per_credit: None,
            columns: vec![
                ColumnId::Rank,
                ColumnId::Field(Field::SourceDomain),
                ColumnId::Field(Field::Anchor),
                ColumnId::Field(Field::SourceUrl),
                ColumnId::Field(Field::TargetUrl),
            ],
            filters: Vec::new(),
            anchor_rules: Arc::default(),
            mouse: true,
            clipboard: ClipboardRoute::default(),
            theme: DEFAULT_THEME.to_owned(),
            ambiguous_is_wide: false,
            ascii: false,
            limits: Limits::default(),
        }
    }
}

impl Settings {
    /// Maximum cost without confirmation. A command can't show a dialog, so it needs an explicit limit to exceed this.
    pub fn max_unconfirmed(&self) -> Credits {
        self.session_budget.map_or(self.confirm_above, |budget| budget.min(self.confirm_above))
    }

    /// Most of the program's symbols outside ASCII have ambiguous width, so they are not used if that is wide.
    pub fn has_ascii_signs(&self) -> bool {
        self.ascii || self.ambiguous_is_wide
    }

    /// Applies the settings in a file.
    pub(super) fn read(&mut self, reader: &mut Reader<'_>, root: &mut Section<'_>, themes: UserThemes<'_>) {
        let scopes = Scope::BOTH.map(|scope| (scope, scope.name()));
        let routes = [
            (ClipboardRoute::Auto, "auto"),
            (ClipboardRoute::System, "system"),
            (ClipboardRoute::Terminal, "terminal"),
            (ClipboardRoute::File, "file"),
        ];
        let number = reader.take(root, "number", |v| Ok(LinkCount::new(whole_number(v)?)?));
        set_if_some(&mut self.number, number);
        set_if_some(&mut self.scope, reader.take(root, "scope", one_of(&scopes)));
        set_if_some(&mut self.mode, reader.take(root, "mode", one_of(&Mode::NAMES)));
        set_if_some(&mut self.confirm_above, reader.take(root, "confirm_above", |v| whole_number(v).map(Credits)));
        let budget = reader.take(root, "session_budget", whole_number);
        set_if_some(&mut self.session_budget, budget.map(|n| (n > 0).then_some(Credits(n))));
        set_if_some(&mut self.max_age, reader.take(root, "max_age", age));
        let price = reader.take(root, "price_per_credit", amount);
        set_if_some(&mut self.price_per_credit, price.map(|p| (p > 0.0).then_some(p)));
        set_if_some(&mut self.columns, reader.take(root, "columns", columns));
        set_if_some(&mut self.filters, reader.take(root, "filters", filters));
        let brand = reader.take(root, "brand", texts).unwrap_or_default();
        let keywords = reader.take(root, "keywords", texts).unwrap_or_default();
        if !(brand.is_empty() && keywords.is_empty()) {
            self.anchor_rules = Arc::new(AnchorRules::new(&brand, &keywords));
        }
        set_if_some(&mut self.mouse, reader.take(root, "mouse", boolean));
        set_if_some(&mut self.clipboard, reader.take(root, "clipboard", one_of(&routes)));
        set_if_some(&mut self.theme, reader.take(root, "theme", |value| theme_name(value, themes)));
        set_if_some(
            &mut self.ambiguous_is_wide,
            reader.take(root, "ambiguous_width", one_or_two).map(|cells| cells == 2),
        );
        set_if_some(&mut self.ascii, reader.take(root, "ascii", boolean));
        reader.table(root, "limits", |reader, section| read_limits(&mut self.limits, reader, section));
    }
}

pub(super) fn read_limits(limits: &mut Limits, reader: &mut Reader<'_>, section: &mut Section<'_>) {
    set_if_some(&mut limits.connect, reader.take(section, "connect_seconds", seconds));
    set_if_some(&mut limits.idle, reader.take(section, "idle_seconds", seconds));
    set_if_some(&mut limits.total, reader.take(section, "total_seconds", seconds));
    set_if_some(&mut limits.response_bytes, reader.take(section, "max_answer_mib", mebibytes));
}

/// Reads the API key settings. An empty string counts as not set.
pub(super) fn read_key(reader: &mut Reader<'_>, root: &mut Section<'_>) -> KeySettings {
    let mut non_empty = |name| {
        let value = reader.take(root, name, text)?;
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    };
    KeySettings { command: non_empty("api_key_command"), literal: non_empty("api_key").map(SecretString::from) }
}

fn set_if_some<T>(setting: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *setting = value;
    }
}

fn columns(value: &toml::de::DeValue<'_>) -> Result<Vec<ColumnId>, ValueError> {
    let names = choosable_names();
    let columns = list_of(one_of(&names))(value)?;
    let twice = columns.iter().enumerate().find(|(i, column)| columns.iter().take(*i).any(|c| c == *column));
    match twice {
        Some((_, column)) => Err(ValueError::Twice(column.name())),
        None if columns.is_empty() => Err(ValueError::Empty("column")),
        None => Ok(columns),
    }
}

fn filters(value: &toml::de::DeValue<'_>) -> Result<Vec<(String, Query)>, ValueError> {
    let table = value.as_table().ok_or(ValueError::NoTable)?;
    let filter = |(name, written): (&toml::Spanned<toml::de::DeString<'_>>, &toml::Spanned<toml::de::DeValue<'_>>)| {
        let name = name.get_ref().to_string();
        // Not every set of links has the columns that a filter is for.
        match Query::parse_with(&text(written.get_ref())?, Extras::Any) {
            Ok(query) => Ok((name, query)),
            Err(error) => Err(ValueError::Filter { name, error }),
        }
    };
    table.iter().map(filter).collect()
}

/// An empty string means no maximum age.
fn age(value: &toml::de::DeValue<'_>) -> Result<Option<Duration>, ValueError> {
    let written = text(value)?;
    if written.trim().is_empty() { Ok(None) } else { Ok(Some(parse_age(&written)?)) }
}

fn one_or_two(value: &toml::de::DeValue<'_>) -> Result<u64, ValueError> {
    match whole_number(value)? {
        cells @ 1..=2 => Ok(cells),
        _ => Err(ValueError::Range("1 or 2")),
    }
}

fn seconds(value: &toml::de::DeValue<'_>) -> Result<Duration, ValueError> {
    match whole_number(value)? {
        n @ 1..=86_400 => Ok(Duration::from_secs(n)),
        _ => Err(ValueError::Range("from 1 to 86,400 seconds")),
    }
}

fn mebibytes(value: &toml::de::DeValue<'_>) -> Result<u64, ValueError> {
    match whole_number(value)? {
        n @ 1..=4_096 => Ok(n << 20),
        _ => Err(ValueError::Range("from 1 to 4,096 MiB")),
    }
}
