//! Reads link files: API responses, CSV, TSV, JSON Lines, and the exports of other tools.
//!
//! A file is cut into batches of complete records, which are parsed in parallel into segments of a link set. The first batch is
//! small, so that its links are shown while the rest is being read.

mod binary;
mod delimited;
mod error;
mod header;
mod json;
mod record_format;
mod source;

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::{Arc, mpsc};

pub use error::ReadError;
pub use header::ColumnMap;

use crate::domain::link_set::{Segment, SegmentBuilder};
use delimited::Delimited;
use json::Json;
use record_format::RecordFormat;
use source::Source;

#[derive(Clone, Debug, Default)]
pub struct Chunk {
    pub segments: Vec<Arc<Segment>>,
    /// The number of records that are not links: malformed, or without a URL or domain.
    pub skipped: usize,
    /// Bytes of the file read so far.
    pub bytes: u64,
}

/// In bytes. Enough links for any screen.
const FIRST_BATCH_SIZE: usize = 64 * 1024;
/// In bytes.
const BATCH_SIZE: usize = 1024 * 1024;
/// The maximum number of batches in flight.
const BATCHES_PER_THREAD: usize = 2;
/// The sink is called once for this many batches, since a session draws a frame for each call.
const BATCHES_PER_CHUNK: usize = 8;

/// Reads links until the end, or until `sink` returns false.
///
/// # Errors
/// See [`ReadError`]. `sink` may have been called before the error.
pub fn read(input: impl Read, map: &ColumnMap, sink: &mut impl FnMut(Chunk) -> bool) -> Result<(), ReadError> {
    let mut source = Source::new(input)?;
    match detect(source.peek(FIRST_BATCH_SIZE)?, map)? {
        FileKind::Json => read_records(source, &Json, sink),
        FileKind::Table { records, header_len } => {
            source.skip(header_len);
            read_records(source, &records, sink)
        }
    }
}

/// Checks whether the start of a file can be read. A file that is shorter than the first batch is checked completely.
///
/// # Errors
/// The error that [`read`] would return.
pub fn probe(input: impl Read, map: &ColumnMap) -> Result<(), ReadError> {
    let mut source = Source::new(input)?;
    // One more byte tells whether the file ends here.
    let start = source.peek(FIRST_BATCH_SIZE + 1)?;
    let is_whole = start.len() <= FIRST_BATCH_SIZE;
    let kind = detect(start, map)?;
    let (records, header_len): (&dyn RecordFormat, usize) = match &kind {
        FileKind::Json => (&Json, 0),
        FileKind::Table { records, header_len } => (records, *header_len),
    };
    let mut links = SegmentBuilder::default();
    let skipped = if is_whole { records.read(start.get(header_len..).unwrap_or_default(), &mut links) } else { 0 };
    if skipped > 0 && links.build().is_empty() { Err(ReadError::NoLinks) } else { Ok(()) }
}

enum FileKind {
    Json,
    Table {
        records: Delimited,
        /// In bytes, including the lines above the header.
        header_len: usize,
    },
}

fn detect(start: &[u8], map: &ColumnMap) -> Result<FileKind, ReadError> {
    match start.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => Err(ReadError::Empty),
        Some(b'{' | b'[') => Ok(FileKind::Json),
        Some(_) => match (Delimited::detect(start, map), binary::kind(start)) {
            (Ok((records, header_len)), _) => Ok(FileKind::Table { records, header_len }),
            (Err(ReadError::UnknownColumns { .. } | ReadError::NoLinks), Some(what)) => {
                Err(ReadError::NotText { what })
            }
            (Err(error), _) => Err(error),
        },
    }
}

/// Reads a whole text file: UTF-8, or UTF-16 with a byte order mark.
///
/// # Errors
/// Reading fails.
pub fn read_text(input: impl Read) -> io::Result<String> {
    let mut source = Source::new(input)?;
    Ok(String::from_utf8_lossy(source.peek(usize::MAX)?).into_owned())
}

/// A part of the file and the builder for its links. Batches are reused, since fresh memory is slower.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    links: SegmentBuilder,
}

/// The links, the number of records that are not links, and the batch for reuse.
type ParsedBatch = (Segment, usize, Batch);

/// This thread reads batches from the file while others parse them. The sink gets the results in order.
fn read_records(
    mut source: Source<impl Read>,
    records: &impl RecordFormat,
    sink: &mut impl FnMut(Chunk) -> bool,
) -> Result<(), ReadError> {
    let max_in_flight = rayon::current_num_threads() * BATCHES_PER_THREAD;
    let (mut links, mut skipped) = (0, 0);
    rayon::in_place_scope(|scope| {
        let mut in_flight: VecDeque<mpsc::Receiver<ParsedBatch>> = VecDeque::new();
        let mut spare: Vec<Batch> = Vec::new();
        let (mut chunk, mut batches) = (Chunk::default(), 0);
        let mut size = FIRST_BATCH_SIZE;
        loop {
            let complete_len = |bytes: &[u8], at_end| records.complete_len(bytes, at_end);
            let mut batch = spare.pop().unwrap_or_default();
            source.batch(&mut batch.bytes, size, complete_len)?;
            let at_end = batch.bytes.is_empty();
            if !at_end {
                let (sender, receiver) = mpsc::sync_channel(1);
                scope.spawn(move |_| {
                    let skipped = records.read(&batch.bytes, &mut batch.links);
                    // Fails only if loading was stopped and the receiver is gone.
                    let _ = sender.send((batch.links.build(), skipped, batch));
                });
                in_flight.push_back(receiver);
            }
            // The first batch is passed on at once.
            let flush = at_end || size == FIRST_BATCH_SIZE;
            while in_flight.len() > if flush { 0 } else { max_in_flight } {
                let Some(Ok((segment, not_links, batch))) = in_flight.pop_front().map(|receiver| receiver.recv())
                else {
                    break;
                };
                spare.push(batch);
                batches += 1;
                skipped += not_links;
                chunk.skipped += not_links;
                if !segment.is_empty() {
                    links += segment.len();
                    chunk.segments.push(Arc::new(segment));
                }
            }
            if flush || batches >= BATCHES_PER_CHUNK {
                chunk.bytes = source.bytes_read();
                batches = 0;
                if !sink(std::mem::take(&mut chunk)) {
                    return Ok(());
                }
            }
            if at_end {
                // Without any records it is an empty list, such as an empty response or only a header.
                return if links > 0 || skipped == 0 { Ok(()) } else { Err(ReadError::NoLinks) };
            }
            size = BATCH_SIZE;
        }
    })
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
