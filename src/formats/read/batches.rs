//! Parses a file in parallel, batch by batch.

use std::collections::VecDeque;
use std::sync::{Arc, mpsc};

use super::error::ReadError;
use super::notice::Notice;
use super::record_format::RecordFormat;
use super::source::{Ready, Source};
use super::{Chunk, FIRST_BATCH_SIZE};
use crate::domain::encoding::{Encoding, decode_ascii_compatible};
use crate::domain::link_set::{Segment, SegmentBuilder};

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
    encoding: Encoding,
    /// For reuse.
    batch: Batch,
}

impl Batch {
    fn parse(mut self, records: &dyn RecordFormat) -> Parsed {
        let (text, encoding) = decode_ascii_compatible(&self.bytes);
        let skipped = records.read(&text, &mut self.links);
        Parsed { segment: self.links.build(), skipped, encoding, batch: self }
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
    let (mut links, mut skipped) = (0, 0);
    let mut is_windows_1252 = false;
    rayon::in_place_scope(|scope| {
        let mut in_flight: VecDeque<mpsc::Receiver<Parsed>> = VecDeque::new();
        let mut spare: Vec<Batch> = Vec::new();
        let (mut chunk, mut batches) = (Chunk { notices, ..Chunk::default() }, 0);
        let mut size = FIRST_BATCH_SIZE;
        loop {
            let complete_len = |bytes: &[u8], at_end| records.complete_len(bytes, at_end);
            let new = || Batch { bytes: Vec::new(), links: SegmentBuilder::with_extras(records.extras()) };
            let mut batch = spare.pop().unwrap_or_else(new);
            let ready = source.batch(&mut batch.bytes, size, complete_len)?;
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
                spare.push(parsed.batch);
                batches += 1;
                skipped += parsed.skipped;
                chunk.skipped += parsed.skipped;
                if parsed.encoding == Encoding::Windows1252 && !is_windows_1252 {
                    is_windows_1252 = true;
                    chunk.notices.push(Notice::Encoding(parsed.encoding));
                }
                if !parsed.segment.is_empty() {
                    links += parsed.segment.len();
                    chunk.segments.push(Arc::new(parsed.segment));
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
