//! What a file is, decided by its content and never by its name.

use super::column_map::ColumnMap;
use super::error::ReadError;
use super::json::{Addresses, Json};
use super::known::Report;
use super::list::List;
use super::markdown::Markdown;
use super::notice::Notice;
use super::rank::Rank;
use super::record_format::RecordFormat;
use super::tabular::Tabular;
use super::{binary, layout::Layout};
use crate::domain::encoding::decode_ascii_compatible;
use crate::domain::link_set::SegmentBuilder;

pub(super) struct Detected {
    pub(super) records: Box<dyn RecordFormat>,
    /// The position of the first record.
    pub(super) at: usize,
    pub(super) notices: Vec<Notice>,
    /// The export of a tool that was recognized.
    pub(super) report: Option<&'static Report>,
    pub(super) rank: Rank,
}

impl Detected {
    fn with_layout(records: Box<dyn RecordFormat>, at: usize, layout: &Layout) -> Detected {
        Detected { records, at, notices: layout.notices.clone(), report: layout.report, rank: Rank::of(layout) }
    }

    /// A list of addresses.
    fn list(records: Box<dyn RecordFormat>, at: usize, notices: Vec<Notice>) -> Detected {
        Detected { records, at, notices, report: None, rank: Rank::default() }
    }

    /// Whether these records have links.
    pub(super) fn has_links(&self, records: &[u8]) -> bool {
        let (text, _) = decode_ascii_compatible(records);
        let mut links = SegmentBuilder::with_extras(self.records.extras());
        self.records.read(&text, &mut links);
        !links.is_empty()
    }

    /// Whether the start of a stream has a complete record.
    pub(super) fn has_record(&self, start: &[u8]) -> bool {
        start.get(self.at..).is_some_and(|rest| !rest.is_empty() && self.records.complete_len(rest, false) > 0)
    }
}

/// # Errors
/// If `at_end` is false, more of the file may make a difference.
pub(super) fn detect(start: &[u8], at_end: bool, map: &ColumnMap) -> Result<Detected, ReadError> {
    let first = start.iter().find(|byte| !byte.is_ascii_whitespace());
    if first.is_none() {
        return Err(ReadError::Empty);
    }
    if matches!(first, Some(b'{' | b'[')) {
        if let Some((list, notices)) = Addresses::detect(start)? {
            return Ok(Detected::list(Box::new(list), 0, notices));
        }
        match Json::detect(start, at_end, map) {
            Ok((json, at)) => {
                let layout = json.layout().clone();
                return Ok(Detected::with_layout(Box::new(json), at, &layout));
            }
            // It may be text that begins with a bracket.
            Err(ReadError::NoLinks) => {}
            Err(error) => return Err(error),
        }
    }
    if map.is_empty()
        && let Some((list, at, notices)) = List::detect(start, at_end)?
    {
        return Ok(Detected::list(Box::new(list), at, notices));
    }
    if let Some((table, at)) = Markdown::detect(start, at_end, map)? {
        let layout = table.layout().clone();
        return Ok(Detected::with_layout(Box::new(table), at, &layout));
    }
    match Tabular::detect(start, at_end, map) {
        Ok(Tabular { records, header_len }) => {
            let layout = records.layout().clone();
            Ok(Detected::with_layout(Box::new(records), header_len, &layout))
        }
        Err(error @ (ReadError::UnknownColumns(_) | ReadError::NoLinks)) => {
            Err(binary::kind(start).map_or(error, |what| ReadError::NotAList { what: what.to_owned() }))
        }
        Err(error) => Err(error),
    }
}
