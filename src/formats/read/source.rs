//! The bytes of a file, as UTF-8 whatever the file's encoding, cut where a caller says.

use std::io::{self, Read};

/// A file that is read through.
pub(super) struct Source<R> {
    input: R,
    encoding: Encoding,
    /// Read and not taken yet.
    buffer: Vec<u8>,
    /// What of `buffer` is taken already.
    used: usize,
    at_end: bool,
    /// Bytes of the file up to the end of `buffer`.
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
        let mut source = Source { input, encoding, buffer: Vec::new(), used: 0, at_end: false, read, half: Vec::new() };
        source.take_in(start.get(mark..).unwrap_or_default());
        Ok(source)
    }

    /// Bytes of the file that are read already.
    pub(super) fn taken(&self) -> u64 {
        self.read
    }

    /// Reads on until so many bytes are there or the file ends.
    pub(super) fn fill(&mut self, bytes: usize) -> io::Result<()> {
        if self.used > 0 {
            self.buffer.drain(..self.used);
            self.used = 0;
        }
        while self.buffer.len() < bytes && !self.at_end {
            match self.encoding {
                Encoding::Utf8 => {
                    let wanted = (bytes - self.buffer.len()) as u64;
                    let read = self.input.by_ref().take(wanted).read_to_end(&mut self.buffer)?;
                    self.read += read as u64;
                    self.at_end = (read as u64) < wanted;
                }
                Encoding::Utf16 { .. } => {
                    let mut raw = Vec::new();
                    let wanted = bytes as u64;
                    let read = self.input.by_ref().take(wanted).read_to_end(&mut raw)?;
                    self.read += read as u64;
                    self.at_end = (read as u64) < wanted;
                    self.take_in(&raw);
                }
            }
        }
        Ok(())
    }

    /// Takes bytes of the file over as UTF-8.
    fn take_in(&mut self, raw: &[u8]) {
        let Encoding::Utf16 { little } = self.encoding else {
            self.buffer.extend_from_slice(raw);
            return;
        };
        self.half.extend_from_slice(raw);
        let unit = |pair: &[u8]| match pair {
            [a, b] if little => u16::from_le_bytes([*a, *b]),
            [a, b] => u16::from_be_bytes([*a, *b]),
            _ => 0xFFFD,
        };
        let mut units: Vec<u16> = self.half.chunks_exact(2).map(unit).collect();
        let mut whole = units.len();
        // The first half of a pair waits for the second one.
        if !self.at_end && units.last().is_some_and(|unit| (0xD800..0xDC00).contains(unit)) {
            whole -= 1;
            units.truncate(whole);
        }
        let text: String =
            char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        self.buffer.extend_from_slice(text.as_bytes());
        self.half.drain(..whole * 2);
    }

    /// The next bytes, so many if the file has them, without taking them.
    pub(super) fn peek(&mut self, bytes: usize) -> io::Result<&[u8]> {
        self.fill(bytes)?;
        Ok(self.buffer.get(self.used..).unwrap_or_default())
    }

    /// Takes so many bytes that were peeked at.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.used = (self.used + bytes).min(self.buffer.len());
    }

    /// Takes about `size` bytes, ending where `whole` says that records end; nothing at the end of the file.
    pub(super) fn batch(&mut self, size: usize, mut whole: impl FnMut(&[u8], bool) -> usize) -> io::Result<Vec<u8>> {
        let mut size = size;
        loop {
            if self.buffer.len() - self.used < size {
                self.fill(size)?;
            }
            let rest = self.buffer.get(self.used..).unwrap_or_default();
            let bytes = rest.get(..size.min(rest.len())).unwrap_or_default();
            let last = self.at_end && bytes.len() == rest.len();
            let end = if bytes.is_empty() { 0 } else { whole(bytes, last) };
            if end > 0 || last {
                let batch = bytes.get(..end).unwrap_or_default().to_vec();
                self.used += end;
                return Ok(batch);
            }
            if size >= LONGEST_RECORD {
                // Given up as one broken record, up to the next line.
                let line = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
                let batch = bytes.get(..line).unwrap_or_default().to_vec();
                self.used += line;
                return Ok(batch);
            }
            // One record that is longer than a batch.
            size *= 2;
        }
    }
}
