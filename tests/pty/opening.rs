//! The real program on files.

use super::terminal::Session;

pub fn csv(rows: usize) -> String {
    let row = |i| format!("anchor {i},site{i}.com,me.com,https://site{i}.com/,https://me.com/\n");
    let rows: String = (0..rows).map(row).collect();
    format!("anchor_text,domain_source,domain_target,url_source,url_target\n{rows}")
}

#[test]
fn a_file_is_browsed_filtered_and_written_again() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("links.csv");
    std::fs::write(&path, csv(50_000)).unwrap();
    let mut session = Session::start(&["open", path.to_str().unwrap()], &[]);
    session.wait_for("50,000 links from 1 file");
    session.keys("/site4999");
    session.wait_for("11 of 50,000 links");
    session.keys("\r");
    let out = directory.path().join("out.csv");
    session.keys(&format!("x{}\r", out.display()));
    session.wait_for("11 links as CSV written to");
    session.keys("f");
    session.wait_for("11 values");
    session.keys("fq");
    assert_eq!(session.exit_code(), 0);
    assert_eq!(std::fs::read_to_string(out).unwrap().lines().count(), 12);
}

/// The number of rows may be raised: `KEW_ROWS=1000000 cargo test --test all while_many`.
#[test]
fn a_filter_is_typed_while_many_rows_load() {
    let rows: usize = std::env::var("KEW_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(200_000);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("links.csv");
    std::fs::write(&path, csv(rows)).unwrap();
    let mut session = Session::start(&["open", path.to_str().unwrap()], &[]);
    session.wait_for("site0.com");
    // The keys do not wait for the rest, and what comes later is filtered too.
    session.keys("/domain:site1999");
    session.wait_for("filter › domain:site1999");
    let expected = (0..rows).filter(|i| i.to_string().starts_with("1999")).count();
    session.wait_for(&format!("{expected} of {} links", kew_tui::domain::number::Grouped(rows as u64)));
    session.keys("\r");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
}

#[test]
fn the_standard_input_is_read_and_the_keys_come_from_the_terminal() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("links.csv");
    std::fs::write(&path, csv(300)).unwrap();
    let mut session = Session::start_piped(&path, &["open", "-"]);
    session.wait_for("300 links from 1 file");
    session.keys("G");
    session.wait_for("site299.com");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
}

#[test]
fn what_is_no_list_of_links_is_said() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("odd.csv");
    std::fs::write(&path, "Seite;Ziel\nx;y\n").unwrap();
    let mut session = Session::start(&["open", path.to_str().unwrap(), "/no/such/file.csv"], &[]);
    session.wait_for("its columns are not known");
    session.wait_for("file.csv:");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
}
