//! An answer while it arrives. Each piece is in a file as soon as it is here, so that a program that is killed half way has
//! lost nothing that it had received.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;

use super::error::ArchiveError;
use super::log::Ticket;
use super::store::{Archive, create_private_directory};
use crate::domain::snapshot::Ending;

/// The file of an answer that is arriving.
#[derive(Debug)]
pub struct Spool {
    file: Option<File>,
}

impl Spool {
    /// Adds a piece. Where that fails, the answer still goes on in memory.
    pub fn add(&mut self, piece: &[u8]) {
        if let Some(file) = &mut self.file
            && let Err(error) = file.write_all(piece)
        {
            tracing::warn!(%error, "an arriving answer is in memory only from here on");
            self.file = None;
        }
    }
}

/// What a session that was killed had received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    /// Of which request.
    pub ticket: Ticket,
    /// The beginning of its answer, or all of it.
    pub raw: Vec<u8>,
}

impl Archive {
    /// Where the answer to a request shall be kept while it arrives.
    pub fn spool(&self, ticket: Ticket) -> Spool {
        let file = self.create_spool(ticket);
        if let Err(error) = &file {
            tracing::warn!(%error, "an arriving answer is in memory only");
        }
        Spool { file: file.ok() }
    }

    /// What has arrived of an answer so far.
    pub fn arrived(&self, ticket: Ticket) -> Vec<u8> {
        fs::read(self.spool_path(ticket)).unwrap_or_else(|error| {
            tracing::warn!(%error, "what had arrived of an answer can't be read");
            Vec::new()
        })
    }

    fn create_spool(&self, ticket: Ticket) -> io::Result<File> {
        create_private_directory(&self.spools())?;
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(self.spool_path(ticket))
    }

    /// Takes the file of an answer away that is in the log now.
    pub(super) fn drop_spool(&self, ticket: Ticket) {
        match fs::remove_file(self.spool_path(ticket)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, "the file of an answer that is kept stays");
            }
            _ => {}
        }
    }

    /// What sessions that were killed had received and could not write into the log any more.
    ///
    /// # Errors
    /// The archive can't be read.
    pub async fn orphans(&self) -> Result<Vec<Orphan>, ArchiveError> {
        let Ok(entries) = fs::read_dir(self.spools()) else { return Ok(Vec::new()) };
        let mut orphans = Vec::new();
        for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
            let number = path.file_stem().and_then(|stem| stem.to_str()?.parse().ok());
            let Some(ticket) = number.map(|id| Ticket { id }) else { continue };
            match self.ended(ticket).await? {
                None => {}
                // It is in the log: the session ended between the two.
                Some(snapshot) if snapshot.has_answer => self.drop_spool(ticket),
                Some(snapshot) if snapshot.ending == Ending::Unknown => {
                    let raw = fs::read(&path).map_err(|e| ArchiveError::of_io(&path, &e))?;
                    if !raw.is_empty() {
                        orphans.push(Orphan { ticket, raw });
                    }
                }
                Some(_) => {}
            }
        }
        Ok(orphans)
    }

    fn spools(&self) -> PathBuf {
        self.directory.join("arriving")
    }

    fn spool_path(&self, ticket: Ticket) -> PathBuf {
        self.spools().join(format!("{}.part", ticket.id))
    }
}
