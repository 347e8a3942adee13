//! Writes an Excel workbook with a frozen header, a filter, and URLs as hyperlinks.
//!
//! Excel's limits ("Excel specifications and limits"): 1,048,576 rows and 65,530 hyperlinks per sheet, 32,767 characters per cell,
//! 2,079 characters per hyperlink.

use std::io;

use rust_xlsxwriter::{ExcelDateTime, Format as Style, Workbook, Worksheet, XlsxError};

use super::Formulas;
use super::encoder::Encoder;
use crate::domain::columns::Value;
use crate::domain::number::{Thousands, pluralize};
use crate::domain::paste::paste_safe_url;
use crate::domain::{Field, Link};

/// The cells are in a temporary file until the end.
pub(super) struct Xlsx {
    book: Workbook,
    formulas: Formulas,
    header: Style,
    date: Style,
    /// The titles of the extra columns.
    extras: Vec<String>,
    limits: Limits,
    /// The next row of the current sheet; row 0 is the header.
    row: u32,
    /// Hyperlinks in the current sheet.
    urls: usize,
    sheets: usize,
    /// URLs written as text because of the limits.
    unlinked: usize,
    /// Texts that were too long for a cell.
    truncated: usize,
}

/// Per sheet.
struct Limits {
    rows: u32,
    urls: usize,
}

const EXCEL: Limits = Limits { rows: 1_048_576, urls: 65_530 };
const MAX_CELL_CHARS: usize = 32_767;
const MAX_URL_CHARS: usize = 2_079;
/// In characters.
const EXTRA_WIDTH: u16 = 14;

impl Xlsx {
    /// Begins the first sheet.
    pub(super) fn begin(formulas: Formulas, extras: &[String]) -> io::Result<Xlsx> {
        Xlsx::with_limits(EXCEL, formulas, extras)
    }

    fn with_limits(limits: Limits, formulas: Formulas, extras: &[String]) -> io::Result<Xlsx> {
        let mut xlsx = Xlsx {
            book: Workbook::new(),
            formulas,
            header: Style::new().set_bold(),
            date: Style::new().set_num_format("yyyy-mm-dd"),
            extras: extras.to_vec(),
            limits,
            row: 0,
            urls: 0,
            sheets: 0,
            unlinked: 0,
            truncated: 0,
        };
        xlsx.begin_sheet().map_err(io::Error::other)?;
        Ok(xlsx)
    }

    fn begin_sheet(&mut self) -> Result<(), XlsxError> {
        self.sheets += 1;
        let name = if self.sheets == 1 { "links".to_owned() } else { format!("links {}", self.sheets) };
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?.set_freeze_panes(1, 0)?;
        for (field, column) in Field::ALL.into_iter().zip(0..) {
            let width = match field {
                Field::Anchor => 36,
                Field::SourceDomain | Field::TargetDomain => 24,
                Field::SourceUrl | Field::TargetUrl => 60,
            };
            sheet.set_column_width(column, width)?;
            sheet.write_string_with_format(0, column, field.api_name(), &self.header)?;
        }
        for (title, column) in self.extras.iter().zip(Field::ALL.len() as u16..) {
            let cell = self.formulas.cell(title);
            sheet.set_column_width(column, EXTRA_WIDTH)?;
            sheet.write_string_with_format(0, column, truncate(&cell), &self.header)?;
        }
        self.row = 1;
        self.urls = 0;
        Ok(())
    }

    /// The filter needs the last row, so it is set at the end.
    fn end_sheet(&mut self) -> Result<(), XlsxError> {
        let last = self.row - 1;
        let columns = Field::ALL.len() + self.extras.len();
        self.sheet()?.autofilter(0, 0, last, columns as u16 - 1)?;
        Ok(())
    }

    fn sheet(&mut self) -> Result<&mut Worksheet, XlsxError> {
        self.book.worksheet_from_index(self.sheets - 1)
    }

    fn push(&mut self, link: &Link<'_>, extras: &[Value<'_>]) -> Result<(), XlsxError> {
        if self.row >= self.limits.rows {
            self.end_sheet()?;
            self.begin_sheet()?;
        }
        for (field, column) in Field::ALL.into_iter().zip(0..) {
            let text = link.get(field);
            let escaped = self.formulas.cell(text);
            let cell = truncate(&escaped);
            self.truncated += usize::from(cell.len() < escaped.len());
            let row = self.row;
            if matches!(field, Field::SourceUrl | Field::TargetUrl) && is_web(text) {
                let url = paste_safe_url(text);
                if self.urls < self.limits.urls && url.len() <= MAX_URL_CHARS {
                    self.urls += 1;
                    self.sheet()?.write_url_with_text(row, column, url.as_ref(), cell)?;
                    continue;
                }
                self.unlinked += 1;
            }
            self.sheet()?.write_string(row, column, cell)?;
        }
        for (value, column) in extras.iter().zip(Field::ALL.len() as u16..) {
            self.push_extra(*value, column)?;
        }
        self.row += 1;
        Ok(())
    }

    /// Writes a value with its type, so that a spreadsheet can calculate with it.
    fn push_extra(&mut self, value: Value<'_>, column: u16) -> Result<(), XlsxError> {
        let row = self.row;
        match value {
            Value::Absent => {}
            Value::Number(number) => drop(self.sheet()?.write_number(row, column, number)?),
            Value::Flag(flag) => drop(self.sheet()?.write_boolean(row, column, flag)?),
            Value::Date(day) => {
                let (year, month, of_month) = day.parts();
                let date =
                    u16::try_from(year).ok().and_then(|year| ExcelDateTime::from_ymd(year, month, of_month).ok());
                let style = self.date.clone();
                match date {
                    Some(date) => drop(self.sheet()?.write_datetime_with_format(row, column, &date, &style)?),
                    // Excel's calendar begins in 1900.
                    None => drop(self.sheet()?.write_string(row, column, value.plain_text())?),
                }
            }
            Value::Text(text) => {
                let cell = self.formulas.cell(text);
                let shown = truncate(&cell);
                self.truncated += usize::from(shown.len() < cell.len());
                self.sheet()?.write_string(row, column, shown)?;
            }
        }
        Ok(())
    }
}

