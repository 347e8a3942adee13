//! Where the data of a command goes: the standard output, or a file that is whole or not there at all.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::path::{Path, PathBuf};

use super::error::{Code, EndsCommand, USAGE};
use crate::files::{self, AtomicFile};

/// Why data can't go where it shall, or not as it shall.
#[derive(Debug, thiserror::Error)]
pub(super) enum OutputError {
    #[error("Can't write {}: {}", .path.display(), because(.error))]
    Unwritable { path: PathBuf, error: io::Error },
    #[error("Can't tell the format from the name {}; set it with -f", .0.display())]
    NoFormat(PathBuf),
    #[error("An Excel workbook can't be shown in a terminal; write it to a file with -o")]
    WorkbookOnTerminal,
}

impl EndsCommand for OutputError {
    fn code(&self) -> Code {
        USAGE
    }
}

fn because(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AlreadyExists => "the file already exists; use --force to overwrite it".to_owned(),
        _ => error.to_string(),
    }
}

pub(super) const OUTPUT: &str = "Output options";

/// The options of every command that writes data.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = OUTPUT)]
pub(super) struct Output {
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

impl Output {
    /// Opens it. Nothing should have been spent before: here it turns out whether the data has a place to go.
    pub(super) fn open(&self) -> Result<Sink, OutputError> {
        let Some(path) = self.named() else { return Ok(Sink::Stdout(BufWriter::with_capacity(BUFFER, io::stdout()))) };
        let refused = |error| OutputError::Unwritable { path: path.to_owned(), error };
        if is_special(path) {
            refuse_foreign_pipe(path).map_err(refused)?;
            let file = OpenOptions::new().write(true).open(path).map_err(refused)?;
            return Ok(Sink::Special(BufWriter::with_capacity(BUFFER, file)));
        }
        let file = AtomicFile::begin(path, self.force).map_err(refused)?;
        Ok(Sink::File(BufWriter::with_capacity(BUFFER, file)))
    }

    /// How to write: what the user says, else what the file's name says, else `otherwise`.
    pub(super) fn format<F>(
        &self,
        said: Option<F>,
        of_path: impl FnOnce(&str) -> Option<F>,
        otherwise: FormatDefaults<F>,
    ) -> Result<F, OutputError> {
        if let Some(format) = said {
            return Ok(format);
        }
        match self.named() {
            Some(path) if is_special(path) => Ok(otherwise.elsewhere),
            Some(path) => of_path(&path.to_string_lossy()).ok_or_else(|| OutputError::NoFormat(path.to_owned())),
            None if io::stdout().is_terminal() => Ok(otherwise.on_terminal),
            None => Ok(otherwise.elsewhere),
        }
    }

    /// Whether the data goes to a screen.
    pub(super) fn is_terminal(&self) -> bool {
        !self.is_file() && io::stdout().is_terminal()
    }

    /// Whether it goes to a file.
    pub(super) fn is_file(&self) -> bool {
        self.named().is_some()
    }

    /// The file; `-` is the standard output.
    fn named(&self) -> Option<&Path> {
        self.file.as_deref().filter(|path| path.as_os_str() != "-")
    }
}

/// Whether it is a pipe or a device, which is no file that another one could take the place of.
fn is_special(path: &Path) -> bool {
    path.metadata().is_ok_and(|there| !there.is_file() && !there.is_dir())
}

/// Whoever made a pipe may read from it. Those of the system's own directories are what the program was started with.
fn refuse_foreign_pipe(path: &Path) -> io::Result<()> {
    if ["/dev", "/proc"].iter().any(|own| path.starts_with(own)) {
        return Ok(());
    }
    files::refuse_foreign_links(path)?;
    files::refuse_if_anothers(path)
}

/// How to write where nobody says how.
pub(super) struct FormatDefaults<F> {
    pub(super) on_terminal: F,
    pub(super) elsewhere: F,
}

const BUFFER: usize = 64 * 1024;

/// Where data is written to.
#[derive(Debug)]
pub(super) enum Sink {
    Stdout(BufWriter<Stdout>),
    File(BufWriter<AtomicFile>),
    Special(BufWriter<File>),
}

impl Sink {
    /// Makes an end: a file takes its place.
    pub(super) fn finish(self) -> io::Result<()> {
        match self {
            Sink::Stdout(mut out) => out.flush()?,
            Sink::Special(mut out) => out.flush()?,
            Sink::File(out) => out.into_inner().map_err(io::Error::from)?.finish()?,
        }
        Ok(())
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
