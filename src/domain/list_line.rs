//! The lines of lists that people write: targets, disavow files, whitelists.

/// The address of a line and the comment after it, both trimmed. A comment starts with a `#` at the start or after white space:
/// in an address it is a fragment. Either may be empty.
pub fn split_comment(line: &str) -> (&str, &str) {
    let starts_comment =
        |&(at, _): &(usize, &str)| line.get(..at).is_some_and(|before| !before.ends_with(is_not_space));
    let start = line.match_indices('#').find(starts_comment).map_or(line.len(), |(at, _)| at);
    let (address, comment) = line.split_at_checked(start).unwrap_or((line, ""));
    (address.trim(), comment.trim())
}

fn is_not_space(ch: char) -> bool {
    !ch.is_whitespace()
}

/// Without the quotes that spreadsheets write around a cell.
pub fn unquoted(address: &str) -> &str {
    let inner = address.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.filter(|inner| !inner.contains('"')).map_or(address, str::trim)
}

/// Whether there are several addresses, or cells of a table.
pub fn is_separated(address: &str) -> bool {
    let starts_address = |cell: &str| cell.is_empty() || cell.starts_with("http://") || cell.starts_with("https://");
    address.split([',', ';']).skip(1).any(starts_address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_starts_after_white_space() {
        for (line, address, comment) in [
            ("a.com # friend", "a.com", "# friend"),
            (" a.com\t#friend # more", "a.com", "#friend # more"),
            ("https://a.com/#x #", "https://a.com/#x", "#"),
            ("a.com#x", "a.com#x", ""),
            ("# only", "", "# only"),
            (" ", "", ""),
        ] {
            assert_eq!(split_comment(line), (address, comment), "{line}");
        }
    }

    #[test]
    fn only_quotes_around_the_complete_text_are_removed() {
        for (text, expected) in [
            ("\"a.com\"", "a.com"),
            ("\" a.com \"", "a.com"),
            ("\"a.com", "\"a.com"),
            ("\"a.com\",\"b.com\"", "\"a.com\",\"b.com\""),
            ("\"", "\""),
        ] {
            assert_eq!(unquoted(text), expected, "{text}");
        }
    }
}
