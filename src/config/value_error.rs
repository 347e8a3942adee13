//! Errors in the value of a setting.

use crate::domain::nearest::suggestion;
use crate::domain::query::QueryError;
use crate::domain::request::LinkCountError;
use crate::domain::snapshot::AgeError;
use crate::input::chord::ChordError;
use crate::input::{ACTIONS, Context};

#[derive(Debug, thiserror::Error)]
pub(super) enum ValueError {
    #[error("expected {expected}, found {found}")]
    Type { expected: &'static str, found: &'static str },
    #[error("expected {0}")]
    Expected(&'static str),
    #[error("expected a table: [filters]")]
    NoTable,
    #[error("expected a style, such as {{ fg = \"red\" }}")]
    NoStyle,
    #[error("at least one {0} is required")]
    Empty(&'static str),
    #[error("must be {0}")]
    Range(&'static str),
    #[error("“{written}” is not one of {}{}", .names.join(", "), suggestion(.written, .names.iter().copied()))]
    NoneOf { written: String, names: Vec<&'static str> },
    #[error("“{0}” is listed twice")]
    Twice(&'static str),
    #[error(transparent)]
    Count(#[from] LinkCountError),
    #[error(transparent)]
    Age(#[from] AgeError),
    #[error("“{name}”: {error}")]
    Filter { name: String, error: QueryError },
    #[error("unknown style property “{0}” (use fg, bg, modifiers){meant}", meant = suggestion(.0, ["fg", "bg", "modifiers"]))]
    StylePart(String),
    #[error("“{0}” is not a color: use a name such as “red”, “#ff8800” or a number up to 255")]
    Color(String),
    #[error("“{0}” is not one of bold, dim, italic, underlined, reversed")]
    Modifier(String),
    #[error("there is no theme “{name}”, built in ({}) or in themes/{name}.toml next to the settings file{}",
        .built_in.join(", "), suggestion(.name, .built_in.iter().copied()))]
    Theme { name: String, built_in: Vec<&'static str> },
    #[error("“{0}” inherits this theme")]
    InheritsItself(String),
    #[error(transparent)]
    Chord(#[from] ChordError),
    #[error("unknown action “{0}”{meant}", meant = suggestion(.0, ACTIONS.iter().map(|info| info.name)))]
    Action(String),
    #[error("unknown context “{0}”{meant}", meant = suggestion(.0, Context::NAMES.iter().map(|(_, name)| *name)))]
    Context(String),
}