impl Encoder for Xlsx {
    fn link(&mut self, link: &Link<'_>, extras: &[Value<'_>], _out: &mut Vec<u8>) -> io::Result<bool> {
        self.push(link, extras).map_err(io::Error::other)?;
        Ok(true)
    }

    fn end(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        self.end_sheet().and_then(|()| self.book.save_to_writer(out)).map_err(io::Error::other)
    }

    fn notice(&self) -> Option<String> {
        let mut parts = Vec::new();
        if self.unlinked > 0 {
            parts.push(format!(
                "{} written as plain text: a sheet allows {} links of up to {} characters",
                pluralize(self.unlinked, "URL", "URLs"),
                Thousands(self.limits.urls as u64),
                Thousands(MAX_URL_CHARS as u64)
            ));
        }
        if self.truncated > 0 {
            let max = Thousands(MAX_CELL_CHARS as u64);
            parts.push(format!(
                "{} cut to {max} characters, the maximum for a cell",
                pluralize(self.truncated, "text", "texts")
            ));
        }
        if self.sheets > 1 {
            let rows = Thousands(u64::from(self.limits.rows));
            parts.push(format!("split into {} sheets of up to {rows} rows", self.sheets));
        }
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

fn is_web(url: &str) -> bool {
    let url = url.trim_start();
    url.starts_with("http://") || url.starts_with("https://")
}

/// Truncates to [`MAX_CELL_CHARS`], which Excel counts in UTF-16 code units.
fn truncate(text: &str) -> &str {
    if text.len() <= MAX_CELL_CHARS {
        return text;
    }
    let mut units = 0;
    let end = text.char_indices().find_map(|(at, c)| {
        units += c.len_utf16();
        (units > MAX_CELL_CHARS).then_some(at)
    });
    text.get(..end.unwrap_or(text.len())).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx as Book};

    use super::*;

    fn book(limits: Limits, links: &[Link<'_>]) -> (Book<Cursor<Vec<u8>>>, Option<String>) {
        let mut xlsx = Xlsx::with_limits(limits, Formulas::Guarded, &[]).unwrap();
        let mut out = Vec::new();
        for link in links {
            assert!(xlsx.link(link, &[], &mut out).unwrap());
        }
        xlsx.end(&mut out).unwrap();
        (Book::new(Cursor::new(out)).unwrap(), xlsx.notice())
    }

    fn page(url: &str) -> Link<'_> {
        Link { source_domain: "a.com", source_url: url, target_url: "ftp://old.example", ..Link::default() }
    }

    #[test]
    fn urls_are_hyperlinks_without_a_notice_below_the_limits() {
        let (mut book, notice) = book(EXCEL, &[page("https://a.com/x?a=1&b=2#c|d")]);
        let sheet = book.worksheet_range("links").unwrap();
        assert_eq!(sheet.get((0, 3)), Some(&Data::String("url_source".into())));
        assert_eq!(sheet.get((1, 3)), Some(&Data::String("https://a.com/x?a=1&b=2#c|d".into())));
        let links = book.hyperlinks_by_sheet_name("links").unwrap();
        assert_eq!(links.len(), 1, "{links:?}");
        assert_eq!(notice, None);
    }

    #[test]
    fn over_the_limits_rows_go_to_the_next_sheet_and_urls_are_text() {
        let long = format!("https://a.com/{}", "x".repeat(40_000));
        let links = [page("https://a.com/1"), page("https://a.com/2"), page(&long), page("https://a.com/4")];
        let (mut book, notice) = book(Limits { rows: 4, urls: 1 }, &links);
        assert_eq!(book.sheet_names(), ["links", "links 2"]);
        let first = book.worksheet_range("links").unwrap();
        assert_eq!(first.height(), 4);
        assert_eq!(first.get((3, 3)).unwrap().to_string().len(), MAX_CELL_CHARS);
        let second = book.worksheet_range("links 2").unwrap();
        assert_eq!(second.get((0, 0)).unwrap().to_string(), "anchor_text");
        assert_eq!(second.get((1, 3)).unwrap().to_string(), "https://a.com/4");
        assert_eq!(book.hyperlinks_by_sheet_name("links").unwrap().len(), 1);
        let notice = notice.unwrap();
        for part in ["2 URLs written as plain text", "1 text cut to 32,767", "split into 2 sheets of up to 4 rows"] {
            assert!(notice.contains(part), "{notice}");
        }
    }

    #[test]
    fn a_cell_is_truncated_between_characters() {
        let text = "😀".repeat(20_000);
        assert_eq!(truncate(&text).encode_utf16().count(), MAX_CELL_CHARS - 1);
        assert_eq!(truncate("short"), "short");
    }
}
