//! Files of links, read as they come: the API's answers, CSV and its relatives, JSON lines, and what other tools export.
//!
//! A file is cut into batches of whole records, and batches are read side by side into segments of a link set. The first
//! batch is small, so that its links are there while the rest is still being read.

mod binary;
mod delimited;
mod error;
mod header;
mod json;
mod records;
mod source;

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::{Arc, mpsc};

pub use error::ReadError;
pub use header::ColumnMap;

use crate::domain::link_set::{Segment, SegmentBuilder};
use delimited::Delimited;
use json::Json;
use records::Records;
use source::Source;

/// What came of some records.
#[derive(Clone, Debug, Default)]
pub struct Piece {
    /// The links.
    pub segments: Vec<Arc<Segment>>,
    /// Records that are no link: broken, or without an address.
    pub broken: usize,
    /// Bytes of the file that were read up to here.
    pub bytes: u64,
}

/// Of the first batch: enough for any screen.
const FIRST_BATCH: usize = 64 * 1024;
/// Of the others, in bytes.
const BATCH: usize = 1024 * 1024;
/// Batches that are under way at a time, for each thread.
const BATCHES_A_THREAD: usize = 2;
/// Batches of which is told at a time: each time a frame is drawn.
const TOLD_AT_ONCE: usize = 8;

/// Reads links until the end, or until `sink`, which gets them piece by piece, says no.
///
/// # Errors
/// See [`ReadError`]. What was told before it stays told.
pub fn read(input: impl Read, map: &ColumnMap, sink: &mut impl FnMut(Piece) -> bool) -> Result<(), ReadError> {
    let mut source = Source::new(input)?;
    match detect(source.peek(FIRST_BATCH)?, map)? {
        Kind::Json => read_records(source, &Json, sink),
        Kind::Table { records, header } => {
            source.skip(header);
            read_records(source, &records, sink)
        }
    }
}

/// Looks at the beginning of a file only: whether links can be read from it, as far as that says. A short file is read through,
/// so that nothing is left to find out.
///
/// # Errors
/// What [`read`] would find too.
pub fn probe(input: impl Read, map: &ColumnMap) -> Result<(), ReadError> {
    let mut source = Source::new(input)?;
    // One byte more tells whether that was all.
    let start = source.peek(FIRST_BATCH + 1)?;
    let is_whole = start.len() <= FIRST_BATCH;
    let kind = detect(start, map)?;
    let (records, header): (&dyn Records, usize) = match &kind {
        Kind::Json => (&Json, 0),
        Kind::Table { records, header } => (records, *header),
    };
    let mut links = SegmentBuilder::default();
    let broken = if is_whole { records.read(start.get(header..).unwrap_or_default(), &mut links) } else { 0 };
    if broken > 0 && links.build().is_empty() { Err(ReadError::NoLinks) } else { Ok(()) }
}

/// What a file is.
enum Kind {
    Json,
    Table {
        records: Delimited,
        /// Bytes up to the end of the header.
        header: usize,
    },
}

fn detect(start: &[u8], map: &ColumnMap) -> Result<Kind, ReadError> {
    match start.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => Err(ReadError::Empty),
        Some(b'{' | b'[') => Ok(Kind::Json),
        Some(_) => match (Delimited::detect(start, map), binary::kind(start)) {
            (Ok((records, header)), _) => Ok(Kind::Table { records, header }),
            (Err(ReadError::UnknownColumns { .. } | ReadError::NoLinks), Some(what)) => {
                Err(ReadError::NotText { what })
            }
            (Err(error), _) => Err(error),
        },
    }
}

/// Reads a whole file of plain text, whatever its encoding.
///
/// # Errors
/// The system can't read it.
pub fn text(input: impl Read) -> io::Result<String> {
    let mut source = Source::new(input)?;
    Ok(String::from_utf8_lossy(source.peek(usize::MAX)?).into_owned())
}

/// A part of the file, and the links in it. Used again and again: memory that was used before is faster than fresh memory.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    links: SegmentBuilder,
}

/// What came of a batch: its links, how many of its records are none, and the batch, to be used again.
type Done = (Segment, usize, Batch);

