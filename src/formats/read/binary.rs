//! Recognizes common binary files, so that the error message can name the kind of file.

/// Magic numbers, and what the error message says.
const MAGIC: &[(&[u8], &str)] = &[
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "an Excel workbook or a ZIP file; export it as CSV first"),
    (b"\xD0\xCF\x11\xE0", "an old Excel workbook; export it as CSV first"),
    (b"\x1F\x8B", "compressed with gzip; try: zcat FILE | kew-tui open -"),
    (b"\x28\xB5\x2F\xFD", "compressed with Zstandard; try: zstdcat FILE | kew-tui open -"),
    (b"\x89PNG", "an image"),
    (b"\xFF\xD8\xFF", "an image"),
    (b"SQLite format 3\0", "a database"),
    (b"\x7FELF", "a program"),
];

/// Call this only if the file is not a table, since the cells of a table may hold any bytes.
pub(super) fn kind(start: &[u8]) -> Option<&'static str> {
    let known = MAGIC.iter().find(|(magic, _)| start.starts_with(magic)).map(|(_, kind)| *kind);
    known.or_else(|| start.contains(&0).then_some("binary data"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_not_binary() {
        assert_eq!(kind(b"%PDF-1.7\nstream"), Some("a PDF"));
        assert_eq!(kind(b"\0\x01\x02"), Some("binary data"));
        assert_eq!(kind("plain, even with é".as_bytes()), None);
    }
}
