//! Errors in the value of a setting.

use crate::domain::nearest::suggestion;
use crate::domain::query::QueryError;
use crate::domain::request::LinkCountError;
use crate::domain::snapshot::AgeError;
use crate::input::chord::ChordError;
use crate::input::{ACTIONS, Context};

#[derive(Debug, thiserror::Error)]
pub(super) enum ValueError {
    #[error("{expected} is expected, not {found}")]
    Type { expected: &'static str, found: &'static str },
    #[error("{0} is expected")]
    Expected(&'static str),
    #[error("a table is expected: [filters]")]
    NoTable,
    #[error("a style is expected, such as {{ fg = \"red\" }}")]
    NoStyle,
    #[error("at least one {0} is needed")]
    Empty(&'static str),
    #[error("{0} are possible")]
    Range(&'static str),
    #[error("“{written}” is none of {}{}", .names.join(", "), suggestion(.written, .names.iter().copied()))]
    NoneOf { written: String, names: Vec<&'static str> },
    #[error("“{0}” stands there twice")]
    Twice(&'static str),
    #[error(transparent)]
    Count(#[from] LinkCountError),
    #[error(transparent)]
    Age(#[from] AgeError),
    #[error("“{name}”: {error}")]
    Filter { name: String, error: QueryError },
    #[error("a style has fg, bg and modifiers, but no “{0}”{meant}", meant = suggestion(.0, ["fg", "bg", "modifiers"]))]
    StylePart(String),
    #[error("“{0}” is no colour: a name such as “red”, “#ff8800” or a number up to 255 is")]
    Colour(String),
    #[error("“{0}” is none of bold, dim, italic, underlined, reversed")]
    Modifier(String),
    #[error("there is no theme “{name}”, built in ({}) or in themes/{name}.toml next to the settings file{}",
        .built_in.join(", "), suggestion(.name, .built_in.iter().copied()))]
    Theme { name: String, built_in: Vec<&'static str> },
    #[error("“{0}” inherits this theme")]
    InheritsItself(String),
    #[error(transparent)]
    Chord(#[from] ChordError),
    #[error("no action is called “{0}”{meant}", meant = suggestion(.0, ACTIONS.iter().map(|info| info.name)))]
    Action(String),
    #[error("“{0}” is no place{meant}", meant = suggestion(.0, Context::NAMES.iter().map(|(_, name)| *name)))]
    Place(String),
}
