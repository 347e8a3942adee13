//! Writes links one by one, so that a list of any length needs no more memory than a piece of it.

use std::io::{self, Write};

use super::delimited::Delimited;
use super::encoder::Encoder;
use super::json::Json;
use super::lines::{Disavow, Domains, Lines};
use super::markdown::Markdown;
use super::table::Table;
use super::xlsx::Xlsx;
use super::{Format, Formulas};
use crate::domain::columns::{ColumnId, Schema, Value};
use crate::domain::number::pluralize;
use crate::domain::url_parts::is_web;
use crate::domain::{Field, Link, LinkSet};

/// Writes a link list piece by piece. Only xlsx, which is compressed as a whole, keeps more than a piece: that goes to a
/// temporary file, which no other program can open.
pub struct Writer<W> {
    encoder: Box<dyn Encoder + Send>,
    /// What is not written yet.
    piece: Vec<u8>,
    out: W,
    entries: usize,
    /// How many extra columns the header has.
    extras: usize,
    /// The field that has to hold an address of the web, if one has to.
    web: Option<Field>,
    left_out: usize,
}

/// Bytes that are written at once.
const PIECE: usize = 64 * 1024;

impl<W: Write> Writer<W> {
    /// Begins a list.
    ///
    /// # Errors
    /// For xlsx, that there is no temporary file.
    pub fn new(format: Format, formulas: Formulas, out: W) -> io::Result<Writer<W>> {
        Writer::with_extras(format, formulas, &Schema::default(), out)
    }

    /// Begins a list of links with these extra columns. A list of one thing a line has no room for them, and JSON has the API's
    /// shape.
    ///
    /// # Errors
    /// For xlsx, that there is no temporary file.
    pub fn with_extras(format: Format, formulas: Formulas, schema: &Schema, out: W) -> io::Result<Writer<W>> {
        let mut piece = Vec::new();
        let extras = schema.ids().map(ColumnId::Extra).filter_map(|column| schema.def(column)?.export);
        let extras: Vec<String> = extras.map(str::to_owned).collect();
        let count = extras.len();
        let encoder: Box<dyn Encoder + Send> = match format {
            Format::Urls => Box::new(Lines(Field::SourceUrl, formulas)),
            Format::Targets => Box::new(Lines(Field::TargetUrl, formulas)),
            Format::Anchors => Box::new(Lines(Field::Anchor, formulas)),
            Format::Domains => Box::new(Domains::new(formulas)),
            Format::Disavow => Box::new(Disavow::default()),
            Format::Csv => Box::new(Delimited::begin(b',', formulas, &extras, &mut piece)),
            Format::Tsv => Box::new(Delimited::begin(b'\t', formulas, &extras, &mut piece)),
            Format::Json => Box::new(Json::begin_response(&mut piece)),
            Format::Ndjson => Box::new(Json::lines(&extras)?),
            Format::Markdown => Box::new(Markdown::begin(&extras, &mut piece)),
            Format::Table => Box::new(Table::begin(&extras)),
            Format::Xlsx => Box::new(Xlsx::begin(formulas, &extras)?),
        };
        Ok(Writer { encoder, piece, out, entries: 0, extras: count, web: None, left_out: 0 })
    }

    /// Leaves out links whose address is none of the web, http or https: that of the page that links, or of the page that
    /// is linked to where the list is of those.
    pub fn web_only(self, format: Format) -> Writer<W> {
        let field = if format == Format::Targets { Field::TargetUrl } else { Field::SourceUrl };
        Writer { web: Some(field), ..self }
    }

    /// Writes a link behind the others.
    ///
    /// # Errors
    /// What the output says.
    pub fn push(&mut self, link: &Link<'_>) -> io::Result<()> {
        self.push_with(link, &[])
    }

    fn push_with(&mut self, link: &Link<'_>, extras: &[Value<'_>]) -> io::Result<()> {
        if self.web.is_some_and(|field| !is_web(link.get(field))) {
            self.left_out += 1;
            return Ok(());
        }
        self.entries += usize::from(self.encoder.link(link, extras, &mut self.piece)?);
        if self.piece.len() >= PIECE {
            self.out.write_all(&self.piece)?;
            self.piece.clear();
        }
        Ok(())
    }

    /// Writes these rows behind the others, in this order.
    ///
    /// # Errors
    /// What the output says.
    pub fn add(&mut self, links: &LinkSet, rows: &[u32]) -> io::Result<()> {
        let mut extras = Vec::new();
        for &row in rows {
            extras.clear();
            extras.extend(links.schema().ids().take(self.extras).map(|id| links.extra(row, id)));
            self.push_with(&links.link(row), &extras)?;
        }
        Ok(())
    }

    /// What the format could not take as it was, in words for the user: such as addresses in a sheet that takes no more
    /// links. To be asked before [`Writer::finish`].
    pub fn notice(&self) -> Option<String> {
        let links = pluralize(self.left_out, "link", "links");
        let left_out = (self.left_out > 0).then(|| format!("{links} left out (not http or https)"));
        let remarks: Vec<String> = left_out.into_iter().chain(self.encoder.notice()).collect();
        (!remarks.is_empty()).then(|| remarks.join("; "))
    }

    /// Ends the list. Returns how many entries it has: links, or domains where each is written once.
    ///
    /// # Errors
    /// What the output says.
    pub fn finish(mut self) -> io::Result<usize> {
        self.encoder.end(&mut self.piece)?;
        self.out.write_all(&self.piece)?;
        self.out.flush()?;
        Ok(self.entries)
    }
}
