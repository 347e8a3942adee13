//! Writes aligned columns for a terminal.

use std::io;

use super::encoder::Encoder;
use crate::domain::columns::Value;
use crate::domain::entities::decode_entities;
use crate::domain::text::sanitize;
use crate::domain::{Field, Link};
use crate::layout::cells::{fit, width};

/// The column widths fit the first page, so that the list can be streamed; longer cells after it shift the rest of their line.
#[derive(Default)]
pub(super) struct Table {
    header: Vec<String>,
    page: Vec<Vec<String>>,
    /// Known once the first page is full.
    widths: Option<Vec<usize>>,
}

/// In links.
const PAGE: usize = 1_000;
/// In terminal cells. Anchor texts and extra values are truncated; URLs are not, so that they can be copied.
const MAX_TEXT_WIDTH: usize = 40;
/// In terminal cells. Limits the alignment, so that one long URL does not widen its whole column.
const MAX_COLUMN_WIDTH: usize = 80;

impl Table {
    pub(super) fn begin(extras: &[String]) -> Table {
        let extras = extras.iter().map(|title| sanitize(title).into_owned());
        let header = Field::ALL.into_iter().map(|field| field.api_name().to_owned()).chain(extras).collect();
        Table { header, ..Table::default() }
    }

    /// Writes the header and the first page.
    fn write_page(&mut self, out: &mut Vec<u8>) {
        let (page, header) = (std::mem::take(&mut self.page), std::mem::take(&mut self.header));
        let mut widths = vec![0; header.len()];
        for row in std::iter::once(&header).chain(&page) {
            for (widest, cell) in widths.iter_mut().zip(row) {
                *widest = width(cell).min(MAX_COLUMN_WIDTH).max(*widest);
            }
        }
        for row in std::iter::once(&header).chain(&page) {
            line(row, &widths, out);
        }
        self.widths = Some(widths);
    }
}

impl Encoder for Table {
    fn link(&mut self, link: &Link<'_>, extras: &[Value<'_>], out: &mut Vec<u8>) -> io::Result<bool> {
        let texts = Field::ALL.into_iter().map(|field| match field {
            Field::Anchor => fit(&decode_entities(link.anchor), MAX_TEXT_WIDTH).into_owned(),
            _ => sanitize(link.get(field)).into_owned(),
        });
        let extras = extras.iter().map(|value| fit(&value.display_text(), MAX_TEXT_WIDTH).into_owned());
        let row: Vec<String> = texts.chain(extras).collect();
        match &self.widths {
            Some(widths) => line(&row, widths, out),
            None => {
                self.page.push(row);
                if self.page.len() == PAGE {
                    self.write_page(out);
                }
            }
        }
        Ok(true)
    }

    fn end(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        if self.widths.is_none() {
            self.write_page(out);
        }
        Ok(())
    }
}

fn line(row: &[String], widths: &[usize], out: &mut Vec<u8>) {
    let start = out.len();
    for (cell, &wide) in row.iter().zip(widths) {
        out.extend_from_slice(cell.as_bytes());
        let pad = wide.saturating_sub(width(cell)) + 2;
        out.resize(out.len() + pad, b' ');
    }
    while out.len() > start && out.last() == Some(&b' ') {
        out.pop();
    }
    out.push(b'\n');
}
