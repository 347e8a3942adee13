//! Stored responses: compressed, with their length and checksum. What the database says about them is not trusted: no
//! stored length decides how much memory is allocated or how much is read.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

use super::error::StoreError;
use super::record::StoredResponse;

/// No larger response fits in a row of the database.
pub(super) const MAX_RESPONSE_BYTES: u64 = 1 << 30;

/// Shrinks 10,000 links to a tenth in a few milliseconds; higher levels take much longer for little gain.
const COMPRESSION_LEVEL: i32 = 3;

/// The limit for an unpacked response, unless the packed one is large itself.
const MAX_UNPACKED_BYTES: u64 = 64 << 20;

/// The limit for the compression ratio of larger responses. Links shrink to a tenth.
const MAX_RATIO: u64 = 100;

/// The largest zstd window, as a power of two. At the level above, it is 2 MiB.
const MAX_WINDOW_LOG: u32 = 24;

/// # Errors
/// The response is over the limit, or so large and repetitive that [`unpack`] would reject it.
pub fn pack(raw: &[u8]) -> io::Result<Vec<u8>> {
    if raw.len() as u64 > MAX_RESPONSE_BYTES {
        return Err(invalid("larger than 1 GiB"));
    }
    let packed = zstd::bulk::compress(raw, COMPRESSION_LEVEL)?;
    if raw.len() as u64 > max_unpacked_bytes(&packed) {
        return Err(invalid("the response is too large and too repetitive for the archive"));
    }
    Ok(packed)
}

pub(super) fn stored_response(raw: &[u8]) -> Result<StoredResponse, StoreError> {
    let packed = pack(raw).map_err(|error| StoreError::Other(error.to_string()))?;
    Ok(StoredResponse { raw_bytes: raw.len() as i64, sha256: Sha256::digest(raw).to_vec(), packed })
}

/// Unpacks incrementally, and stops as soon as the result is longer than `raw_bytes`.
///
/// # Errors
/// It can't be unpacked, or its length differs from `raw_bytes`.
pub fn unpack(packed: &[u8], raw_bytes: i64) -> io::Result<Vec<u8>> {
    let length = u64::try_from(raw_bytes).ok().filter(|length| *length <= max_unpacked_bytes(packed));
    let length = length.ok_or_else(|| invalid("invalid length"))?;
    let mut decoder = zstd::stream::read::Decoder::with_buffer(packed)?;
    decoder.window_log_max(MAX_WINDOW_LOG)?;
    let mut raw = Vec::new();
    decoder.take(length + 1).read_to_end(&mut raw)?;
    if raw.len() as u64 == length { Ok(raw) } else { Err(invalid("its length has changed")) }
}

/// The limit for unpacking this response.
fn max_unpacked_bytes(packed: &[u8]) -> u64 {
    MAX_UNPACKED_BYTES.max((packed.len() as u64).saturating_mul(MAX_RATIO))
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_round_trips() {
        for raw in [Vec::new(), b"{}".to_vec(), b"{\"data\":[]}".repeat(1_000_000)] {
            assert_eq!(unpack(&pack(&raw).unwrap(), raw.len() as i64).unwrap(), raw);
        }
    }

    #[test]
    fn wrong_lengths_are_rejected() {
        let packed = pack(&b"{\"data\":[]}".repeat(1_000)).unwrap();
        for length in [0, 10_999, 11_001, 1 << 40, i64::MAX, -1] {
            assert!(unpack(&packed, length).is_err(), "{length}");
        }
        assert!(unpack(b"no frame", 8).is_err());
    }

    #[test]
    fn compression_bombs_are_rejected() {
        let bomb = zstd::stream::encode_all(io::repeat(0).take(300 << 20), COMPRESSION_LEVEL).unwrap();
        assert!(bomb.len() < 100_000);
        assert!(unpack(&bomb, 300 << 20).is_err());
        assert!(unpack(&bomb, 1 << 20).is_err());
        assert!(pack(&vec![0; 65 << 20]).is_err(), "a response that can't be unpacked is not stored");
    }
}
