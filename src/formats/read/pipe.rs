//! Reads in a thread, so that nobody has to wait for bytes that have not arrived.

use std::io::{self, Read, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// A [`Read`] that fails with `WouldBlock` if nothing has arrived for a moment. Reading can then go on.
pub struct Pipe {
    receiver: Receiver<io::Result<Vec<u8>>>,
    block: Vec<u8>,
    at: usize,
}

/// How long to wait before saying that nothing has arrived. Shorter than people notice, long enough for the blocks of
/// a program that writes without a break.
const PATIENCE: Duration = Duration::from_millis(50);
/// Blocks that the thread may read ahead.
const BLOCKS: usize = 4;
/// In bytes.
const BLOCK_SIZE: usize = 256 * 1024;

struct Sender(SyncSender<io::Result<Vec<u8>>>);

impl Write for Sender {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // The reader is gone: nobody wants the rest.
        self.0.send(Ok(bytes.to_vec())).map_err(|_| io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Pipe {
    /// Reads `input` ahead. The thread ends with the input, or when it has read a block that nobody wants anymore.
    pub fn of(mut input: impl Read + Send + 'static) -> io::Result<Pipe> {
        Pipe::filled_by(move |out| {
            let mut block = vec![0; BLOCK_SIZE];
            loop {
                match input.read(&mut block) {
                    Ok(0) => return Ok(()),
                    Ok(len) => out.write_all(block.get(..len).unwrap_or_default())?,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
        })
    }

    /// Reads what `fill` writes.
    pub(super) fn filled_by(fill: impl FnOnce(&mut dyn Write) -> io::Result<()> + Send + 'static) -> io::Result<Pipe> {
        let (sender, receiver) = sync_channel(BLOCKS);
        thread::Builder::new().name("reader".to_owned()).spawn(move || {
            if let Err(error) = fill(&mut Sender(sender.clone())) {
                // Fails only if the reader is gone.
                let _ = sender.send(Err(error));
            }
        })?;
        Ok(Pipe { receiver, block: Vec::new(), at: 0 })
    }
}

impl Read for Pipe {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at == self.block.len() {
            self.block = match self.receiver.recv_timeout(PATIENCE) {
                Ok(block) => block?,
                Err(RecvTimeoutError::Timeout) => return Err(io::ErrorKind::WouldBlock.into()),
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
            };
            self.at = 0;
        }
        let rest = self.block.get(self.at..).unwrap_or_default();
        let len = rest.len().min(out.len());
        let (from, into) = (rest.get(..len).unwrap_or_default(), out.get_mut(..len).unwrap_or_default());
        into.copy_from_slice(from);
        self.at += len;
        Ok(len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_arrive_in_order_and_a_pause_is_no_end() {
        let (go, wait) = sync_channel::<()>(0);
        let mut pipe = Pipe::filled_by(move |out| {
            out.write_all(b"one ")?;
            wait.recv().ok();
            out.write_all(b"two")
        })
        .unwrap();
        let mut text = Vec::new();
        let paused = pipe.read_to_end(&mut text).unwrap_err();
        assert_eq!((paused.kind(), text.as_slice()), (io::ErrorKind::WouldBlock, b"one ".as_slice()));
        go.send(()).unwrap();
        while pipe.read_to_end(&mut text).is_err() {}
        assert_eq!(text, b"one two");
    }

    #[test]
    fn an_error_of_the_thread_is_an_error_of_the_reader() {
        let mut pipe = Pipe::filled_by(|_| Err(io::Error::other("broken"))).unwrap();
        assert_eq!(pipe.read(&mut [0]).unwrap_err().to_string(), "broken");
    }
}
