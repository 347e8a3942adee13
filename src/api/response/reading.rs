//! What has been read of a response.

use crate::domain::signs::{CLOSE, OPEN};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserializer;
use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::number::Number;
use crate::domain::link_entry::{LinkEntry, Text};
use crate::domain::link_set::LinkSetBuilder;
use crate::domain::{Credits, Response};

#[derive(Default)]
pub(super) struct Reading {
    pub(super) links: LinkSetBuilder,
    /// Entries that could not be read, or are not links.
    pub(super) skipped: usize,
    pub(super) charged: Option<f64>,
    pub(super) time_taken: Option<f64>,
    pub(super) has_data: bool,
}

impl Reading {
    /// Reads a whole response in one pass.
    ///
    /// # Errors
    /// It is not JSON, or JSON of another shape.
    pub(super) fn of(text: &str) -> serde_json::Result<Reading> {
        let mut reading = Reading::default();
        let mut json = serde_json::Deserializer::from_str(text);
        json.deserialize_map(ResponseVisitor(&mut reading))?;
        json.end()?;
        Ok(reading)
    }

    pub(super) fn finish(self) -> Response {
        let seconds = self.time_taken.filter(|s| (0.0..1e9).contains(s));
        Response {
            links: Arc::new(self.links.finish()),
            charged: self.charged.map(credits),
            time_taken: seconds.map(Duration::from_secs_f64),
            skipped: self.skipped,
        }
    }
}

/// A number of credits that a server wrote: never negative, never more than can be counted.
pub(super) fn credits(number: f64) -> Credits {
    Credits(number.clamp(0.0, 1e15).round() as u64)
}

struct ResponseVisitor<'r>(&'r mut Reading);

impl<'de> Visitor<'de> for ResponseVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a response with {OPEN}data{CLOSE}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<Text<'de>>()? {
            match name.0.as_ref() {
                "data" => {
                    self.0.has_data = true;
                    map.next_value_seed(Entries(self.0))?;
                }
                "credits_consumed" => self.0.charged = map.next_value::<Number>()?.0,
                "time_taken" => self.0.time_taken = map.next_value::<Number>()?.0,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// The list of links.
struct Entries<'r>(&'r mut Reading);

impl<'de> DeserializeSeed<'de> for Entries<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of links as {OPEN}data{CLOSE}")
    }

    /// `null` is what some servers write for an empty list.
    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(entry) = list.next_element::<LinkEntry<'de>>()? {
            match entry {
                LinkEntry::Link(fields) => self.0.links.push(&fields.link()).map_err(de::Error::custom)?,
                LinkEntry::Other => self.0.skipped += 1,
            }
        }
        Ok(())
    }
}
