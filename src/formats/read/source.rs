//! Reads a file as UTF-8, converting UTF-16, and cuts it into batches.

use std::io::{self, Read};

/// UTF-8, or UTF-16 with a byte order mark.
pub(super) struct Source<R> {
    input: R,
    encoding: Encoding,
    /// UTF-8 that was read but not consumed.
    buffer: Vec<u8>,
    at_end: bool,
    /// Bytes of the file, up to the end of `buffer`.
    bytes_read: u64,
    /// UTF-16 bytes of an incomplete character at the end of the last read.
    undecoded: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16 { little: bool },
}

/// In bytes. Without a limit, an unclosed quote would make the rest of the file one record.
const MAX_RECORD: usize = 8 * 1024 * 1024;

impl<R: Read> Source<R> {
    pub(super) fn new(mut input: R) -> io::Result<Source<R>> {
        let mut start = Vec::new();
        input.by_ref().take(3).read_to_end(&mut start)?;
        let (encoding, bom_len) = match start.as_slice() {
            [0xEF, 0xBB, 0xBF] => (Encoding::Utf8, 3),
            [0xFF, 0xFE, ..] => (Encoding::Utf16 { little: true }, 2),
            [0xFE, 0xFF, ..] => (Encoding::Utf16 { little: false }, 2),
            _ => (Encoding::Utf8, 0),
        };
        let bytes_read = start.len() as u64;
        let mut source =
            Source { input, encoding, buffer: Vec::new(), at_end: false, bytes_read, undecoded: Vec::new() };
        start.drain(..bom_len);
        match encoding {
            Encoding::Utf8 => source.buffer = start,
            Encoding::Utf16 { .. } => source.undecoded = start,
        }
        Ok(source)
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// Reads until `bytes` has at least `size` bytes or the file ends.
    fn fill(&mut self, bytes: &mut Vec<u8>, size: usize) -> io::Result<()> {
        while bytes.len() < size && !self.at_end {
            let wanted = size - bytes.len();
            let into = if self.encoding == Encoding::Utf8 { &mut *bytes } else { &mut self.undecoded };
            into.reserve(wanted.min(MAX_RECORD));
            let read = self.input.by_ref().take(wanted as u64).read_to_end(into)?;
            self.bytes_read += read as u64;
            self.at_end = read < wanted;
            if let Encoding::Utf16 { little } = self.encoding {
                self.decode(little, bytes);
            }
        }
        Ok(())
    }

    /// Moves the complete characters of `undecoded` to `bytes`, as UTF-8.
    fn decode(&mut self, little: bool, bytes: &mut Vec<u8>) {
        let unit = |pair: &[u8]| match pair {
            [a, b] if little => u16::from_le_bytes([*a, *b]),
            [a, b] => u16::from_be_bytes([*a, *b]),
            _ => 0xFFFD,
        };
        let mut units: Vec<u16> = self.undecoded.chunks_exact(2).map(unit).collect();
        // A high surrogate waits for its low surrogate.
        if !self.at_end && units.last().is_some_and(|unit| (0xD800..0xDC00).contains(unit)) {
            units.pop();
        }
        self.undecoded.drain(..units.len() * 2);
        let chars = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
        bytes.extend_from_slice(chars.collect::<String>().as_bytes());
    }

    /// Returns up to `size` bytes, or a few more, without consuming them.
    pub(super) fn peek(&mut self, size: usize) -> io::Result<&[u8]> {
        let mut bytes = std::mem::take(&mut self.buffer);
        let filled = self.fill(&mut bytes, size);
        self.buffer = bytes;
        filled.map(|()| self.buffer.as_slice())
    }

    /// Consumes bytes that were peeked at.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.buffer.drain(..bytes.min(self.buffer.len()));
    }

    /// Replaces `bytes` with about `size` bytes of complete records; with none at the end of the file.
    pub(super) fn batch(
        &mut self,
        bytes: &mut Vec<u8>,
        mut size: usize,
        complete_len: impl Fn(&[u8], bool) -> usize,
    ) -> io::Result<()> {
        bytes.clear();
        bytes.append(&mut self.buffer);
        loop {
            self.fill(bytes, size)?;
            let mut end = if bytes.is_empty() { 0 } else { complete_len(bytes, self.at_end) };
            if end == 0 && !self.at_end && size < MAX_RECORD {
                // The record is longer than the batch.
                size *= 2;
                continue;
            }
            if end == 0 && !self.at_end {
                // Too long: cut off at the next line, as a malformed record.
                end = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
            }
            self.buffer.extend_from_slice(bytes.get(end..).unwrap_or_default());
            bytes.truncate(end);
            return Ok(());
        }
    }
}
