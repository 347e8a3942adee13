//! What a file is that holds no text: said by name where it begins with a known mark, since its owner knows it by that.

/// How known kinds of files begin, and what can be done with them.
const MARKS: &[(&[u8], &str)] = &[
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

/// What a file is that begins so, if it holds no text. Asked only of what is no table: a cell of one may hold anything.
pub(super) fn kind(start: &[u8]) -> Option<&'static str> {
    let known = MARKS.iter().find(|(mark, _)| start.starts_with(mark)).map(|(_, what)| *what);
    known.or_else(|| start.contains(&0).then_some("binary data"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_no_binary() {
        assert_eq!(kind(b"%PDF-1.7\nstream"), Some("a PDF"));
        assert_eq!(kind(b"\0\x01\x02"), Some("binary data"));
        assert_eq!(kind("plain, even with é".as_bytes()), None);
    }
}
