//! Reads a list of texts in JSON, each with an address or domain.

use std::ops::Range;

use super::super::error::ReadError;
use super::super::list::List;
use super::super::notice::Notice;
use super::super::record_format::RecordFormat;
use super::brackets::{StringEnd, string_end};
use crate::domain::columns::ExtraSpec;
use crate::domain::encoding::decode_ascii_compatible;
use crate::domain::json_repair::repair;
use crate::domain::link_set::SegmentBuilder;

pub(in super::super) struct Addresses;

impl Addresses {
    /// `None` if it is something else.
    pub(in super::super) fn detect(start: &[u8]) -> Result<Option<(Addresses, Vec<Notice>)>, ReadError> {
        let first = start.trim_ascii_start().strip_prefix(b"[").map(<[u8]>::trim_ascii_start);
        if !first.is_some_and(|first| first.starts_with(b"\"")) {
            return Ok(None);
        }
        let (text, _) = decode_ascii_compatible(start);
        let mut lines = String::new();
        let mut end = 0;
        for_each_string(text.as_bytes(), |range| {
            // Keys, objects and lists in it would be something else.
            let between = text.get(end..range.start).unwrap_or_default();
            if end > 0 && between.contains(['[', '{', ':']) {
                lines.push_str("no address\n");
            }
            end = range.end;
            lines.push_str(&decoded(text.get(range).unwrap_or_default()));
            lines.push('\n');
        });
        let list = List::detect(lines.as_bytes(), true)?;
        Ok(list.map(|(_, _, notices)| (Addresses, notices)))
    }
}

/// Calls `found` with the range of each text, with its quotes.
fn for_each_string(bytes: &[u8], mut found: impl FnMut(Range<usize>)) {
    let mut at = 0;
    while let Some(quote) = memchr::memchr(b'"', bytes.get(at..).unwrap_or_default()).map(|quote| at + quote) {
        let Some(StringEnd::Quote(end) | StringEnd::Object(end)) = string_end(bytes, quote + 1) else { return };
        at = end + 1;
        found(quote..at);
    }
}

fn decoded(string: &str) -> String {
    let repaired = || serde_json::from_str(&repair(string)?).ok();
    serde_json::from_str(string).ok().or_else(repaired).unwrap_or_default()
}

impl RecordFormat for Addresses {
    fn complete_len(&self, bytes: &[u8], at_end: bool) -> usize {
        let mut end = 0;
        for_each_string(bytes, |range| end = range.end);
        if at_end { bytes.len() } else { end }
    }

    fn resume(&self, bytes: &[u8]) -> Option<usize> {
        memchr::memchr(b'"', bytes.get(1..)?).map(|quote| quote + 2)
    }

    fn read(&self, records: &str, links: &mut SegmentBuilder) -> usize {
        let mut skipped = 0;
        for_each_string(records.as_bytes(), |range| {
            skipped += List.read(&decoded(records.get(range).unwrap_or_default()), links);
        });
        skipped
    }

    fn extras(&self) -> &[ExtraSpec] {
        &[]
    }
}
