//! Reads API responses, lists of links, and JSON Lines. Objects are found by their braces, and each that is not nested in another
//! link is parsed on its own, so that the file is never loaded completely.

use memchr::{memchr2, memchr3};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::record_format::RecordFormat;
use crate::domain::link_entry::LinkEntry;
use crate::domain::link_set::SegmentBuilder;

#[derive(Default)]
pub(super) struct Json;

impl RecordFormat for Json {
    /// The end of the last complete object.
    fn complete_len(&self, bytes: &[u8], at_end: bool) -> usize {
        let mut end = 0;
        for_each_object(bytes, |range| end = range.end);
        if at_end { bytes.len() } else { end }
    }

    fn read(&self, records: &[u8], links: &mut SegmentBuilder) -> usize {
        let mut skipped = 0;
        for_each_object(records, |range| {
            let object = records.get(range).unwrap_or_default();
            match serde_json::from_slice::<LinkEntry<'_>>(object) {
                Ok(LinkEntry::Link(fields))
                    if !fields.link().source_url.is_empty() || !fields.link().source_domain.is_empty() =>
                {
                    skipped += usize::from(links.push(&fields.link()).is_err());
                }
                _ => skipped += usize::from(!is_empty_response(object)),
            }
        });
        skipped
    }
}

fn is_empty_response(object: &[u8]) -> bool {
    serde_json::from_slice::<ApiResponse>(object).is_ok_and(|response| response.data.is_empty())
}

#[derive(Deserialize)]
struct ApiResponse {
    data: Vec<IgnoredAny>,
}

/// Calls `found` with the range of each object that may be a link. An object with a list of objects is a response, not a link.
fn for_each_object(bytes: &[u8], mut found: impl FnMut(std::ops::Range<usize>)) {
    let mut at = 0;
    // The starts of the open objects, outermost first.
    let mut open: Vec<usize> = Vec::new();
    while let Some(next) = next_token(bytes, at) {
        at = next + 1;
        match bytes.get(next) {
            Some(b'"') => match string_end(bytes, at) {
                Some(end) => at = end,
                None => return,
            },
            Some(b'{') => open.push(next),
            // A list of objects: the object around it is a response.
            Some(b'[') if bytes.get(at..).and_then(|rest| rest.trim_ascii_start().first()) == Some(&b'{') => {
                open.clear();
            }
            Some(b'}') => {
                if let Some(start) = open.pop()
                    && open.is_empty()
                {
                    found(start..at);
                }
            }
            _ => {}
        }
    }
}

/// The position of the next brace, quote or opening bracket.
fn next_token(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let braces = memchr3(b'{', b'}', b'"', rest);
    let list = memchr::memchr(b'[', rest.get(..braces.unwrap_or(rest.len()))?);
    list.or(braces).map(|offset| at + offset)
}

/// The position after the closing quote of a string whose content starts at `at`.
fn string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let stop = at + memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(stop) == Some(&b'"') {
            return Some(stop + 1);
        }
        at = stop + 2;
    }
}
