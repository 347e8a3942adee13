//! Reads files of links on a worker thread and sends each chunk as a message.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::app::Message;
use crate::app::message::LoadEvent;
use crate::formats::read::{Caller, Chunk, ColumnMap, LinkReader, Pipe, ReadError, UnknownColumns};

use super::tasks::MessageSender;

#[derive(Clone, Debug, Default)]
pub struct Files {
    /// `-` is stdin.
    pub paths: Vec<PathBuf>,
    /// Meaning of columns whose header is not recognized.
    pub map: ColumnMap,
}

/// What the loop tells the thread that loads.
#[derive(Debug)]
pub(super) struct LoadControl {
    stopped: Arc<AtomicBool>,
    answers: Sender<Option<ColumnMap>>,
}

/// The thread's end of a [`LoadControl`].
#[derive(Debug)]
pub(super) struct LoadOrders {
    stopped: Arc<AtomicBool>,
    answers: Receiver<Option<ColumnMap>>,
}

impl LoadControl {
    pub(super) fn new() -> (LoadControl, LoadOrders) {
        let (stopped, (sender, answers)) = (Arc::<AtomicBool>::default(), channel());
        (LoadControl { stopped: Arc::clone(&stopped), answers: sender }, LoadOrders { stopped, answers })
    }

    /// Stops loading, even if the thread waits for an answer.
    pub(super) fn stop(self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Answers the question about the columns of a file; `None` leaves the file out.
    pub(super) fn answer(&self, map: Option<ColumnMap>) {
        // Fails if loading has ended, and then nothing waits for the answer.
        drop(self.answers.send(map));
    }
}

impl LoadOrders {
    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

impl Files {
    /// The paths as the user typed them.
    pub fn names(&self) -> Vec<String> {
        self.paths.iter().map(|path| path.display().to_string()).collect()
    }

    pub fn reads_stdin(&self) -> bool {
        self.paths.iter().any(|path| is_stdin(path))
    }

    /// Reads all files in order until it is stopped.
    pub(super) fn load(&self, orders: &LoadOrders, sender: &MessageSender) {
        let send = |event| sender.send(Message::Load(event));
        if let Some(total) = self.paths.iter().map(|path| regular_size(path)).sum() {
            send(LoadEvent::Total(total));
        }
        for (file, path) in self.paths.iter().enumerate() {
            if orders.is_stopped() {
                break;
            }
            let loader = FileLoader { file, orders, sender, is_left_out: false, bytes: 0 };
            match loader.load(path, &self.map) {
                // The user has left the file out, or stopped loading.
                Ok(()) | Err(ReadError::UnknownColumns(_)) => {}
                Err(error) => send(LoadEvent::Failed { file, why: error.to_string() }),
            }
        }
        send(LoadEvent::Done);
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// In bytes; `None` for anything that is not a regular file.
fn regular_size(path: &Path) -> Option<u64> {
    let metadata = path.metadata().ok().filter(|_| !is_stdin(path))?;
    metadata.is_file().then_some(metadata.len())
}

/// Only a regular file never makes its reader wait for someone else.
fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    if is_stdin(path) {
        return Ok(Box::new(Pipe::of(io::stdin())?));
    }
    if path.metadata()?.is_file() {
        return Ok(Box::new(File::open(path)?));
    }
    Ok(Box::new(Pipe::of(Unopened::Path(path.to_owned()))?))
}

/// A file that is opened by the first read, since opening a named pipe waits for a writer.
enum Unopened {
    Path(PathBuf),
    Opened(File),
}

impl Read for Unopened {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            match self {
                Unopened::Path(path) => *self = Unopened::Opened(File::open(path)?),
                Unopened::Opened(file) => return file.read(out),
            }
        }
    }
}

struct FileLoader<'a> {
    /// The index of the file.
    file: usize,
    orders: &'a LoadOrders,
    sender: &'a MessageSender,
    is_left_out: bool,
    /// Bytes that the core knows of.
    bytes: u64,
}

