//! The bytes of a file, as UTF-8 whatever the file's encoding, cut where a caller says.

use std::io::{self, Read};

/// A file that is read through.
pub(super) struct Source<R> {
    input: R,
    encoding: Encoding,
    /// Read and not taken yet.
    rest: Vec<u8>,
    at_end: bool,
    /// Bytes of the file up to the end of `rest`.
    read: u64,
    /// What is left of a letter that the last read cut in two.
    half: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16 { little: bool },
}

/// A record of more bytes than this is none: a quote that is never closed would swallow the rest of the file.
const LONGEST_RECORD: usize = 8 * 1024 * 1024;

impl<R: Read> Source<R> {
    /// Begins to read; a byte order mark says which encoding it is, without one it is UTF-8.
    pub(super) fn new(mut input: R) -> io::Result<Source<R>> {
        let mut start = Vec::new();
        input.by_ref().take(3).read_to_end(&mut start)?;
        let (encoding, mark) = match start.as_slice() {
            [0xEF, 0xBB, 0xBF] => (Encoding::Utf8, 3),
            [0xFF, 0xFE, ..] => (Encoding::Utf16 { little: true }, 2),
            [0xFE, 0xFF, ..] => (Encoding::Utf16 { little: false }, 2),
            _ => (Encoding::Utf8, 0),
        };
        let read = start.len() as u64;
        let mut source = Source { input, encoding, rest: Vec::new(), at_end: false, read, half: Vec::new() };
        start.drain(..mark);
        match encoding {
            Encoding::Utf8 => source.rest = start,
            Encoding::Utf16 { .. } => source.half = start,
        }
        Ok(source)
    }

    /// Bytes of the file that are read already.
    pub(super) fn taken(&self) -> u64 {
        self.read
    }

    /// Reads on until `bytes` holds so many or the file ends.
    fn fill(&mut self, bytes: &mut Vec<u8>, size: usize) -> io::Result<()> {
        while bytes.len() < size && !self.at_end {
            let wanted = size - bytes.len();
            let into = if self.encoding == Encoding::Utf8 { &mut *bytes } else { &mut self.half };
            into.reserve(wanted.min(LONGEST_RECORD));
            let read = self.input.by_ref().take(wanted as u64).read_to_end(into)?;
            self.read += read as u64;
            self.at_end = read < wanted;
            if let Encoding::Utf16 { little } = self.encoding {
                self.decode(little, bytes);
            }
        }
        Ok(())
    }

    /// Takes what of `half` is whole over as UTF-8.
    fn decode(&mut self, little: bool, bytes: &mut Vec<u8>) {
        let unit = |pair: &[u8]| match pair {
            [a, b] if little => u16::from_le_bytes([*a, *b]),
            [a, b] => u16::from_be_bytes([*a, *b]),
            _ => 0xFFFD,
        };
        let mut units: Vec<u16> = self.half.chunks_exact(2).map(unit).collect();
        // The first half of a pair waits for the second one.
        if !self.at_end && units.last().is_some_and(|unit| (0xD800..0xDC00).contains(unit)) {
            units.pop();
        }
        self.half.drain(..units.len() * 2);
        let letters = char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER));
        bytes.extend_from_slice(letters.collect::<String>().as_bytes());
    }

    /// The next bytes, so many if the file has them, without taking them.
    pub(super) fn peek(&mut self, size: usize) -> io::Result<&[u8]> {
        let mut bytes = std::mem::take(&mut self.rest);
        let filled = self.fill(&mut bytes, size);
        self.rest = bytes;
        filled.map(|()| self.rest.as_slice())
    }

    /// Takes so many bytes that were peeked at.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.rest.drain(..bytes.min(self.rest.len()));
    }

    /// Takes about `size` bytes, ending where `whole` says that records end; nothing at the end of the file. They take the place of
    /// what is in `bytes`.
    pub(super) fn batch(
        &mut self,
        bytes: &mut Vec<u8>,
        mut size: usize,
        whole: impl Fn(&[u8], bool) -> usize,
    ) -> io::Result<()> {
        bytes.clear();
        bytes.append(&mut self.rest);
        loop {
            self.fill(bytes, size)?;
            let mut end = if bytes.is_empty() { 0 } else { whole(bytes, self.at_end) };
            if end == 0 && !self.at_end && size < LONGEST_RECORD {
                // One record that is longer than a batch.
                size *= 2;
                continue;
            }
            if end == 0 && !self.at_end {
                // Given up as one broken record, up to the next line.
                end = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
            }
            self.rest.extend_from_slice(bytes.get(end..).unwrap_or_default());
            bytes.truncate(end);
            return Ok(());
        }
    }
}
