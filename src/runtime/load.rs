//! Reads files beside the loop and tells of each piece.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::app::Message;
use crate::app::message::LoadEvent;
use crate::formats::read::{ColumnMap, Piece, ReadError, read};

use super::tasks::MessageSender;

/// Files that the user wants to see.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// Which; `-` is the standard input.
    pub paths: Vec<PathBuf>,
    /// Which of their columns is what, where that is not known.
    pub map: ColumnMap,
}

impl Files {
    /// Their names, as the user writes them.
    pub fn names(&self) -> Vec<String> {
        self.paths.iter().map(|path| path.display().to_string()).collect()
    }

    /// Whether one of them is the standard input.
    pub fn reads_stdin(&self) -> bool {
        self.paths.iter().any(|path| path.as_os_str() == "-")
    }

    /// Reads all of them, one after the other, until `stopped`.
    pub(super) fn load(&self, stopped: &AtomicBool, sender: &MessageSender) {
        let tell = |event| sender.send(Message::Load(event));
        if !self.reads_stdin() {
            let sizes = self.paths.iter().filter_map(|path| path.metadata().ok()).map(|file| file.len());
            tell(LoadEvent::Total(sizes.sum()));
        }
        for (file, (path, name)) in self.paths.iter().zip(self.names()).enumerate() {
            let mut piece = |piece: Piece| {
                let Piece { segments, broken, bytes } = piece;
                tell(LoadEvent::Piece { file, segments, broken, bytes });
                crate::failpoint::hit("piece");
                !stopped.load(Ordering::Relaxed)
            };
            let result = if path.as_os_str() == "-" {
                read(io::stdin(), &self.map, &mut piece)
            } else {
                File::open(path).map_err(ReadError::from).and_then(|file| read(file, &self.map, &mut piece))
            };
            if let Err(error) = result {
                tell(LoadEvent::Failed { file: name, why: error.to_string() });
            }
            if stopped.load(Ordering::Relaxed) {
                break;
            }
        }
        tell(LoadEvent::Done);
    }
}
