//! What each format has to know how to do.

use std::io;

use crate::domain::Link;
use crate::domain::columns::Value;

/// How one format is written: it puts bytes behind those that are there already, and the writer takes them away. What stands
/// before the first link is put down when it is made.
pub(super) trait Encoder {
    /// Puts a link down, with its values in the extra columns that the list began with. Returns whether that makes an entry of its
    /// own.
    fn link(&mut self, link: &Link<'_>, extras: &[Value<'_>], out: &mut Vec<u8>) -> io::Result<bool>;

    /// Puts down what stands behind the last link.
    fn end(&mut self, _out: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }

    /// What the format could not take as it was, in words for the user.
    fn notice(&self) -> Option<String> {
        None
    }
}
