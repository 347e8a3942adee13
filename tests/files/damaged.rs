//! Tables with something wrong in a line: it costs this line at most.

use kew_tui::domain::Field;
use kew_tui::formats::read::Notice;

use super::open;

#[test]
fn a_lost_quote_costs_one_line() {
    // Longer than a batch, with real quotes in between, and lost ones close to every end of a batch.
    let mut text = String::from("Source url,Target url,Anchor\r\n");
    for i in 0..60_000 {
        let anchor = match i {
            _ if i % 977 == 0 => "\"open".to_owned(),
            _ if i % 977 == 20 => "\"two\r\nlines, \"\"x\"\"\"".to_owned(),
            _ if i % 977 == 21 => "\"\"".to_owned(),
            _ => format!("plain {i}"),
        };
        text.push_str(&format!("https://a{i}.example/,https://ich.example/,{anchor}\r\n"));
    }
    let opened = open(text.as_bytes(), "");
    assert_eq!((opened.links.len(), opened.skipped), (60_000, 0));
    let anchors = opened.texts(Field::Anchor);
    for (row, url) in opened.sources().iter().enumerate() {
        assert_eq!(*url, format!("https://a{row}.example/"));
    }
    assert_eq!(anchors[977 * 3..977 * 3 + 2], ["\"open", "plain 2932"]);
    assert_eq!(anchors[977 * 3 + 20..977 * 3 + 22], ["two\r\nlines, \"x\"", ""]);
}

#[test]
fn a_quote_that_stays_open_is_text() {
    let rows = |range: std::ops::Range<usize>| -> String {
        range.map(|i| format!("https://a{i}.example/,https://ich.example/,x\n")).collect()
    };
    for odd in [
        "https://odd.example/,https://ich.example/,\"open\n",
        "https://odd.example/,https://ich.example/,\"\"\"open\n",
        "https://odd.example/,\"https://ich.example/,x\n",
    ] {
        for (before, after) in [(0, 500), (10, 500), (10, 20_000), (500, 0)] {
            let text =
                format!("Source URL,Target URL,Anchor\n{}{odd}{}", rows(0..before), rows(before..before + after));
            let opened = open(text.as_bytes(), "");
            assert_eq!((opened.links.len(), opened.skipped), (before + after + 1, 0), "{odd} {before} {after}");
        }
    }
    let first = "Source URL,Anchor\n\"https://odd.example/,x\nhttps://a.example/,x\nhttps://b.example/,\"y\"\n";
    let opened = open(first.as_bytes(), "");
    assert_eq!((opened.sources(), opened.skipped), (vec!["https://a.example/", "https://b.example/"], 1));
}

#[test]
fn a_quote_within_a_quoted_cell_is_text() {
    for delimiter in [",", "\t", ";"] {
        let rows = [
            ["Source URL", "Target URL", "Anchor"],
            ["https://a.example/", "https://ich.example/", "un\"escaped"],
            ["https://b.example/", "https://ich.example/", "bad \"quote\" x"],
            ["https://c.example/", "https://ich.example/", "said \"\"so\"\""],
        ];
        let quoted = |row: &[&str; 3]| row.map(|cell| format!("\"{cell}\"")).join(delimiter);
        let opened = open(rows.iter().map(quoted).collect::<Vec<_>>().join("\n").as_bytes(), "");
        assert_eq!(opened.texts(Field::Anchor), ["un\"escaped", "bad \"quote\" x", "said \"so\""], "{delimiter:?}");
    }
}

#[test]
fn a_second_header_in_another_order_is_not_read_by_the_first() {
    let first = "Source URL,Target URL,Anchor\nhttps://a.example/,https://ich.example/,x\n";
    let same = "Source URL,Target URL,Anchor\nhttps://b.example/,https://ich.example/,y\n";
    let other = "Target URL,Source URL,Anchor\nhttps://ich.example/,https://c.example/,z\n";
    let opened = open([first, same].concat().as_bytes(), "");
    assert_eq!((opened.links.len(), opened.skipped, opened.notices), (2, 1, vec![]));
    let words = "URL,Target,Anchor\n";
    assert_eq!(open([first, words, &first[first.find("https").unwrap()..]].concat().as_bytes(), "").links.len(), 2);
    let opened = open([first, same, other].concat().as_bytes(), "");
    assert_eq!((opened.texts(Field::SourceDomain), opened.skipped), (vec!["a.example", "b.example"], 1));
    assert_eq!(opened.notices, [Notice::OtherTable]);
    // What other threads have read of the rest does not count.
    let many = "https://ich.example/,https://d.example/,z\n".repeat(200_000);
    let opened = open([first, other, &many].concat().as_bytes(), "");
    assert_eq!(opened.texts(Field::SourceDomain), ["a.example"]);
    assert_eq!(opened.notices, [Notice::OtherTable]);
}

#[test]
fn markdown_may_have_several_tables() {
    let table = |site: &str| {
        format!(
            "| url_source | url_target | anchor_text |\n|---|---|:---|\n| https://{site}.example/ | https://ich.example/ | x |\n"
        )
    };
    let opened = open(format!("{}\nMore:\n\n{}", table("eins"), table("zwei")).as_bytes(), "");
    assert_eq!(opened.texts(Field::SourceDomain), ["eins.example", "zwei.example"]);
}
