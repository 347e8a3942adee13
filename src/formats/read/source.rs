//! Reads a file as text that can be cut at ASCII bytes: UTF-16 is converted to UTF-8, anything else stays as it is.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use encoding_rs::Decoder;

use super::record_format::RecordFormat;
use crate::domain::encoding::Encoding;

/// The bytes of a file that were read but not consumed, and the rest of the file.
pub(super) struct Source<'a> {
    input: Box<dyn Read + 'a>,
    /// Known as soon as the first bytes have arrived.
    encoding: Option<Encoding>,
    /// For UTF-16.
    decoder: Option<Decoder>,
    buffer: Vec<u8>,
    at_end: bool,
    /// Records that were too long since they were last taken.
    long_records: usize,
    is_in_long_record: bool,
    /// From `input`.
    bytes_read: u64,
    /// From the file, if `input` unpacks it.
    packed_bytes_read: Option<Rc<Cell<u64>>>,
}

/// Counts the bytes of a packed file. Reading through it is slower, since its buffers are filled with zeros first.
pub(super) struct Counted<R> {
    input: R,
    bytes_read: Rc<Cell<u64>>,
}

pub(super) fn counted<R: Read>(input: R) -> (Counted<R>, Rc<Cell<u64>>) {
    let bytes_read = Rc::default();
    (Counted { input, bytes_read: Rc::clone(&bytes_read) }, bytes_read)
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(out)?;
        self.bytes_read.set(self.bytes_read.get() + read as u64);
        Ok(read)
    }
}

/// Whether bytes are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ready {
    /// As many as wanted, or the file ended.
    Yes,
    /// A stream has no more bytes at the moment.
    NotYet,
}

/// In bytes. Without a limit, an unclosed quote would make the rest of the file one record.
const MAX_RECORD: usize = 8 * 1024 * 1024;
/// In bytes. What is kept while the end of a record that is too long is searched, since it may be there in part.
const KEPT: usize = 1024;
/// Bytes from which the encoding is detected.
const ENCODING_SAMPLE: usize = 1024;

impl<'a> Source<'a> {
    pub(super) fn new(input: Box<dyn Read + 'a>, packed_bytes_read: Option<Rc<Cell<u64>>>) -> Source<'a> {
        Source {
            input,
            encoding: None,
            decoder: None,
            buffer: Vec::new(),
            at_end: false,
            long_records: 0,
            is_in_long_record: false,
            bytes_read: 0,
            packed_bytes_read,
        }
    }

    /// The bytes of the file itself.
    pub(super) fn bytes_read(&self) -> u64 {
        self.packed_bytes_read.as_ref().map_or(self.bytes_read, |packed| packed.get())
    }

    pub(super) fn encoding(&self) -> Encoding {
        self.encoding.unwrap_or_default()
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at_end
    }

    /// What has been read and not consumed.
    pub(super) fn start(&self) -> &[u8] {
        &self.buffer
    }

    /// Reads until [`Source::start`] has at least `size` bytes.
    pub(super) fn fill_start(&mut self, size: usize) -> io::Result<Ready> {
        let mut bytes = std::mem::take(&mut self.buffer);
        let ready = self.fill(&mut bytes, size);
        self.buffer = bytes;
        ready
    }

    /// Consumes bytes of the start.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.buffer.drain(..bytes.min(self.buffer.len()));
    }

    /// Reads until `bytes` has at least `size` bytes or the file ends.
    fn fill(&mut self, bytes: &mut Vec<u8>, size: usize) -> io::Result<Ready> {
        if self.encoding.is_none() && self.detect_encoding(bytes)? == Ready::NotYet {
            return Ok(Ready::NotYet);
        }
        let mut encoded = Vec::new();
        while bytes.len() < size && !self.at_end {
            let wanted = size - bytes.len();
            if self.decoder.is_none() {
                let ready = self.read_some(bytes, wanted)?;
                if ready == Ready::NotYet {
                    return Ok(ready);
                }
                continue;
            }
            encoded.clear();
            let ready = self.read_some(&mut encoded, wanted)?;
            if let Some(decoder) = &mut self.decoder {
                decode(decoder, &encoded, self.at_end, bytes);
            }
            if ready == Ready::NotYet {
                return Ok(ready);
            }
        }
        Ok(Ready::Yes)
    }

