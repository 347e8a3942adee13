//! Links read from a stream that pauses.

use std::io::{self, Cursor, Read, Write};

use kew_tui::domain::{Field, LinkSet};
use kew_tui::formats::read::{Caller, Chunk, ColumnMap, LinkReader, ReadError, UnknownColumns, read};

/// Pauses before each piece, and before its end.
struct Pausing<'a> {
    pieces: std::slice::Chunks<'a, u8>,
    piece: &'a [u8],
    pauses: bool,
}

impl Read for Pausing<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.piece.is_empty() {
            self.pauses = !self.pauses;
            if self.pauses {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            self.piece = self.pieces.next().unwrap_or_default();
        }
        self.piece.read(out)
    }
}

fn pausing(bytes: &[u8], size: usize) -> Pausing<'_> {
    Pausing { pieces: bytes.chunks(size), piece: &[], pauses: false }
}

/// A stream that is never continued after these bytes.
fn endless(bytes: &[u8]) -> impl Read + '_ {
    struct Silent;
    impl Read for Silent {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::WouldBlock.into())
        }
    }
    Cursor::new(bytes).chain(Silent)
}

fn rows(links: &LinkSet) -> Vec<[String; 5]> {
    links.rows().map(|row| Field::ALL.map(|field| links.text(row, field).to_owned())).collect()
}

fn append(links: &mut LinkSet, chunk: Chunk) {
    for segment in chunk.segments {
        links.append(segment, 0);
    }
}

fn read_all(input: impl Read) -> (Vec<[String; 5]>, usize) {
    let (mut links, mut skipped) = (LinkSet::default(), 0);
    read(input, &ColumnMap::default(), &mut |chunk| {
        skipped += chunk.skipped;
        append(&mut links, chunk);
        true
    })
    .unwrap();
    (rows(&links), skipped)
}

const CSV: &str = "Source url,Target url,Anchor\r\nhttps://a.example/é,https://me.example/,\"two\r\nlines, \"\"q\"\"\"\r\n\
    nothing,,\r\nhttps://b.example/1,https://me.example/,カレー\r\nhttps://c.example/2,https://me.example/,last";

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn utf16(bom: &str) -> Vec<u8> {
    format!("{bom}{CSV}").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn pauses_change_nothing() {
    let json = r#"{"time_taken":0.5,"data":[{"anchor_text":"a \"{[ é","url_source":"https://a.example/","url_target":"https://me.example/"},
        {"anchor_text":"b","url_source":"https://b.example/","url_target":"https://me.example/"}]}"#;
    let (first, second) = CSV.as_bytes().split_at(90);
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("links.csv", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(CSV.as_bytes()).unwrap();
    for (kind, bytes) in [
        ("CSV", CSV.as_bytes().to_vec()),
        ("Windows-1252", CSV.replace("カレー", "x").chars().map(|c| c as u8).collect()),
        ("UTF-16", utf16("")),
        ("UTF-16 with a byte order mark", utf16("\u{feff}")),
        ("gzip", gzip(CSV.as_bytes())),
        ("gzip in two parts", [gzip(first), gzip(second)].concat()),
        ("Zstandard", zstd::encode_all(CSV.as_bytes(), 0).unwrap()),
        ("ZIP", zip.finish().unwrap().into_inner()),
        ("JSON", json.as_bytes().to_vec()),
        ("JSON lines", b"{\"url_source\":\"https://a.example/\"}\n{\"url_source\":\"https://b.example/\"}\n".to_vec()),
        ("list", b"https://a.example/1\nb.example\n\nhttps://c.example/".to_vec()),
    ] {
        let (expected, skipped) = read_all(bytes.as_slice());
        assert!(expected.len() > 1, "{kind}");
        for size in [1, 7, 100] {
            assert_eq!(read_all(pausing(&bytes, size)), (expected.clone(), skipped), "{kind}, {size} bytes at once");
        }
    }
}

