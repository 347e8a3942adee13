//! Responses as they are stored: compressed, with their length and their check sum beside them. Nothing that the database
//! says of them is believed: a number decides neither how much memory is taken nor how much is read.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

use super::error::StoreError;
use super::record::StoredResponse;

/// A tenth of the raw size is left of 10,000 links, in a few milliseconds; higher levels take much longer for little.
const COMPRESSION: i32 = 3;

/// No response is unpacked to more than this, unless what is stored is large itself.
const MOST_BYTES: u64 = 64 << 20;

/// How many times larger than what is stored a large response may be. Links shrink to a tenth.
const MOST_GROWTH: u64 = 100;

/// The largest window that an unpacker keeps, as a power of two. At the level above it is 2 MiB.
const LARGEST_WINDOW: u32 = 24;

/// Packs a response.
///
/// # Errors
/// It is so large and so uniform that it would not be unpacked again.
pub fn pack(raw: &[u8]) -> io::Result<Vec<u8>> {
    let packed = zstd::bulk::compress(raw, COMPRESSION)?;
    if raw.len() as u64 > most_bytes(&packed) {
        return Err(wrong("the response is too large and too repetitive for the archive"));
    }
    Ok(packed)
}

/// A response as it goes into a store.
pub(super) fn store_packed(raw: &[u8]) -> Result<StoredResponse, StoreError> {
    let packed = pack(raw).map_err(|error| StoreError::Other(error.to_string()))?;
    Ok(StoredResponse { raw_bytes: raw.len() as i64, sha256: Sha256::digest(raw).to_vec(), packed })
}

/// Unpacks a response, piece by piece, and stops as soon as it is larger than it should be.
///
/// # Errors
/// It can't be unpacked, or it is not as long as `raw_bytes` says.
pub fn unpack(packed: &[u8], raw_bytes: i64) -> io::Result<Vec<u8>> {
    let wanted = u64::try_from(raw_bytes).ok().filter(|wanted| *wanted <= most_bytes(packed));
    let wanted = wanted.ok_or_else(|| wrong("invalid length"))?;
    let mut decoder = zstd::stream::read::Decoder::with_buffer(packed)?;
    decoder.window_log_max(LARGEST_WINDOW)?;
    let mut raw = Vec::new();
    decoder.take(wanted + 1).read_to_end(&mut raw)?;
    if raw.len() as u64 == wanted { Ok(raw) } else { Err(wrong("its length has changed")) }
}

/// What a response that is stored so can be unpacked to.
fn most_bytes(packed: &[u8]) -> u64 {
    MOST_BYTES.max((packed.len() as u64).saturating_mul(MOST_GROWTH))
}

fn wrong(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_comes_back() {
        for raw in [Vec::new(), b"{}".to_vec(), b"{\"data\":[]}".repeat(1_000_000)] {
            assert_eq!(unpack(&pack(&raw).unwrap(), raw.len() as i64).unwrap(), raw);
        }
    }

    #[test]
    fn no_number_takes_memory() {
        let packed = pack(&b"{\"data\":[]}".repeat(1_000)).unwrap();
        for wrong in [0, 10_999, 11_001, 1 << 40, i64::MAX, -1] {
            assert!(unpack(&packed, wrong).is_err(), "{wrong}");
        }
        assert!(unpack(b"no frame", 8).is_err());
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let bomb = zstd::stream::encode_all(io::repeat(0).take(300 << 20), COMPRESSION).unwrap();
        assert!(bomb.len() < 100_000);
        assert!(unpack(&bomb, 300 << 20).is_err());
        assert!(unpack(&bomb, 1 << 20).is_err());
        assert!(pack(&vec![0; 65 << 20]).is_err(), "nothing is stored that would not come back");
    }
}
