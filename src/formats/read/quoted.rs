//! Reads records with quoted values.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

pub(super) struct Quoted {
    /// Reused: building its state table takes longer than reading a record.
    reader: Reader,
    out: Vec<u8>,
    ends: Vec<usize>,
}

impl Quoted {
    pub(super) fn new(delimiter: u8, has_quotes: bool) -> Quoted {
        let reader = ReaderBuilder::new().delimiter(delimiter).quoting(has_quotes).build();
        Quoted { reader, out: vec![0; 4 * 1024], ends: vec![0; 64] }
    }

    /// Like [`Quoted::record`]. The values are UTF-8, since they are cut at ASCII bytes.
    pub(super) fn text_record(&mut self, text: &str) -> (usize, Vec<String>) {
        let (length, values) = self.record(text.as_bytes());
        let as_text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        (length, values.into_iter().map(as_text).collect())
    }

    /// The length of the first record, and its values. A line break that the record ends with belongs to it.
    pub(super) fn record(&mut self, bytes: &[u8]) -> (usize, Vec<&[u8]>) {
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
        let mut start = 0;
        let values = self.ends.get(..fields).unwrap_or_default().iter().map(|&end| {
            let value = self.out.get(start..end).unwrap_or_default();
            start = end;
            value
        });
        (at.max(1), values.collect())
    }
}