/// This thread takes batches from the file while others read them; what comes of them is told in their order.
fn read_records(
    mut source: Source<impl Read>,
    records: &impl Records,
    sink: &mut impl FnMut(Piece) -> bool,
) -> Result<(), ReadError> {
    let ahead = rayon::current_num_threads() * BATCHES_A_THREAD;
    let (mut links, mut broken) = (0, 0);
    rayon::in_place_scope(|scope| {
        let mut under_way: VecDeque<mpsc::Receiver<Done>> = VecDeque::new();
        let mut spare: Vec<Batch> = Vec::new();
        let (mut piece, mut batches) = (Piece::default(), 0);
        let mut size = FIRST_BATCH;
        loop {
            let whole = |bytes: &[u8], at_end| records.whole(bytes, at_end);
            let mut batch = spare.pop().unwrap_or_default();
            source.batch(&mut batch.bytes, size, whole)?;
            let at_end = batch.bytes.is_empty();
            if !at_end {
                let (done, wait) = mpsc::sync_channel(1);
                scope.spawn(move |_| {
                    let broken = records.read(&batch.bytes, &mut batch.links);
                    // Nobody waits for it any more where loading was stopped.
                    let _ = done.send((batch.links.build(), broken, batch));
                });
                under_way.push_back(wait);
            }
            // Of the first one is told at once.
            let soon = at_end || size == FIRST_BATCH;
            while under_way.len() > if soon { 0 } else { ahead } {
                let Some(Ok((segment, not_links, batch))) = under_way.pop_front().map(|wait| wait.recv()) else {
                    break;
                };
                spare.push(batch);
                batches += 1;
                broken += not_links;
                piece.broken += not_links;
                if !segment.is_empty() {
                    links += segment.len();
                    piece.segments.push(Arc::new(segment));
                }
            }
            if soon || batches >= TOLD_AT_ONCE {
                piece.bytes = source.taken();
                batches = 0;
                if !sink(std::mem::take(&mut piece)) {
                    return Ok(());
                }
            }
            if at_end {
                // A list without links is a list: an answer with none, or a header alone.
                return if links > 0 || broken == 0 { Ok(()) } else { Err(ReadError::NoLinks) };
            }
            size = BATCH;
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Field, LinkSet};

    fn try_read(bytes: &[u8], map: &str) -> Result<(LinkSet, usize), ReadError> {
        let map = if map.is_empty() { ColumnMap::default() } else { ColumnMap::parse(map).unwrap() };
        let (mut links, mut broken) = (LinkSet::default(), 0);
        read(bytes, &map, &mut |piece| {
            broken += piece.broken;
            for segment in piece.segments {
                links.append(segment, 0);
            }
            true
        })?;
        Ok((links, broken))
    }

    fn rows(bytes: &[u8]) -> (Vec<[String; 5]>, usize) {
        let (links, broken) = try_read(bytes, "").unwrap();
        let row = |row| Field::ALL.map(|field| links.text(row, field).to_owned());
        ((0..links.len() as u32).map(row).collect(), broken)
    }

    #[test]
    fn exports_of_each_tool() {
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
            let (rows, broken) = rows(text.as_bytes());
            assert_eq!((rows.len(), broken), (1, 0), "{text}");
            assert_eq!((rows[0][3].as_str(), rows[0][1].as_str()), (source, "a.com"), "{text}");
        }
    }

    #[test]
    fn the_apis_own_shapes() {
        let row = r#"{"anchor_text":"a \"{[ é","domain_source":"w3.org","domain_target":"me.com","url_source":"https://w3.org/","url_target":"https://me.com"}"#;
        for text in [
            format!(r#"{{"data":[{row},{row}],"credits_consumed":10}}"#),
            format!(r#"{{"time_taken":0.5, "data": [ {row} , {row} ]}}"#),
            format!("[{row},{row}]"),
            format!("{row}\n{row}\n"),
            format!("{row}\r\n{row}"),
        ] {
            let (rows, broken) = rows(text.as_bytes());
            assert_eq!((rows.len(), broken), (2, 0), "{text}");
            assert_eq!(rows[0][0], "a \"{[ é");
        }
        let odd = format!(r#"{{"data":[{row},null,5,{{"anchor_text":"no address"}}]}}"#);
        assert_eq!(rows(odd.as_bytes()).1, 1);
    }

    #[test]
    fn broken_rows_are_counted_and_quoted_line_breaks_are_text() {
        let text = "anchor_text,domain_source,domain_target,url_source,url_target\n\"two\nlines, \"\"q\"\"\",a.com,me.com,https://a.com/,https://me.com/\nno address\n5\" wide,b.com,me.com,https://b.com/,x\n";
        let mut bytes = text.as_bytes().to_vec();
        bytes.extend_from_slice(b"\xff,c.com,me.com,https://c.com/,x\n");
        let (rows, broken) = rows(&bytes);
        assert_eq!((rows.len(), broken), (3, 1));
        assert_eq!(rows[0][0], "two\nlines, \"q\"");
        assert_eq!(rows[1][0], "5\" wide");
    }

    #[test]
    fn many_rows_come_whole_and_in_order_whatever_the_borders_of_batches() {
        let mut text = String::from("anchor_text,domain_source,domain_target,url_source,url_target\r\n");
        for i in 0..60_000 {
            let anchor = match i % 5 {
                0 => format!("\"line\r\n{i}, \"\"x\"\"\""),
                1 => format!("5\" {i}"),
                _ => format!("plain {i}"),
            };
            text.push_str(&format!("{anchor},a{i}.com,me.com,https://a{i}.com/,https://me.com/\r\n"));
        }
        let (links, broken) = try_read(text.as_bytes(), "").unwrap();
        assert_eq!((links.len(), broken), (60_000, 0));
        for row in 0..60_000_u32 {
            assert_eq!(links.text(row, Field::SourceDomain), format!("a{row}.com"));
        }
        assert_eq!(links.text(5, Field::Anchor), "line\r\n5, \"x\"");
    }

    #[test]
    fn unknown_columns_are_shown_and_can_be_named() {
        let text = b"Seite;Ziel;Wort\nhttps://a.com/;https://me.com;x\n";
        let error = try_read(text, "").unwrap_err().to_string();
        assert!(error.contains("Seite | Ziel | Wort") && error.contains("--map source="), "{error}");
        for map in ["source=seite,target=Ziel,anchor=3", "source=1"] {
            assert_eq!(try_read(text, map).unwrap().0.text(0, Field::SourceUrl), "https://a.com/", "{map}");
        }
        assert!(try_read(text, "source=9").unwrap_err().to_string().contains("no column called “9”"));
        assert!(ColumnMap::parse("sauce=1").unwrap_err().to_string().contains("did you mean “source”"));
        assert!(matches!(try_read(b" \n", ""), Err(ReadError::Empty)));
        assert!(matches!(try_read(b"hello\nworld\n", ""), Err(ReadError::NoLinks)));
    }
}