impl FileLoader<'_> {
    fn load(mut self, path: &Path, map: &ColumnMap) -> Result<(), ReadError> {
        match LinkReader::open(open(path)?, map, &mut self)? {
            Some(reader) => reader.read(&mut |chunk| self.take(chunk)),
            None => Ok(()),
        }
    }

    /// Sends a chunk. Returns whether to go on.
    fn take(&mut self, chunk: Chunk) -> bool {
        let Chunk { segments, skipped, bytes, notices } = chunk;
        let is_news = !segments.is_empty() || skipped > 0 || !notices.is_empty() || bytes > self.bytes;
        // While a stream pauses, there is nothing to draw.
        if is_news {
            self.bytes = bytes;
            self.send(LoadEvent::Chunk { file: self.file, segments, skipped, bytes, notices });
        }
        crate::failpoint::hit("chunk");
        !self.orders.is_stopped()
    }

    fn send(&self, event: LoadEvent) {
        self.sender.send(Message::Load(event));
    }
}

impl Caller for FileLoader<'_> {
    fn wait(&mut self) -> bool {
        !self.is_left_out && !self.orders.is_stopped()
    }

    /// Waits for the user's answer. Fails at once when loading is stopped or the session ends, which drops the sender.
    fn choose_columns(&mut self, columns: &UnknownColumns) -> Option<ColumnMap> {
        self.send(LoadEvent::UnknownColumns { file: self.file, columns: Box::new(columns.clone()) });
        let map = self.orders.answers.recv().ok().flatten();
        self.is_left_out = map.is_none();
        map
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

    use super::super::event_loop::LoopEvent;
    use super::*;

    fn next(inbox: &mut UnboundedReceiver<LoopEvent>) -> LoadEvent {
        match inbox.blocking_recv() {
            Some(LoopEvent::Message(Message::Load(event))) => event,
            other => panic!("{other:?}"),
        }
    }

    /// Loads a file whose columns are not known, as far as the question.
    fn ask() -> (LoadControl, UnboundedReceiver<LoopEvent>, tempfile::TempDir) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("links.csv");
        std::fs::write(&path, "Seite;Ziel\nhttps://a.com/;https://b.com/\n").unwrap();
        let (control, orders) = LoadControl::new();
        let (sender, mut inbox) = unbounded_channel();
        let files = Files { paths: vec![path], map: ColumnMap::default() };
        std::thread::spawn(move || files.load(&orders, &MessageSender::new(sender)));
        assert!(matches!(next(&mut inbox), LoadEvent::Total(_)));
        assert!(matches!(next(&mut inbox), LoadEvent::UnknownColumns { file: 0, .. }));
        (control, inbox, directory)
    }

    #[test]
    fn an_answer_continues_and_a_stop_ends_the_wait_for_it() {
        let (control, mut inbox, _directory) = ask();
        control.answer(Some(ColumnMap::parse("source=Seite").unwrap()));
        assert!(matches!(next(&mut inbox), LoadEvent::Chunk { segments, .. } if segments.len() == 1));
        let (control, mut inbox, _directory) = ask();
        control.answer(None);
        assert!(matches!(next(&mut inbox), LoadEvent::Done), "left out");
        let (control, mut inbox, _directory) = ask();
        control.stop();
        assert!(matches!(next(&mut inbox), LoadEvent::Done), "stopped");
        let (control, mut inbox, _directory) = ask();
        drop(control);
        assert!(matches!(next(&mut inbox), LoadEvent::Done), "the session has ended");
    }

    #[test]
    fn chunks_without_news_are_not_sent() {
        let (_control, orders) = LoadControl::new();
        let (sender, mut inbox) = unbounded_channel();
        let sender = MessageSender::new(sender);
        let mut loader = FileLoader { file: 0, orders: &orders, sender: &sender, is_left_out: false, bytes: 0 };
        assert!(loader.take(Chunk::default()) && loader.take(Chunk { bytes: 5, ..Chunk::default() }));
        assert!(loader.take(Chunk { bytes: 5, ..Chunk::default() }));
        assert!(matches!(next(&mut inbox), LoadEvent::Chunk { bytes: 5, .. }));
        assert!(inbox.try_recv().is_err());
    }
}
