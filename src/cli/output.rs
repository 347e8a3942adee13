//! Where the data of a command goes: stdout, or a file that is written completely or not at all.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::path::{Path, PathBuf};

use super::error::{Code, CommandError, USAGE};
use crate::files::{self, AtomicFile};

#[derive(Debug, thiserror::Error)]
pub(super) enum OutputError {
    #[error("Can't write {}: {}", .path.display(), reason(.error))]
    Unwritable { path: PathBuf, error: io::Error },
    #[error("Can't tell the format from the name {}; set it with -f", .0.display())]
    UnknownFormat(PathBuf),
    #[error("An Excel workbook can't be shown in a terminal; write it to a file with -o")]
    WorkbookOnTerminal,
}

impl CommandError for OutputError {
    fn code(&self) -> Code {
        USAGE
    }
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AlreadyExists => "the file already exists; use --force to overwrite it".to_owned(),
        _ => error.to_string(),
    }
}

pub(super) const OUTPUT: &str = "Output options";

#[derive(Debug, clap::Args)]
#[command(next_help_heading = OUTPUT)]
pub(super) struct OutputArgs {
    /// Write to this file instead of stdout
    ///
    /// The file appears when it is complete, or not at all. Unless -f is given, its extension sets the format. Without a
    /// file, the format is a table in a terminal and csv elsewhere.
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    file: Option<PathBuf>,

    /// Overwrite an existing file
    #[arg(long, requires = "file")]
    force: bool,
}

impl OutputArgs {
    /// Opens the destination. Call this before spending credits, since it fails if the data can't be written.
    pub(super) fn open(&self) -> Result<Sink, OutputError> {
        let Some(path) = self.path() else { return Ok(Sink::Stdout(BufWriter::with_capacity(BUFFER, io::stdout()))) };
        let unwritable = |error| OutputError::Unwritable { path: path.to_owned(), error };
        if is_special(path) {
            refuse_foreign_pipe(path).map_err(unwritable)?;
            let file = OpenOptions::new().write(true).open(path).map_err(unwritable)?;
            return Ok(Sink::Special(BufWriter::with_capacity(BUFFER, file)));
        }
        let file = AtomicFile::begin(path, self.force).map_err(unwritable)?;
        Ok(Sink::File(BufWriter::with_capacity(BUFFER, file)))
    }

    /// The format that the user set, else that of the file's extension, else the default.
    pub(super) fn format<F>(
        &self,
        explicit: Option<F>,
        from_path: impl FnOnce(&str) -> Option<F>,
        defaults: FormatDefaults<F>,
    ) -> Result<F, OutputError> {
        if let Some(format) = explicit {
            return Ok(format);
        }
        match self.path() {
            Some(path) if is_special(path) => Ok(defaults.elsewhere),
            Some(path) => from_path(&path.to_string_lossy()).ok_or_else(|| OutputError::UnknownFormat(path.to_owned())),
            None if io::stdout().is_terminal() => Ok(defaults.on_terminal),
            None => Ok(defaults.elsewhere),
        }
    }

    pub(super) fn is_terminal(&self) -> bool {
        !self.is_file() && io::stdout().is_terminal()
    }

    pub(super) fn is_file(&self) -> bool {
        self.path().is_some()
    }

    /// `None` for stdout, also if it is named as `-`.
    fn path(&self) -> Option<&Path> {
        self.file.as_deref().filter(|path| path.as_os_str() != "-")
    }
}

/// Whether it is a pipe or a device, which has to be opened rather than replaced.
fn is_special(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// Refuses a pipe that another user created, since that user can read it. Pipes in `/dev` and `/proc` come from the shell that
/// started the program.
fn refuse_foreign_pipe(path: &Path) -> io::Result<()> {
    if ["/dev", "/proc"].iter().any(|directory| path.starts_with(directory)) {
        return Ok(());
    }
    files::refuse_foreign_links(path)?;
    files::reject_other_owner(path)
}

/// The formats used if neither an option nor a file extension sets one.
pub(super) struct FormatDefaults<F> {
    pub(super) on_terminal: F,
    pub(super) elsewhere: F,
}

const BUFFER: usize = 64 * 1024;

#[derive(Debug)]
pub(super) enum Sink {
    Stdout(BufWriter<Stdout>),
    File(BufWriter<AtomicFile>),
    Special(BufWriter<File>),
}

impl Sink {
    /// Flushes; a file appears under its name only now.
    pub(super) fn finish(self) -> io::Result<()> {
        match self {
            Sink::Stdout(mut out) => out.flush()?,
            Sink::Special(mut out) => out.flush()?,
            Sink::File(out) => out.into_inner().map_err(io::Error::from)?.finish()?,
        }
        Ok(())
    }
}

impl Sink {
    /// Like [`Sink::finish`], but keeps a file that is overwritten, and returns the name of the backup.
    pub(super) fn finish_with_backup(self) -> io::Result<Option<PathBuf>> {
        match self {
            Sink::File(out) => out.into_inner().map_err(io::Error::from)?.finish_with_backup(),
            other => other.finish().map(|()| None),
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Sink::Stdout(out) => out.write(bytes),
            Sink::File(out) => out.write(bytes),
            Sink::Special(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Sink::Stdout(out) => out.flush(),
            Sink::File(out) => out.flush(),
            Sink::Special(out) => out.flush(),
        }
    }
}
