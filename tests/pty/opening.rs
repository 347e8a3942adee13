//! The real program on files.

use super::terminal::Session;

fn csv(rows: usize) -> String {
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
