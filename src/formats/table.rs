//! Plain text in columns, for a person at a terminal.

use std::io;

use super::encoder::Encoder;
use crate::domain::columns::Value;
use crate::domain::text::sanitize;
use crate::domain::{Field, Link};
use crate::layout::cells::{fit, width};

/// A table whose columns are as wide as the first page needs; what is longer further down shifts the rest of its line.
#[derive(Default)]
pub(super) struct Table {
    header: Vec<String>,
    page: Vec<Vec<String>>,
    /// Known once the first page is full.
    widths: Option<Vec<usize>>,
}

/// Links of the first page.
const PAGE: usize = 1_000;
/// An anchor is cut at so many cells, as is an extra value. Addresses are never cut, since they are there to be copied.
const WIDEST_ANCHOR: usize = 40;
/// No column is wider than this, in cells: one long address does not move all the others.
const WIDEST: usize = 80;

impl Table {
    pub(super) fn begin(extras: &[String]) -> Table {
        let extras = extras.iter().map(|title| sanitize(title).into_owned());
        let header = Field::ALL.into_iter().map(|field| field.api_name().to_owned()).chain(extras).collect();
        Table { header, ..Table::default() }
    }

    /// Puts the first page down, with its header.
    fn put_page(&mut self, out: &mut Vec<u8>) {
        let (page, header) = (std::mem::take(&mut self.page), std::mem::take(&mut self.header));
        let mut widths = vec![0; header.len()];
        for row in std::iter::once(&header).chain(&page) {
            for (widest, cell) in widths.iter_mut().zip(row) {
                *widest = width(cell).min(WIDEST).max(*widest);
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
            Field::Anchor => fit(link.anchor, WIDEST_ANCHOR).into_owned(),
            _ => sanitize(link.get(field)).into_owned(),
        });
        let extras = extras.iter().map(|value| fit(&value.display_text(), WIDEST_ANCHOR).into_owned());
        let row: Vec<String> = texts.chain(extras).collect();
        match &self.widths {
            Some(widths) => line(&row, widths, out),
            None => {
                self.page.push(row);
                if self.page.len() == PAGE {
                    self.put_page(out);
                }
            }
        }
        Ok(true)
    }

    fn end(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        if self.widths.is_none() {
            self.put_page(out);
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
