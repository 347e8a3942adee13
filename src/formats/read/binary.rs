//! Recognizes common files that are no lists, so that the error message can name the kind of file.

/// Magic numbers, and what the error message says.
const MAGIC: &[(&[u8], &str)] = &[
    (b"%PDF-", "a PDF"),
    (b"\xD0\xCF\x11\xE0", "an old Excel workbook; save it as .xlsx or CSV first"),
    (b"{\\rtf", "a text document (RTF); save it as plain text first"),
    (b"BZh", "compressed with bzip2; try: bzcat FILE | kew-tui open -"),
    (b"\xFD7zXZ\0", "compressed with xz; try: xzcat FILE | kew-tui open -"),
    (b"7z\xBC\xAF\x27\x1C", "a 7-Zip file; unpack it first"),
    (b"Rar!", "a RAR file; unpack it first"),
    (b"\x89PNG", "an image"),
    (b"\xFF\xD8\xFF", "an image"),
    (b"GIF8", "an image"),
    (b"SQLite format 3\0", "a database"),
    (b"\x7FELF", "a program"),
];

/// Starts of markup, in lower case.
const MARKUP: &[(&str, &str)] = &[
    ("<!doctype html", "a web page (HTML)"),
    ("<html", "a web page (HTML)"),
    ("<?xml", "an XML file"),
    ("<urlset", "a sitemap"),
];

/// Call this only if the file is not a table, since the cells of a table may hold any bytes.
pub(super) fn kind(start: &[u8]) -> Option<&'static str> {
    let known = MAGIC.iter().find(|(magic, _)| start.starts_with(magic)).map(|(_, kind)| *kind);
    let text = start.trim_ascii_start();
    let is_markup = |tag: &str| text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag.as_bytes()));
    let markup = || MARKUP.iter().find(|(tag, _)| is_markup(tag)).map(|(_, kind)| *kind);
    known.or_else(markup).or_else(|| start.contains(&0).then_some("binary data"))
}

/// `has` says whether the ZIP file has a member with this name.
pub(super) fn kind_of_zip(has: impl Fn(&str) -> bool) -> Option<&'static str> {
    if has("word/document.xml") {
        return Some("a Word document");
    }
    if has("ppt/presentation.xml") {
        return Some("a presentation");
    }
    if has("xl/workbook.bin") {
        return Some("a binary Excel workbook; save it as .xlsx or CSV first");
    }
    (has("mimetype") && has("content.xml")).then_some("an OpenDocument file; save it as .xlsx or CSV first")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_not_binary() {
        assert_eq!(kind(b"%PDF-1.7\nstream"), Some("a PDF"));
        assert_eq!(kind(b"\0\x01\x02"), Some("binary data"));
        assert_eq!(kind(b"\n <!DOCTYPE HTML>"), Some("a web page (HTML)"));
        assert_eq!(kind("plain, even with é".as_bytes()), None);
    }
}
