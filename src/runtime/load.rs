//! Reads files of links on a worker thread and sends each chunk as a message.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::app::Message;
use crate::app::message::LoadEvent;
use crate::formats::read::{Chunk, ColumnMap, ReadError, read};

use super::tasks::MessageSender;

#[derive(Clone, Debug, Default)]
pub struct Files {
    /// `-` is stdin.
    pub paths: Vec<PathBuf>,
    /// Meaning of columns whose header is not recognized.
    pub map: ColumnMap,
}

impl Files {
    /// The paths as the user typed them.
    pub fn names(&self) -> Vec<String> {
        self.paths.iter().map(|path| path.display().to_string()).collect()
    }

    pub fn reads_stdin(&self) -> bool {
        self.paths.iter().any(|path| path.as_os_str() == "-")
    }

    /// Reads all files in order until `stopped` is set.
    pub(super) fn load(&self, stopped: &AtomicBool, sender: &MessageSender) {
        let send = |event| sender.send(Message::Load(event));
        if !self.reads_stdin() {
            let sizes = self.paths.iter().filter_map(|path| path.metadata().ok()).map(|file| file.len());
            send(LoadEvent::Total(sizes.sum()));
        }
        for (file, (path, name)) in self.paths.iter().zip(self.names()).enumerate() {
            let mut send_chunk = |chunk: Chunk| {
                let Chunk { segments, skipped, bytes, notices: _ } = chunk;
                send(LoadEvent::Chunk { file, segments, skipped, bytes });
                crate::failpoint::hit("chunk");
                !stopped.load(Ordering::Relaxed)
            };
            let result = if path.as_os_str() == "-" {
                read(io::stdin(), &self.map, &mut send_chunk)
            } else {
                File::open(path).map_err(ReadError::from).and_then(|file| read(file, &self.map, &mut send_chunk))
            };
            if let Err(error) = result {
                send(LoadEvent::Failed { file: name, why: error.to_string() });
            }
            if stopped.load(Ordering::Relaxed) {
                break;
            }
        }
        send(LoadEvent::Done);
    }
}
