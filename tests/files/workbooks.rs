//! Workbooks with several sheets, and cells that are not plain text.

use kew_tui::domain::Field;
use kew_tui::formats::read::{Notice, ReadError};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};

use super::{open, try_open};

const HEADER: &[&str] = &["Source URL", "Target URL", "Anchor"];
const ROW: &[&str] = &["https://eins.example/a", "https://ich.example/", "x"];

fn sheet<'w>(workbook: &'w mut Workbook, name: &str, rows: &[&[&str]]) -> &'w mut Worksheet {
    let sheet = workbook.add_worksheet().set_name(name).unwrap();
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(*cells) {
            sheet.write(row, column, *cell).unwrap();
        }
    }
    sheet
}

#[test]
fn the_sheet_with_most_of_a_link_is_read() {
    let links: &[&[&str]] = &[HEADER, ROW];
    for (other, is_hidden) in [
        (&[&["Backlink export"] as &[&str], &["ich.example"]] as &[&[&str]], false),
        (&[&["ich.example"]], false),
        (&[&["Domain", "Backlinks", "Referring domains"], &["ich.example", "1", "2"], &["b.example", "3", "4"]], false),
        (&[&["URL", "Backlinks"], &["https://ich.example/a", "1"], &["https://ich.example/b", "2"]], false),
        (&[HEADER], false),
        (&[&["Domain", "Owner"], &["ich.example", "x"], &["b.example", "y"]], true),
        (&[HEADER, &["https://zwei.example/", "https://ich.example/", "hidden"]], true),
    ] {
        for is_first in [true, false] {
            let mut workbook = Workbook::new();
            if !is_first {
                sheet(&mut workbook, "Links", links);
            }
            sheet(&mut workbook, "Other", other).set_hidden(is_hidden);
            if is_first {
                sheet(&mut workbook, "Links", links).set_active(true);
            }
            let opened = open(&workbook.save_to_buffer().unwrap(), "");
            assert_eq!(opened.sources(), [ROW[0]], "{other:?}");
            let notice = Notice::Sheet { read: "Links".into(), others: vec!["Other".into()] };
            assert_eq!(opened.notices, [notice], "{other:?}");
        }
    }
}

#[test]
fn a_domain_on_a_cover_is_not_read_instead_of_a_table_with_unknown_columns() {
    let mut workbook = Workbook::new();
    sheet(&mut workbook, "Cover", &[&["ich.example"]]);
    sheet(&mut workbook, "Liste", &[&["Seite", "Ziel"], &["https://eins.example/a", "https://ich.example/"]]);
    let bytes = workbook.save_to_buffer().unwrap();
    let error = try_open(&bytes, "").unwrap_err();
    assert!(matches!(error, ReadError::UnknownColumns(_)), "{error}");
    assert_eq!(open(&bytes, "source=Seite,target=Ziel").sources(), [ROW[0]]);
}

#[test]
fn a_time_of_day_has_no_date() {
    let mut workbook = Workbook::new();
    let sheet = sheet(&mut workbook, "Links", &[&["Source URL", "Seen at"], &[ROW[0]], &[ROW[0]], &[ROW[0]]]);
    let format = Format::new().set_num_format("hh:mm:ss");
    let noon = ExcelDateTime::from_hms(12, 30, 0).unwrap();
    let date = ExcelDateTime::from_ymd(2026, 1, 31).unwrap().and_hms(1, 2, 3).unwrap();
    for (row, time) in (1..).zip([noon, ExcelDateTime::from_hms(0, 0, 0).unwrap(), date]) {
        sheet.write_with_format(row, 1, &time, &format).unwrap();
    }
    let opened = open(&workbook.save_to_buffer().unwrap(), "");
    assert_eq!(opened.extra("seen at"), ["12:30:00", "00:00:00", "2026-01-31 01:02:03"]);
}

#[test]
fn a_title_that_links_is_read_with_its_url() {
    let mut workbook = Workbook::new();
    let sheet = sheet(&mut workbook, "Links", &[HEADER, &["", "https://ich.example/", "x"], &["", "", "y"]]);
    sheet.write_url_with_text(1, 0, ROW[0], "=A post").unwrap();
    sheet.write_url_with_text(2, 0, "https://zwei.example/b", "Another post").unwrap();
    let opened = open(&workbook.save_to_buffer().unwrap(), "");
    assert_eq!(opened.sources(), [ROW[0], "https://zwei.example/b"]);
    assert_eq!(opened.texts(Field::Anchor), ["x", "y"]);
    assert_eq!(opened.extra("title"), ["=A post", "Another post"]);
}
