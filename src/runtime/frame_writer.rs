//! A writer that lets a frame out in one piece.

use std::io::{self, Write};

/// Collects everything until [`FrameWriter::release`], so that a frame and the marks of a synchronized update around it
/// reach the terminal in a single write. What is flushed in between stays where it is.
#[derive(Debug)]
pub struct FrameWriter<W> {
    out: W,
    frame: Vec<u8>,
}

/// Room for a large frame; one that needs more grows it.
const USUAL_FRAME: usize = 64 * 1024;

impl<W: Write> FrameWriter<W> {
    /// A writer in front of `out`.
    pub fn new(out: W) -> Self {
        FrameWriter { out, frame: Vec::with_capacity(USUAL_FRAME) }
    }

    /// Writes all that was collected.
    ///
    /// # Errors
    /// What the underlying writer says; what was collected is dropped, since half a frame is of no use later.
    pub fn release(&mut self) -> io::Result<()> {
        let written = self.out.write_all(&self.frame).and_then(|()| self.out.flush());
        self.frame.clear();
        written
    }
}

impl<W: Write> Write for FrameWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.frame.extend_from_slice(bytes);
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
        assert!(writer.out.is_empty());
        writer.write_all(b"whole").unwrap();
        writer.release().unwrap();
        assert_eq!(writer.out, b"half whole");
    }
}
