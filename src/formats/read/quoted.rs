//! Reads records with quoted values.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

pub(super) struct Quoted {
    /// Reused: building its state table takes longer than reading a record. A clone loses most of its state (csv-core 0.1.13).
    reader: Reader,
    out: Vec<u8>,
    ends: Vec<usize>,
}

impl Quoted {
    pub(super) fn new(delimiter: u8, has_quotes: bool) -> Quoted {
        let reader = ReaderBuilder::new().delimiter(delimiter).quoting(has_quotes).build();
        Quoted { reader, out: vec![0; 4 * 1024], ends: vec![0; 64] }
    }

    pub(super) fn text_record(&mut self, text: &str) -> TextRecord<'_> {
        let (len, values) = self.read(text.as_bytes());
        let ends = self.ends.get(..values).unwrap_or_default();
        let written = ends.last().and_then(|&end| self.out.get(..end)).unwrap_or_default();
        // UTF-8, since the values are cut at ASCII bytes.
        TextRecord { len, text: str::from_utf8(written).unwrap_or_default(), ends }
    }

    /// The length of the first record, and its values.
    pub(super) fn record(&mut self, bytes: &[u8]) -> (usize, Vec<&[u8]>) {
        let (len, values) = self.read(bytes);
        let mut start = 0;
        let values = self.ends.get(..values).unwrap_or_default().iter().map(|&end| {
            let value = self.out.get(start..end).unwrap_or_default();
            start = end;
            value
        });
        (len, values.collect())
    }

    /// The length of the first record, including the line break it ends with, and the number of its values.
    fn read(&mut self, bytes: &[u8]) -> (usize, usize) {
        self.reader.reset();
        let (mut at, mut written, mut fields) = (0, 0, 0);
        loop {
            let (result, read, wrote, ended) = self.reader.read_record(
                bytes.get(at..).unwrap_or_default(),
                self.out.get_mut(written..).unwrap_or_default(),
                self.ends.get_mut(fields..).unwrap_or_default(),
            );
            at += read;
            written += wrote;
            fields += ended;
            match result {
                // The next call, with empty input, returns the last record.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.out.resize(self.out.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record | ReadRecordResult::End => break,
            }
        }
        (at.max(1), fields)
    }
}

/// A record with its values one after another.
pub(super) struct TextRecord<'a> {
    /// In bytes of the file.
    pub(super) len: usize,
    text: &'a str,
    /// The end of each value in `text`.
    ends: &'a [usize],
}

impl<'a> TextRecord<'a> {
    /// Empty if there is no such column.
    pub(super) fn value(&self, column: usize) -> &'a str {
        let start = column.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(column).and_then(|&end| self.text.get(start..end)).unwrap_or("")
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}
