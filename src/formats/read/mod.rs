//! Reads link files: API responses, CSV, TSV, JSON, workbooks, lists of addresses, and the exports of other tools.
//!
//! A file is cut into batches of complete records, which are parsed in parallel into segments of a link set. The first batch is
//! small, so that its links are shown while the rest is being read.

mod address;
mod batches;
mod binary;
mod caller;
mod cell_form;
mod chunk;
mod column_map;
mod columns;
mod container;
mod date_form;
mod delimited;
mod detect;
mod dialect;
mod error;
mod flag_form;
mod json;
mod known;
mod layout;
mod link_row;
mod list;
mod markdown;
mod notice;
mod number_form;
mod pipe;
mod quoted;
mod rank;
mod record_format;
mod sample;
mod separators;
mod sheet;
mod source;
mod tabular;
mod workbook;

use std::io::Read;

pub use caller::Caller;
pub use chunk::Chunk;
pub use column_map::ColumnMap;
pub use error::{ReadError, UnknownColumns};
pub use known::{Holds, Report, reports};
pub use notice::Notice;
pub use pipe::Pipe;

use crate::domain::columns::ExtraSpec;
use crate::domain::encoding::{Encoding, decode_ascii_compatible};
use crate::domain::link_set::SegmentBuilder;
use batches::{FIRST_BATCH_SIZE, read_batches};
use detect::{Detected, detect};
use source::{Ready, Source};

/// In bytes. At most this much of the start of a file is read to detect its kind and columns.
const MAX_START: usize = 1024 * 1024;
/// How often a caller waits for further bytes of a stream before it is asked about the columns of the first rows.
const WAITS_BEFORE_QUESTION: u32 = 20;

/// A file whose kind and columns are known.
pub struct LinkReader<'a> {
    source: Source<'a>,
    detected: Detected,
}

impl<'a> LinkReader<'a> {
    /// Reads the start of a file. `None` if the caller stops waiting for it.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn open(
        input: impl Read + 'a,
        map: &ColumnMap,
        caller: &mut dyn Caller,
    ) -> Result<Option<LinkReader<'a>>, ReadError> {
        let Some(unpacked) = container::unpack(Box::new(input), map, caller)? else { return Ok(None) };
        let mut map = unpacked.map.unwrap_or_else(|| map.clone());
        let mut source = Source::new(unpacked.content, unpacked.bytes_read);
        let (mut size, mut waits) = (FIRST_BATCH_SIZE, 0);
        loop {
            let before = source.start().len();
            let ready = source.fill_start(size)?;
            waits = if source.start().len() == before { waits } else { 0 };
            let at_end = source.is_at_end();
            let is_enough = at_end || (ready == Ready::Yes && size >= MAX_START);
            match detect(source.start(), at_end, &map) {
                // Without any record there is nothing to show, and more of a stream may tell more about its columns.
                Ok(detected) if ready == Ready::Yes || detected.has_record(source.start()) => {
                    return Ok(Some(LinkReader::with(source, detected, unpacked.notices, ready)));
                }
                Err(ReadError::UnknownColumns(columns))
                    if is_enough || (waits >= WAITS_BEFORE_QUESTION && !columns.rows.is_empty()) =>
                {
                    match caller.choose_columns(&columns) {
                        Some(chosen) => {
                            map = chosen;
                            continue;
                        }
                        None if is_enough => return Err(ReadError::UnknownColumns(columns)),
                        None => {}
                    }
                }
                Err(error) if is_enough => return Err(error),
                Ok(_) | Err(_) => {}
            }
            if ready == Ready::Yes {
                size *= 4;
            } else {
                waits += 1;
                if !caller.wait() {
                    return Ok(None);
                }
            }
        }
    }

    fn with(mut source: Source<'a>, mut detected: Detected, notices: Vec<Notice>, ready: Ready) -> LinkReader<'a> {
        source.skip(detected.at);
        // The first lines of a stream don't tell whether all of them are on one site.
        detected.notices.retain(|notice| ready == Ready::Yes || !matches!(notice, Notice::OneSite(_)));
        let encoding = Some(source.encoding()).filter(|encoding| *encoding != Encoding::Utf8);
        detected.notices.splice(0..0, notices.into_iter().chain(encoding.map(Notice::Encoding)));
        LinkReader { source, detected }
    }

    /// The columns beside the five of the API. JSON may have more of them later on.
    pub fn extras(&self) -> &[ExtraSpec] {
        self.detected.records.extras()
    }

    /// The export of a tool that was recognized.
    pub fn report(&self) -> Option<&'static Report> {
        self.detected.report
    }

    /// Reads links until the end, or until `sink` returns false. While a stream has no bytes, `sink` gets an empty chunk now and
    /// then.
    ///
    /// # Errors
    /// Reading fails, or there are only records that are not links. `sink` may have been called before.
    pub fn read(self, sink: &mut impl FnMut(Chunk) -> bool) -> Result<(), ReadError> {
        let Detected { records, notices, .. } = self.detected;
        read_batches(self.source, records.as_ref(), notices, sink)
    }

    /// Reads what was read to detect the columns, if that is the complete file.
    fn probe(self) -> Result<(), ReadError> {
        if !self.source.is_at_end() {
            return Ok(());
        }
        let (text, _) = decode_ascii_compatible(self.source.start());
        let mut links = SegmentBuilder::with_extras(self.extras());
        let skipped = self.detected.records.read(&text, &mut links);
        if skipped > 0 && links.is_empty() { Err(ReadError::NoLinks) } else { Ok(()) }
    }
}

