//! Numbers as servers write them.

use serde::{Deserialize, Deserializer};

use crate::domain::link_entry::Text;

/// A number, or a string that holds one; `None` for anything else.
pub(super) struct Number(pub(super) Option<f64>);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(json)?;
        Ok(Number(text.0.trim().replace(',', "").parse().ok().filter(|n: &f64| n.is_finite())))
    }
}
