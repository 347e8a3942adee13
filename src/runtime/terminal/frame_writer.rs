//! Buffers a frame, so that it is written to the terminal in one piece.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

/// Buffers everything until [`FrameWriter::release`], so that a frame and the synchronized update markers around it reach the
/// terminal in a single write. `flush` does nothing.
///
/// Clones share the buffer: ratatui writes to one, and the screen releases the other.
#[derive(Debug)]
pub struct FrameWriter<W>(Rc<RefCell<Inner<W>>>);

#[derive(Debug)]
struct Inner<W> {
    out: W,
    frame: Vec<u8>,
}

/// Initial capacity in bytes; it grows for a larger frame.
const INITIAL_CAPACITY: usize = 64 * 1024;

impl<W: Write> FrameWriter<W> {
    pub fn new(out: W) -> Self {
        FrameWriter(Rc::new(RefCell::new(Inner { out, frame: Vec::with_capacity(INITIAL_CAPACITY) })))
    }

    /// Writes the buffered frame.
    ///
    /// # Errors
    /// The underlying write fails. The frame is dropped, because half of it would be useless later.
    pub fn release(&self) -> io::Result<()> {
        let Inner { out, frame } = &mut *self.0.borrow_mut();
        let written = out.write_all(frame).and_then(|()| out.flush());
        frame.clear();
        written
    }
}

impl<W> Clone for FrameWriter<W> {
    fn clone(&self) -> Self {
        FrameWriter(Rc::clone(&self.0))
    }
}

impl<W: Write> Write for FrameWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().frame.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_before_release() {
        let mut writer = FrameWriter::new(Vec::new());
        writer.write_all(b"half ").unwrap();
        writer.flush().unwrap();
        assert!(writer.0.borrow().out.is_empty());
        writer.write_all(b"whole").unwrap();
        writer.release().unwrap();
        assert_eq!(writer.0.borrow().out, b"half whole");
    }
}
