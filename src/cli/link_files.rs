//! Reads link files for commands.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

use super::error::CliError;
use super::global_args::GlobalArgs;
use super::source::{LinkSource, SourceError};
use crate::domain::link_set::Segment;
use crate::domain::number::pluralize;
use crate::formats::read::{Chunk, ColumnMap, LinkReader, ReadError};

/// Opens a file or stdin, and finds out what columns it has.
pub(super) fn open(source: &LinkSource, map: &ColumnMap) -> Result<LinkReader<'static>, SourceError> {
    let open = || -> Result<Option<LinkReader<'static>>, ReadError> {
        let input: Box<dyn Read> = match source {
            LinkSource::File(path) => Box::new(File::open(path)?),
            LinkSource::Stdin | LinkSource::Snapshot(_) => Box::new(io::stdin()),
        };
        LinkReader::open(input, map, &mut || true)
    };
    // `None` only if waiting is refused.
    open().and_then(|reader| reader.ok_or(ReadError::Empty)).map_err(|error| unreadable(source, error))
}

/// Reads the links segment by segment until `visit` fails. Prints what the user should know about the file.
pub(super) fn read(
    source: &LinkSource,
    reader: LinkReader<'_>,
    global: GlobalArgs,
    mut visit: impl FnMut(&Arc<Segment>) -> Result<(), CliError>,
) -> Result<(), CliError> {
    let (mut skipped, mut notices, mut visit_error) = (0, Vec::new(), None);
    let result = reader.read(&mut |chunk: Chunk| {
        skipped += chunk.skipped;
        notices.extend(chunk.notices);
        visit_error = chunk.segments.iter().try_for_each(&mut visit).err();
        visit_error.is_none()
    });
    if let Some(error) = visit_error {
        return Err(error);
    }
    result.map_err(|error| unreadable(source, error))?;
    notices.iter().for_each(|notice| global.note(format!("{}: {notice}", source.name())));
    if skipped > 0 {
        let rows = pluralize(skipped, "row skipped (not a link)", "rows skipped (not links)");
        global.note(format!("{}: {rows}", source.name()));
    }
    Ok(())
}

fn unreadable(source: &LinkSource, error: ReadError) -> SourceError {
    SourceError::Unreadable { name: source.name(), error }
}