    /// Appends up to `wanted` bytes. Fewer than that means that the file ended.
    fn read_some(&mut self, bytes: &mut Vec<u8>, wanted: usize) -> io::Result<Ready> {
        let before = bytes.len();
        bytes.reserve(wanted.min(MAX_RECORD));
        let outcome = self.input.as_mut().take(wanted as u64).read_to_end(bytes);
        let read = bytes.len() - before;
        self.bytes_read += read as u64;
        match outcome {
            Ok(_) => {
                self.at_end = read < wanted;
                Ok(Ready::Yes)
            }
            // Bytes that were read before the error are kept.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Ready::NotYet),
            Err(error) => Err(error),
        }
    }

    fn detect_encoding(&mut self, bytes: &mut Vec<u8>) -> io::Result<Ready> {
        let missing = ENCODING_SAMPLE.saturating_sub(bytes.len());
        let ready = self.read_some(bytes, missing)?;
        // A byte order mark has three bytes.
        if ready == Ready::NotYet && bytes.len() < 3 {
            return Ok(ready);
        }
        let (encoding, bom_len) = Encoding::of_start(bytes);
        bytes.drain(..bom_len);
        self.encoding = Some(encoding);
        let utf16 = match encoding {
            Encoding::Utf16Le => encoding_rs::UTF_16LE,
            Encoding::Utf16Be => encoding_rs::UTF_16BE,
            Encoding::Utf8 | Encoding::Windows1252 => return Ok(Ready::Yes),
        };
        let mut decoder = utf16.new_decoder_without_bom_handling();
        let encoded = std::mem::take(bytes);
        decode(&mut decoder, &encoded, self.at_end, bytes);
        self.decoder = Some(decoder);
        Ok(Ready::Yes)
    }

    /// Replaces `bytes` with about `size` bytes of complete records; with none at the end of the file, or if the next record
    /// has not arrived yet.
    pub(super) fn batch(
        &mut self,
        bytes: &mut Vec<u8>,
        mut size: usize,
        records: &dyn RecordFormat,
    ) -> io::Result<Ready> {
        bytes.clear();
        bytes.append(&mut self.buffer);
        loop {
            if self.is_in_long_record && self.skip_long_record(bytes, records)? == Ready::NotYet {
                return Ok(Ready::NotYet);
            }
            let ready = self.fill(bytes, size)?;
            let mut end = if bytes.is_empty() { 0 } else { records.complete_len(bytes, self.at_end) };
            if end == 0 && !self.at_end && ready == Ready::Yes {
                if size < MAX_RECORD {
                    // The record is longer than the batch.
                    size *= 2;
                    continue;
                }
                // Too long: cut off where the next one may begin, as a malformed record.
                let Some(next) = records.resume(bytes) else {
                    self.long_records += 1;
                    self.is_in_long_record = true;
                    continue;
                };
                end = next;
            }
            self.buffer.extend_from_slice(bytes.get(end..).unwrap_or_default());
            bytes.truncate(end);
            return Ok(ready);
        }
    }

    /// Reads on to where the next record may begin.
    fn skip_long_record(&mut self, bytes: &mut Vec<u8>, records: &dyn RecordFormat) -> io::Result<Ready> {
        loop {
            let next = records.resume(bytes);
            if next.is_some() || self.at_end {
                bytes.drain(..next.unwrap_or(bytes.len()));
                self.is_in_long_record = false;
                return Ok(Ready::Yes);
            }
            bytes.drain(..bytes.len().saturating_sub(KEPT));
            if self.fill(bytes, MAX_RECORD)? == Ready::NotYet {
                self.buffer.append(bytes);
                return Ok(Ready::NotYet);
            }
        }
    }

    /// The records that were too long since the last call.
    pub(super) fn take_long_records(&mut self) -> usize {
        std::mem::take(&mut self.long_records)
    }
}

fn decode(decoder: &mut Decoder, encoded: &[u8], at_end: bool, out: &mut Vec<u8>) {
    let Some(longest) = decoder.max_utf8_buffer_length(encoded.len()) else { return };
    let before = out.len();
    out.resize(before + longest, 0);
    let into = out.get_mut(before..).unwrap_or_default();
    let (_, _, written, _) = decoder.decode_to_utf8(encoded, into, at_end);
    out.truncate(before + written);
}
