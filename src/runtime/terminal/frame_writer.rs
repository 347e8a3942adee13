//! A writer that lets a frame out in one piece.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

/// Collects everything until [`FrameWriter::release`], so that a frame and the marks of a synchronized update around it
/// reach the terminal in a single write. What is flushed in between stays where it is.
///
/// Clones write to the same frame: one is the drawing library's, the other lets the frame out.
#[derive(Debug)]
pub struct FrameWriter<W>(Rc<RefCell<Inner<W>>>);

#[derive(Debug)]
struct Inner<W> {
    out: W,
    frame: Vec<u8>,
}

/// Room for a large frame; one that needs more grows it.
const USUAL_FRAME: usize = 64 * 1024;

impl<W: Write> FrameWriter<W> {
    /// A writer in front of `out`.
    pub fn new(out: W) -> Self {
        FrameWriter(Rc::new(RefCell::new(Inner { out, frame: Vec::with_capacity(USUAL_FRAME) })))
    }

    /// Writes all that was collected.
    ///
    /// # Errors
    /// What the underlying writer says; what was collected is dropped, since half a frame is of no use later.
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
    fn nothing_leaves_before_the_frame_is_whole() {
        let mut writer = FrameWriter::new(Vec::new());
        writer.write_all(b"half ").unwrap();
        writer.flush().unwrap();
        assert!(writer.0.borrow().out.is_empty());
        writer.write_all(b"whole").unwrap();
        writer.release().unwrap();
        assert_eq!(writer.0.borrow().out, b"half whole");
    }
}
