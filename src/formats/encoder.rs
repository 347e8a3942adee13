//! The interface of the output formats.

use std::io;

use crate::domain::Link;
use crate::domain::columns::Value;

/// An encoder appends to `out`, which the writer flushes. The constructor writes what comes before the first link.
pub(super) trait Encoder {
    /// `extras` has a value for each extra column of the header. Returns whether the link was written as an entry; duplicates are
    /// not, for example.
    fn link(&mut self, link: &Link<'_>, extras: &[Value<'_>], out: &mut Vec<u8>) -> io::Result<bool>;

    /// Writes what comes after the last link.
    fn end(&mut self, _out: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }

    /// A message for the user about what the format can't represent unchanged.
    fn notice(&self) -> Option<String> {
        None
    }
}
