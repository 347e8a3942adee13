//! The limits of Google's disavow tool.

use super::super::number::Thousands;

/// Including comments and blank lines.
pub const MAX_LINES: usize = 100_000;
/// 2 MiB.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;
/// Of a URL, in characters.
pub const MAX_URL_LEN: usize = 2_048;

/// A message for the user for each limit that a file of this size exceeds.
pub fn exceeded_limits(lines: usize, bytes: usize) -> Vec<String> {
    let [lines_text, bytes_text] = [lines, bytes].map(|n| Thousands(n as u64));
    let too_many = (lines > MAX_LINES).then(|| {
        format!("Google accepts at most 100,000 lines; this list has {lines_text}. Combine pages into domain: lines")
    });
    let too_large = (bytes > MAX_BYTES)
        .then(|| format!("Google accepts at most 2 MiB (2,097,152 bytes); this list has {bytes_text} bytes"));
    too_many.into_iter().chain(too_large).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_exceeded_limit_has_a_message() {
        assert_eq!(exceeded_limits(MAX_LINES, MAX_BYTES), [""; 0]);
        let both = exceeded_limits(MAX_LINES + 1, MAX_BYTES + 1);
        assert!(both[0].contains("this list has 100,001.") && both[1].contains("2,097,153 bytes"), "{both:?}");
    }
}
