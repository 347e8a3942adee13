//! Parses links in JSON leniently: texts may be null, missing or numbers, fields may be unknown, and entries may be
//! anything.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::link::{Field, Link};

/// An entry in a JSON array of links.
#[derive(Clone, Debug)]
pub enum LinkEntry<'de> {
    Link(Fields<'de>),
    /// Not an object, or an object without any field of a link.
    Other,
}

/// The texts of a link, indexed by [`Field::index`].
#[derive(Clone, Debug, Default)]
pub struct Fields<'de>([Cow<'de, str>; 5]);

impl Fields<'_> {
    pub fn link(&self) -> Link<'_> {
        let [anchor, source_domain, target_domain, source_url, target_url] = &self.0;
        Link { anchor, source_domain, target_domain, source_url, target_url }
    }
}

impl<'de> Deserialize<'de> for LinkEntry<'de> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(LinkEntryVisitor)
    }
}

struct LinkEntryVisitor;

impl<'de> Visitor<'de> for LinkEntryVisitor {
    type Value = LinkEntry<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a link")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<LinkEntry<'de>, A::Error> {
        let mut fields = Fields::default();
        let mut is_link = false;
        while let Some(name) = map.next_key::<Text<'de>>()? {
            let field = Field::ALL.into_iter().find(|field| field.api_name() == name.0);
            match field.and_then(|field| fields.0.get_mut(field.index())) {
                Some(text) => {
                    *text = map.next_value::<Text<'de>>()?.0;
                    is_link = true;
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(if is_link { LinkEntry::Link(fields) } else { LinkEntry::Other })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<LinkEntry<'de>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(LinkEntry::Other)
    }

    fn visit_unit<E: de::Error>(self) -> Result<LinkEntry<'de>, E> {
        Ok(LinkEntry::Other)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<LinkEntry<'de>, E> {
        Ok(LinkEntry::Other)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<LinkEntry<'de>, E> {
        Ok(LinkEntry::Other)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<LinkEntry<'de>, E> {
        Ok(LinkEntry::Other)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<LinkEntry<'de>, E> {
        Ok(LinkEntry::Other)
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<LinkEntry<'de>, E> {
        Ok(LinkEntry::Other)
    }
}

/// A text. Numbers and booleans are converted to text; anything else, such as `null`, is the empty text.
pub struct Text<'de>(pub Cow<'de, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Borrowed("")))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(value.to_string())))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(value.to_string())))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(value.to_string())))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(value.to_string())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Text<'de>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Text(Cow::Borrowed("")))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text<'de>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text(Cow::Borrowed("")))
    }
}