/// Reads links until the end, or until `sink` returns false.
///
/// # Errors
/// See [`ReadError`]. `sink` may have been called before the error.
pub fn read(input: impl Read, map: &ColumnMap, sink: &mut impl FnMut(Chunk) -> bool) -> Result<(), ReadError> {
    match LinkReader::open(input, map, &mut || sink(Chunk::default()))? {
        Some(reader) => reader.read(sink),
        None => Ok(()),
    }
}

/// Checks whether the start of a file can be read. A short file is checked completely.
///
/// # Errors
/// The error that [`read`] would return.
pub fn probe(input: impl Read, map: &ColumnMap) -> Result<(), ReadError> {
    LinkReader::open(input, map, &mut || true)?.map_or(Ok(()), LinkReader::probe)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Field, LinkSet, Row};

    fn try_read(bytes: &[u8], map: &str) -> Result<(LinkSet, usize), ReadError> {
        let map = if map.is_empty() { ColumnMap::default() } else { ColumnMap::parse(map).unwrap() };
        let (mut links, mut skipped) = (LinkSet::default(), 0);
        read(bytes, &map, &mut |chunk| {
            skipped += chunk.skipped;
            for segment in chunk.segments {
                links.append(segment, 0);
            }
            true
        })?;
        Ok((links, skipped))
    }

    fn rows(bytes: &[u8]) -> (Vec<[String; 5]>, usize) {
        let (links, skipped) = try_read(bytes, "").unwrap();
        let row = |row| Field::ALL.map(|field| links.text(row, field).to_owned());
        (links.rows().map(row).collect(), skipped)
    }

    #[test]
    fn reads_the_exports_of_each_tool() {
        let ahrefs = "Referring page title\tReferring page URL\tTarget URL\tAnchor\nT\thttps://blog.a.co.uk/x\thttps://me.com/\tHi, “you”\n";
        let mut utf16 = vec![0xFF, 0xFE];
        utf16.extend(ahrefs.encode_utf16().flat_map(u16::to_le_bytes));
        let expected = ["Hi, “you”", "a.co.uk", "me.com", "https://blog.a.co.uk/x", "https://me.com/"];
        assert_eq!(rows(&utf16).0, [expected]);
        assert_eq!(rows(ahrefs.as_bytes()).0, [expected]);
        for (text, source) in [
            (
                "Page ascore,Source title,Source url,Target url,Anchor\n5,T,https://a.com/1,https://me.com,x\n",
                "https://a.com/1",
            ),
            (
                "\u{feff}\"Target URL\",\"Source URL\",\"Anchor Text\"\r\n\"https://me.com\",\"https://a.com/2\",\"x\"\r\n",
                "https://a.com/2",
            ),
            ("TargetURL,SourceURL,AnchorText\nhttps://me.com,https://a.com/3,x", "https://a.com/3"),
            (
                "Report\nfor me.com\n\n\n,\n \nURL,Anchor Text,Target URL\nhttps://a.com/4,x,https://me.com\n",
                "https://a.com/4",
            ),
            ("Linking page,Last crawled\nhttps://a.com/5,2026-01-02\n", "https://a.com/5"),
            ("Linking page\nhttps://a.com/5\n", "https://a.com/5"),
            ("url_from,url_to,anchor\nhttps://a.com/6,https://me.com,x\n", "https://a.com/6"),
            ("url_from;url_to;anchor\nhttps://a.com/7;https://me.com;x\n", "https://a.com/7"),
        ] {
            let (rows, skipped) = rows(text.as_bytes());
            assert_eq!((rows.len(), skipped), (1, 0), "{text}");
            assert_eq!((rows[0][3].as_str(), rows[0][1].as_str()), (source, "a.com"), "{text}");
        }
    }

    #[test]
    fn reads_api_responses_and_lists_of_links() {
        let row = r#"{"anchor_text":"a \"{[ é","domain_source":"w3.org","domain_target":"me.com","url_source":"https://w3.org/","url_target":"https://me.com"}"#;
        for text in [
            format!(r#"{{"data":[{row},{row}],"credits_consumed":10}}"#),
            format!(r#"{{"time_taken":0.5, "data": [ {row} , {row} ]}}"#),
            format!("[{row},{row}]"),
            format!("{row}\n{row}\n"),
            format!("{row}\r\n{row}"),
        ] {
            let (rows, skipped) = rows(text.as_bytes());
            assert_eq!((rows.len(), skipped), (2, 0), "{text}");
            assert_eq!(rows[0][0], "a \"{[ é");
        }
        let odd = format!(r#"{{"data":[{row},null,5,{{"anchor_text":"no address"}}]}}"#);
        assert_eq!(rows(odd.as_bytes()).1, 1);
    }

    #[test]
    fn malformed_rows_are_counted_and_quoted_line_breaks_are_text() {
        let text = "anchor_text,domain_source,domain_target,url_source,url_target\n\"two\nlines, \"\"q\"\"\",a.com,me.com,https://a.com/,https://me.com/\nno address\n5\" wide,b.com,me.com,https://b.com/,x\n";
        let mut bytes = text.as_bytes().to_vec();
        bytes.extend_from_slice(b"\xff,c.com,me.com,https://c.com/,x\n");
        let (rows, skipped) = rows(&bytes);
        assert_eq!((rows.len(), skipped), (3, 1));
        assert_eq!(rows[0][0], "two\nlines, \"q\"");
        assert_eq!(rows[1][0], "5\" wide");
    }

    #[test]
    fn rows_across_batch_boundaries_are_complete_and_in_order() {
        let mut text = String::from("anchor_text,domain_source,domain_target,url_source,url_target\r\n");
        for i in 0..60_000 {
            let anchor = match i % 5 {
                0 => format!("\"line\r\n{i}, \"\"x\"\"\""),
                1 => format!("5\" {i}"),
                _ => format!("plain {i}"),
            };
            text.push_str(&format!("{anchor},a{i}.com,me.com,https://a{i}.com/,https://me.com/\r\n"));
        }
        let (links, skipped) = try_read(text.as_bytes(), "").unwrap();
        assert_eq!((links.len(), skipped), (60_000, 0));
        for row in links.rows() {
            assert_eq!(links.text(row, Field::SourceDomain), format!("a{}.com", row.0));
        }
        assert_eq!(links.text(Row(5), Field::Anchor), "line\r\n5, \"x\"");
    }

    #[test]
    fn unknown_columns_are_listed_and_can_be_mapped() {
        let text = b"Seite;Ziel;Wort\nhttps://a.com/;https://me.com;x\n";
        let error = try_read(text, "").unwrap_err().to_string();
        assert!(error.contains("Seite | Ziel | Wort") && error.contains("--map source="), "{error}");
        for map in ["source=seite,target=Ziel,anchor=3", "source=1"] {
            assert_eq!(try_read(text, map).unwrap().0.text(Row(0), Field::SourceUrl), "https://a.com/", "{map}");
        }
        assert!(try_read(text, "source=9").unwrap_err().to_string().contains("no column called “9”"));
        assert!(ColumnMap::parse("sauce=1").unwrap_err().to_string().contains("did you mean “source”"));
        assert!(matches!(try_read(b" \n", ""), Err(ReadError::Empty)));
        assert!(matches!(try_read(b"hello\nworld\n", ""), Err(ReadError::NoLinks)));
    }
}
