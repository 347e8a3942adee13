//! The form in which the archive keeps links that were added from a file: JSON Lines with every column.

use std::io;

use super::read::{ColumnMap, ReadError, read as read_links};
use super::{Format, Formulas, write as write_links};
use crate::domain::{LinkSet, Row};

/// # Errors
/// Never fails for lack of disk space: the links are written to memory.
pub fn write(links: &LinkSet) -> io::Result<Vec<u8>> {
    let mut raw = Vec::new();
    let rows: Vec<Row> = links.rows().collect();
    write_links(Format::Ndjson, links, &rows, Formulas::Raw, &mut raw)?;
    Ok(raw)
}

/// # Errors
/// The bytes are not links.
pub fn read(raw: &[u8]) -> Result<LinkSet, ReadError> {
    let mut links = LinkSet::default();
    read_links(raw, &ColumnMap::default(), &mut |chunk| {
        for segment in chunk.segments {
            links.append(segment, 0);
        }
        true
    })?;
    Ok(links)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Field, Link};

    #[test]
    fn any_text_round_trips() {
        let link = Link {
            anchor: "=1+1 \u{202e}two\nlines\t\"quoted\" \u{7} é",
            source_domain: "münchen.de",
            target_domain: "example.com",
            source_url: "https://münchen.de/a b|c",
            target_url: "https://example.com/",
        };
        let links = LinkSet::from_links([link, Link { source_url: "https://b.org/", ..link }]).unwrap();
        let read = read(&write(&links).unwrap()).unwrap();
        assert_eq!(read.len(), 2);
        for row in links.rows() {
            for field in Field::ALL {
                assert_eq!(read.text(row, field), links.text(row, field));
            }
        }
    }

    #[test]
    fn garbage_is_an_error() {
        assert!(read(b"").is_err());
        assert!(read(b"no links").is_err());
    }
}
