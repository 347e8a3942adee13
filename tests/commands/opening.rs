//! `open`: errors are reported before the screen opens.

use std::fs;

use super::{CommandOutput, TestHome};

fn open(home: &TestHome, files: &[&str]) -> CommandOutput {
    home.run(&[&["open"], files].concat())
}

#[test]
fn a_missing_file_is_a_usage_error() {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    fs::create_dir(home.path("folder")).unwrap();
    home.file("links.csv", "source url,target url\nhttps://a.com/,https://b.com/\n");
    for (files, expected) in [
        (&["missing.csv"][..], "missing.csv: no such file"),
        (&["folder"], "folder: a directory, not a file"),
        (&["links.csv", "missing.csv"], "missing.csv: no such file"),
    ] {
        let ran = open(&home, files);
        assert_eq!((ran.code, ran.err.trim()), (2, expected), "{files:?}");
        assert!(ran.out.is_empty());
    }
    let both = open(&home, &["missing.csv", "folder"]);
    assert!(both.err.contains("missing.csv: ") && both.err.contains("folder: "), "{both:?}");
}

#[cfg(unix)]
#[test]
fn control_characters_in_a_file_name_are_escaped() {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    let ran = open(&home, &["no such\u{1b}[31m\u{202e}.csv"]);
    assert_eq!((ran.code, ran.err.trim()), (2, "no such␛[31m⟨202E⟩.csv: no such file"));
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_a_usage_error() {
    use std::os::unix::fs::PermissionsExt;
    let home = TestHome::new("http://127.0.0.1:9/v1");
    home.file("locked.csv", "source url,target url\n");
    fs::set_permissions(home.path("locked.csv"), fs::Permissions::from_mode(0o000)).unwrap();
    // Root can read every file.
    if fs::File::open(home.path("locked.csv")).is_err() {
        let ran = open(&home, &["locked.csv"]);
        assert!(ran.code == 2 && ran.err.contains("locked.csv: permission denied"), "{ran:?}");
    }
}

#[test]
fn a_file_without_links_is_rejected() {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    for (name, bytes, expected) in [
        ("empty.csv", &b""[..], "it is empty"),
        ("blank.csv", b" \n\n", "it is empty"),
        ("report.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\n", "not a list of links: it is a PDF"),
        ("links.xlsx", b"PK\x03\x04\x14\0\x06\0", "it is damaged: "),
        ("links.csv.gz", b"\x1f\x8b\x08\0\0\0\0\0", "it is damaged: unexpected end of file"),
        ("noise.bin", b"\x01\x00\x02\x00", "it is binary data"),
        ("letter.txt", b"Dear Sir,\nhello\n", "columns are not known: "),
        ("broken.json", b"{\"a\": 1}\n{\"b\": 2}\n", "it is JSON without a list of objects"),
    ] {
        fs::write(home.path(name), bytes).unwrap();
        let ran = open(&home, &[name]);
        let code = if name == "letter.txt" { 2 } else { 7 };
        assert!(ran.code == code && ran.err.starts_with(&format!("{name}: ")), "{ran:?}");
        assert!(ran.err.contains(expected), "{ran:?}");
    }
    let mixed = open(&home, &["empty.csv", "missing.csv"]);
    assert!(mixed.code == 2 && mixed.err.contains("empty.csv: it is empty"), "{mixed:?}");
}

#[test]
fn only_the_start_of_a_list_is_read_before_the_screen() {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    home.file("header.csv", "source url,target url\n");
    home.file("null.csv", "anchor,source url,target url\na\0b,https://a.com/,https://b.com/\n");
    home.file("own.csv", "Page,Text,Where\nhttps://a.com/,x,https://b.com/\n");
    let good: &[&[&str]] =
        &[&["header.csv"], &["null.csv"], &["own.csv", "--map", "source=Page,target=Where,anchor=Text"]];
    for files in good {
        let ran = open(&home, files);
        assert!(ran.code == 2 && ran.err.contains("needs a terminal"), "{files:?}: {ran:?}");
    }
    // Too large to be read before the first frame.
    let large = fs::File::create(home.path("large.csv")).unwrap();
    fs::write(home.path("large.csv"), "source url,target url\nhttps://a.com/,https://b.com/\n").unwrap();
    large.set_len(8 << 30).unwrap();
    let begun = std::time::Instant::now();
    let ran = open(&home, &["large.csv"]);
    assert!(ran.code == 2 && ran.err.contains("needs a terminal"), "{ran:?}");
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}