#[test]
fn what_arrived_before_a_pause_is_read_at_once() {
    let header = "Source url,Target url\n";
    let first = "https://a.example/,https://me.example/\n";
    let complete = format!("{header}{first}");
    let part = format!("{complete}https://b.exam");
    let compressed = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(part.as_bytes()).unwrap();
        encoder.flush().unwrap();
        encoder.get_ref().clone()
    };
    for (bytes, expected) in [
        (complete.as_bytes(), 1),
        (part.as_bytes(), 1),
        (compressed.as_slice(), 1),
        (header.as_bytes(), 0),
        (b"Sou", 0),
        (b"", 0),
    ] {
        let (mut links, mut waits) = (LinkSet::default(), 0);
        read(endless(bytes), &ColumnMap::default(), &mut |chunk| {
            waits += 1;
            append(&mut links, chunk);
            waits < 5
        })
        .unwrap();
        assert_eq!((links.len(), waits), (expected, 5), "{bytes:?}");
    }
}

struct Answering<'a> {
    map: Option<&'a str>,
    asked: Vec<UnknownColumns>,
    /// How often it waits before it stops.
    patience: usize,
}

impl Caller for Answering<'_> {
    fn wait(&mut self) -> bool {
        self.patience = self.patience.saturating_sub(1);
        self.patience > 0
    }

    fn choose_columns(&mut self, columns: &UnknownColumns) -> Option<ColumnMap> {
        self.asked.push(columns.clone());
        self.map.map(|map| ColumnMap::parse(map).unwrap().complete())
    }
}

fn ask<'a>(
    input: impl Read,
    map: impl Into<Option<&'a str>>,
    patience: usize,
) -> (Answering<'a>, Result<LinkSet, ReadError>) {
    let mut caller = Answering { map: map.into(), asked: Vec::new(), patience };
    let mut links = LinkSet::default();
    let read = LinkReader::open(input, &ColumnMap::default(), &mut caller).and_then(|reader| {
        reader.map_or(Ok(()), |reader| {
            reader.read(&mut |chunk| {
                append(&mut links, chunk);
                links.len() < 2
            })
        })
    });
    (caller, read.map(|()| links))
}

const UNKNOWN: &str =
    "Seite;Ziel;Anchor\nhttps://a.example/1;https://me.example/;x\nhttps://b.example/;https://me.example/;y\n";

#[test]
fn columns_are_asked_for_and_reading_starts_over() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (y, line) in UNKNOWN.lines().enumerate() {
        for (x, cell) in line.split(';').enumerate() {
            sheet.write_string(y as u32, x as u16, cell).unwrap();
        }
    }
    let book = book.save_to_buffer().unwrap();
    for bytes in [UNKNOWN.as_bytes(), &gzip(UNKNOWN.as_bytes()), &book] {
        for size in [1, 1_000] {
            let (caller, links) = ask(pausing(bytes, size), "source=Seite", usize::MAX);
            let links = rows(&links.unwrap());
            assert_eq!((caller.asked.len(), links.len()), (1, 2));
            // The user decides, whatever a name means.
            assert_eq!(links[0], ["", "a.example", "", "https://a.example/1", ""]);
            assert_eq!(caller.asked[0].proposed(), [(Field::SourceUrl, 0), (Field::TargetUrl, 1), (Field::Anchor, 2)]);
        }
        let (caller, links) = ask(bytes, None, usize::MAX);
        assert!(matches!(links, Err(ReadError::UnknownColumns(_))) && caller.asked.len() == 1);
    }
}

#[test]
fn columns_of_a_stream_that_pauses_for_long_are_asked_for() {
    let (caller, links) = ask(endless(UNKNOWN.as_bytes()), "source=Seite", 1_000);
    assert_eq!((caller.asked.len(), links.unwrap().len()), (1, 2));
    // Not before the first row is complete.
    let (caller, links) = ask(endless(b"Seite;Ziel;Wort\nhttps://a.exam"), "source=Seite", 1_000);
    assert!(caller.asked.is_empty() && links.unwrap().is_empty());
}

#[test]
fn a_header_alone_does_not_decide() {
    let own_pages = b"URL,Title\nhttps://me.example/1,a\nhttps://me.example/2,b\n";
    for size in [1, 10, 1_000] {
        let read = read(pausing(own_pages, size), &ColumnMap::default(), &mut |_| true);
        assert!(matches!(read, Err(ReadError::NotLinks { .. })), "{read:?}");
    }
}
