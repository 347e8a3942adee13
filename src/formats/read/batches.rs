//! Parses a file in parallel, batch by batch.

use std::collections::VecDeque;
use std::sync::{Arc, mpsc};

use super::chunk::Chunk;
use super::error::ReadError;
use super::notice::Notice;
use super::record_format::RecordFormat;
use super::source::{Ready, Source};
use crate::domain::encoding::{Encoding, decode_ascii_compatible};
use crate::domain::link_set::{Segment, SegmentBuilder};

/// In bytes. Enough links for any screen.
pub(super) const FIRST_BATCH_SIZE: usize = 64 * 1024;
/// In bytes.
const BATCH_SIZE: usize = 1024 * 1024;
/// The maximum number of batches in flight.
const BATCHES_PER_THREAD: usize = 2;
/// The sink is called once for this many batches, since a session draws a frame for each call.
const BATCHES_PER_CHUNK: usize = 8;

/// A part of the file and the builder for its links. Batches are reused, since fresh memory is slower.
struct Batch {
    bytes: Vec<u8>,
    links: SegmentBuilder,
}

struct Parsed {
    segment: Segment,
    /// The number of records that are not links.
    skipped: usize,
    /// Whether another table follows.
    is_last: bool,
    encoding: Encoding,
    /// For reuse.
    batch: Batch,
}

impl Batch {
    fn parse(mut self, records: &dyn RecordFormat) -> Parsed {
        let (text, encoding) = decode_ascii_compatible(&self.bytes);
        let (skipped, is_last) = records.read_table(&text, &mut self.links);
        Parsed { segment: self.links.build(), skipped, is_last, encoding, batch: self }
    }
}

/// What has been parsed and not passed on, and counts of everything before.
#[derive(Default)]
struct Collected {
    chunk: Chunk,
    batches: usize,
    links: usize,
    skipped: usize,
    long_records: usize,
    is_windows_1252: bool,
    /// Whether another table follows, which is not read.
    is_complete: bool,
}

impl Collected {
    /// Returns the batch for reuse.
    fn add(&mut self, parsed: Parsed) -> Batch {
        self.batches += 1;
        self.skipped += parsed.skipped;
        self.chunk.skipped += parsed.skipped;
        if parsed.encoding == Encoding::Windows1252 && !self.is_windows_1252 {
            self.is_windows_1252 = true;
            self.chunk.notices.push(Notice::Encoding(parsed.encoding));
        }
        if parsed.is_last {
            self.is_complete = true;
            self.chunk.notices.push(Notice::OtherTable);
        }
        if !parsed.segment.is_empty() {
            self.links += parsed.segment.len();
            self.chunk.segments.push(Arc::new(parsed.segment));
        }
        parsed.batch
    }

    /// They were not parsed.
    fn add_long_records(&mut self, count: usize) {
        if count > 0 && self.long_records == 0 {
            self.chunk.notices.push(Notice::LongRecord);
        }
        self.long_records += count;
        self.skipped += count;
        self.chunk.skipped += count;
    }

    /// # Errors
    /// There are only records that are not links.
    fn check(&self) -> Result<(), ReadError> {
        match self {
            Collected { links: 0, skipped: 1.., long_records, .. } if self.skipped == *long_records => {
                Err(ReadError::NotAList { what: "a record longer than 8 MiB".to_owned() })
            }
            Collected { links: 0, skipped: 1.., .. } => Err(ReadError::NoLinks),
            // Without any records it is an empty list, such as an empty response or only a header.
            _ => Ok(()),
        }
    }

    fn take_chunk(&mut self, bytes: u64) -> Chunk {
        self.batches = 0;
        Chunk { bytes, ..std::mem::take(&mut self.chunk) }
    }
}

/// This thread reads batches from the file while others parse them. The sink gets the results in order.
pub(super) fn read_batches(
    mut source: Source<'_>,
    records: &dyn RecordFormat,
    notices: Vec<Notice>,
    sink: &mut impl FnMut(Chunk) -> bool,
) -> Result<(), ReadError> {
    let max_in_flight = rayon::current_num_threads() * BATCHES_PER_THREAD;
    let new_batch = || Batch { bytes: Vec::new(), links: SegmentBuilder::with_extras(records.extras()) };
    rayon::in_place_scope(|scope| {
        let mut in_flight: VecDeque<mpsc::Receiver<Parsed>> = VecDeque::new();
        let mut spare: Vec<Batch> = Vec::new();
        let mut collected = Collected { chunk: Chunk { notices, ..Chunk::default() }, ..Collected::default() };
        let mut size = FIRST_BATCH_SIZE;
        loop {
            let mut batch = spare.pop().unwrap_or_else(new_batch);
            let ready = source.batch(&mut batch.bytes, size, records)?;
            collected.add_long_records(source.take_long_records());
            let at_end = batch.bytes.is_empty() && ready == Ready::Yes;
            if batch.bytes.is_empty() {
                spare.push(batch);
            } else {
                let (sender, receiver) = mpsc::sync_channel(1);
                scope.spawn(move |_| {
                    // Fails only if loading was stopped and the receiver is gone.
                    let _ = sender.send(batch.parse(records));
                });
                in_flight.push_back(receiver);
            }
            // The first batch is passed on at once, and so is everything before a pause of the stream.
            let flush = at_end || size == FIRST_BATCH_SIZE || ready == Ready::NotYet;
            while in_flight.len() > if flush { 0 } else { max_in_flight } {
                let Some(Ok(parsed)) = in_flight.pop_front().map(|receiver| receiver.recv()) else { break };
                spare.push(collected.add(parsed));
                if collected.is_complete {
                    in_flight.clear();
                }
            }
            let at_end = at_end || collected.is_complete;
            let flush = flush || at_end;
            if (flush || collected.batches >= BATCHES_PER_CHUNK) && !sink(collected.take_chunk(source.bytes_read())) {
                return Ok(());
            }
            if at_end {
                return collected.check();
            }
            size = BATCH_SIZE;
        }
    })
}
