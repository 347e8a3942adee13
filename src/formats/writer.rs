//! Writes links one by one through a buffer of fixed size, so that a list of any length can be written.

use std::collections::{BTreeSet, HashSet};
use std::io::{self, Write};
use std::sync::Arc;

use super::delimited::Delimited;
use super::encoder::Encoder;
use super::json::Json;
use super::lines::{Disavow, Domains, Lines};
use super::markdown::Markdown;
use super::table::Table;
use super::xlsx::Xlsx;
use super::{Format, Formulas};
use crate::domain::columns::{ExtraName, Value};
use crate::domain::number::pluralize;
use crate::domain::text::sanitize_line;
use crate::domain::url_parts::is_web;
use crate::domain::{Field, Link, LinkSet, Row};

/// Only xlsx, which is compressed at the end, needs more than the buffer: it uses an anonymous temporary file.
pub struct Writer<W> {
    format: Format,
    encoder: Box<dyn Encoder + Send>,
    buffer: Vec<u8>,
    out: W,
    entries: usize,
    /// The extra columns of the header.
    extras: Vec<Arc<ExtraName>>,
    /// The titles of extra columns that are not in the header, since they begin late in a file.
    late: BTreeSet<String>,
    /// If set, links whose URL in this field is not http or https are left out.
    web_field: Option<Field>,
    left_out: usize,
}

/// In bytes.
const BUFFER_SIZE: usize = 64 * 1024;

impl<W: Write> Writer<W> {
    /// # Errors
    /// For xlsx, creating a temporary file fails.
    pub fn new(format: Format, formulas: Formulas, out: W) -> io::Result<Writer<W>> {
        Writer::with_extras(format, formulas, Vec::new(), out)
    }

    /// Extra columns follow the API's five. Lists with one value per line and JSON have none.
    ///
    /// # Errors
    /// For xlsx, creating a temporary file fails.
    pub fn with_extras(
        format: Format,
        formulas: Formulas,
        names: Vec<Arc<ExtraName>>,
        out: W,
    ) -> io::Result<Writer<W>> {
        let mut buffer = Vec::new();
        let names = if format.has_extras() { names } else { Vec::new() };
        let extras: Vec<String> = names.iter().map(|name| name.title().to_owned()).collect();
        let encoder: Box<dyn Encoder + Send> = match format {
            Format::Urls => Box::new(Lines(Field::SourceUrl, formulas)),
            Format::Targets => Box::new(Lines(Field::TargetUrl, formulas)),
            Format::Anchors => Box::new(Lines(Field::Anchor, formulas)),
            Format::Domains => Box::new(Domains::new(formulas)),
            Format::Disavow => Box::new(Disavow::default()),
            Format::Csv => Box::new(Delimited::begin(b',', formulas, &extras, &mut buffer)),
            Format::Tsv => Box::new(Delimited::begin(b'\t', formulas, &extras, &mut buffer)),
            Format::Json => Box::new(Json::begin_response(&mut buffer)),
            Format::Ndjson => Box::new(Json::lines(&extras)?),
            Format::Markdown => Box::new(Markdown::begin(&extras, &mut buffer)),
            Format::Table => Box::new(Table::begin(&extras)),
            Format::Xlsx => Box::new(Xlsx::begin(formulas, &extras)?),
        };
        let late = BTreeSet::new();
        Ok(Writer { format, encoder, buffer, out, entries: 0, extras: names, late, web_field: None, left_out: 0 })
    }

    /// Leaves out links whose URL is not http or https: of the target page for a list of those, else of the referring page.
    pub fn web_only(self, format: Format) -> Writer<W> {
        let field = if format == Format::Targets { Field::TargetUrl } else { Field::SourceUrl };
        Writer { web_field: Some(field), ..self }
    }

    /// # Errors
    /// Writing to the output fails.
    pub fn push(&mut self, link: &Link<'_>) -> io::Result<()> {
        self.push_with(link, &[])
    }

    fn push_with(&mut self, link: &Link<'_>, extras: &[Value<'_>]) -> io::Result<()> {
        if self.web_field.is_some_and(|field| !is_web(link.get(field))) {
            self.left_out += 1;
            return Ok(());
        }
        self.entries += usize::from(self.encoder.link(link, extras, &mut self.buffer)?);
        if self.buffer.len() >= BUFFER_SIZE {
            self.out.write_all(&self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }

    /// Writes rows in the given order.
    ///
    /// # Errors
    /// Writing to the output fails.
    pub fn add(&mut self, links: &LinkSet, rows: &[Row]) -> io::Result<()> {
        let schema = links.schema();
        let columns: Vec<_> = self.extras.iter().map(|name| schema.by_key(name.key())).collect();
        if self.format.has_extras() {
            let known: HashSet<&str> = self.extras.iter().map(|name| name.key()).collect();
            let late = schema.names().filter(|name| !known.contains(name.key()));
            self.late.extend(late.map(|name| name.title().to_owned()));
        }
        let mut extras = Vec::new();
        for &row in rows {
            extras.clear();
            extras.extend(columns.iter().map(|id| id.map_or(Value::Absent, |id| links.extra(row, id))));
            self.push_with(&links.link(row), &extras)?;
        }
        Ok(())
    }

    /// A message about what was left out or changed, such as URLs over the limit of a sheet. Call it before [`Writer::finish`].
    pub fn notice(&self) -> Option<String> {
        let links = pluralize(self.left_out, "link", "links");
        let left_out = (self.left_out > 0).then(|| format!("{links} left out (not http or https)"));
        let late: Vec<&str> = self.late.iter().map(String::as_str).collect();
        let late = (!late.is_empty()).then(|| {
            let columns = sanitize_line(&late.join(", ")).into_owned();
            format!("columns that first appear late in a file are left out: {columns}; use --sort rank to include them")
        });
        let notices: Vec<String> = left_out.into_iter().chain(late).chain(self.encoder.notice()).collect();
        (!notices.is_empty()).then(|| notices.join("; "))
    }

    /// Returns the number of entries written: links, or domains in the formats without duplicates.
    ///
    /// # Errors
    /// Writing to the output fails.
    pub fn finish(mut self) -> io::Result<usize> {
        self.encoder.end(&mut self.buffer)?;
        self.out.write_all(&self.buffer)?;
        self.out.flush()?;
        Ok(self.entries)
    }
}
