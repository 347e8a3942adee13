//! Eight bytes in a word, so that one operation works on all of them. Used where every byte of a large file is looked at.

/// The highest bit of each byte, in which results are.
pub const HIGH_BITS: u64 = repeat(0x80);

/// A word of equal bytes.
pub const fn repeat(byte: u8) -> u64 {
    u64::MAX / 0xFF * byte as u64
}
