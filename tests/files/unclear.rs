//! Tables whose columns could mean different things: read if the values decide, else the user is asked.

use kew_tui::domain::Field;
use kew_tui::formats::read::{ReadError, UnknownColumns};

use super::{error, open, try_open};

fn unknown(text: &str) -> UnknownColumns {
    match try_open(text.as_bytes(), "") {
        Err(ReadError::UnknownColumns(unknown)) => *unknown,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn cells_after_an_address_are_no_part_of_it() {
    for (text, map) in [
        ("https://a.example/1,dofollow,55\nhttps://b.example/2,nofollow,60\n", "source=1"),
        ("\"https://a.example/1\",\"dofollow\"\n\"https://b.example/2\",\"nofollow\"\n", "source=1"),
        ("https://a.example/1,5\nhttps://b.example/2,6\n", "source=1"),
        ("https://a.example/1|red\nhttps://b.example/2|blue\n", "source=1,anchor=2"),
        ("https://a.example/1;2026-01-31;1.5\nhttps://b.example/2;;\nhttps://b.example/3;2026-01-31;\n", "source=1"),
        ("blog.corp,12\nwiki.corp,13\nnews.corp,14\n", "source-domain=1"),
        ("http://blog/x,http://wiki/\nhttp://news/x,http://wiki/\n", "source=1,target=2"),
    ] {
        let unknown = unknown(text);
        assert_eq!((unknown.proposal.to_string().as_str(), unknown.header.len()), (map, 0), "{text}");
        let opened = open(text.as_bytes(), map);
        assert_eq!((opened.links.len(), opened.skipped), (text.lines().count(), 0), "{text}");
        assert!(!opened.texts(Field::SourceUrl).iter().any(|url| url.contains([',', ';', '|'])), "{text}");
    }
    for list in ["https://a.example/1,,\nhttps://b.example/1,,\n", "https://a.example/1;\nhttps://b.example/1;\n"] {
        assert_eq!(open(list.as_bytes(), "").sources(), ["https://a.example/1", "https://b.example/1"], "{list}");
    }
}

#[test]
fn a_first_line_that_begins_with_an_address_is_never_a_header() {
    for text in [
        "https://a.example/ note\nhttps://b.example/\nhttps://c.example/\n",
        "https://a.example/ https://z.example/\nhttps://b.example/\n",
        "# list\nhttps://a.example/ https://z.example/\nhttps://b.example/\nhttps://c.example/\n",
        "https://a.example/\tnote\nhttps://b.example/\nhttps://c.example/\n",
    ] {
        let unknown = unknown(text);
        assert!(!unknown.header.iter().any(|name| name.contains("a.example")), "{text}: {:?}", unknown.header);
        let opened = open(text.as_bytes(), unknown.proposal.to_string().trim_matches('"'));
        let lines = text.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(opened.links.len() + opened.skipped, lines, "{text}");
    }
    for text in ["a.example (spam)\nb.example\nc.example\n", "a.example;spam\nb.example\nc.example\n"] {
        assert!(try_open(text.as_bytes(), "").is_err(), "not two of three");
    }
    let opened = open(b"domain:a.example spam\ndomain:b.example\n", "");
    assert_eq!((opened.links.len(), opened.skipped), (1, 1));
    // In a longer list it is counted.
    let list = "https://a.example/ note\n".to_owned() + &"https://b.example/\nc.example\n".repeat(20);
    let opened = open(list.as_bytes(), "");
    assert_eq!((opened.links.len(), opened.skipped), (40, 1));
}

#[test]
fn two_columns_for_the_referring_page_are_asked_about() {
    for (text, map) in [
        (
            "Referring page URL,Source URL,Target URL\nhttps://a.example/1,https://z.example/1,https://ich.example/\n",
            "\"source=Referring page URL,target=Target URL\"",
        ),
        (
            "Source URL,Source URL,Target URL\nhttps://a.example/1,https://z.example/1,https://ich.example/\n",
            "\"source=1,target=Target URL\"",
        ),
        (
            "URL,URL 2\nhttps://a.example/1,https://ich.example/\nhttps://b.example/1,https://ich.example/\n",
            "\"source=URL,target=URL 2\"",
        ),
        (
            "Link,Page\nhttps://a.example/1,https://ich.example/\nhttps://b.example/1,https://ich.example/\n",
            "source=Link,target=Page",
        ),
    ] {
        assert_eq!(unknown(text).proposal.to_string(), map, "{text}");
        assert!(open(text.as_bytes(), map.trim_matches('"')).sources().contains(&"https://a.example/1"), "{text}");
    }
    for text in [
        "Source URL,Referring page URL,Target URL\nhome,https://a.example/1,https://ich.example/\n",
        "Source URL,Referring page URL,Target URL\nhttps://a.example/1,https://a.example/1,https://ich.example/\n",
        "URL,Image URL,Target URL\nhttps://a.example/1,https://z.example/1,https://ich.example/\n",
    ] {
        assert_eq!(open(text.as_bytes(), "").sources(), ["https://a.example/1"], "{text}");
    }
    let named = unknown("Source URL,Target URL\nfirst,https://ich.example/\nsecond,https://ich.example/b\n");
    assert!(named.proposal.is_empty(), "a target is never proposed as the source: {}", named.proposal);
}

#[test]
fn a_header_is_known_by_what_is_below_it() {
    for text in [
        "Project,https://ich.example/,,\n,,,\nReferring Page,Target URL,Anchor,DR\nhttps://a.example/,https://ich.example/,x,5\n",
        "ich.example,Backlinks,2026-01-02\n\nSource URL,Target URL,Anchor\nhttps://a.example/,https://ich.example/,x\n",
        "Domain:,ich.example,\nDate:,2026-01-02,\nSource URL,Target URL,Anchor\nhttps://a.example/,https://ich.example/,x\n",
        "Source URL,Anchor,rival.com/,other.com/\nhttps://a.example/,x,1,0\n",
        "Domain,Domain ascore,rival.com,other.com\na.example,50,3,0\nb.example,40,1,2\n",
    ] {
        let opened = open(text.as_bytes(), "");
        assert_eq!((opened.texts(Field::SourceDomain)[0], opened.skipped), ("a.example", 0), "{text}");
    }
    let text =
        "Project,https://ich.example/,\nReferring Page,Target URL,Anchor\nhttps://a.example/,https://ich.example/,x\n";
    assert_eq!(open(text.as_bytes(), "source=referring page").links.len(), 1);
    // Rows above a header are rows.
    let rows =
        "https://a.example/,https://ich.example/\nSource URL,Target URL\nhttps://b.example/,https://ich.example/\n";
    assert_eq!(unknown(rows).header, [""; 0]);
    let missing = try_open(b"https://a.example/,https://ich.example/\n", "source=Seite").unwrap_err().to_string();
    assert_eq!(missing, "no column called “Seite”; columns: https://a.example/ | https://ich.example/");
}

#[test]
fn a_title_may_be_in_the_cell_of_the_address() {
    let referring = "Referring page,Target URL\n\"Title one\nhttps://a.example/1\",https://ich.example/\n\"b.example\nhttps://b.example/1\",https://ich.example/\n";
    let one_line = "Source page title and URL,DR\nTitle one https://a.example/1,5\nb.example https://b.example/1,6\n";
    for (text, map) in [(referring, ""), (referring, "source=1"), (one_line, ""), (one_line, "source=1")] {
        let opened = open(text.as_bytes(), map);
        assert_eq!(opened.sources(), ["https://a.example/1", "https://b.example/1"], "{text}");
        assert_eq!(opened.extra("title"), ["Title one", "b.example"], "{text}");
    }
}

#[test]
fn flags_dates_and_names_of_other_languages_are_read() {
    let text = "KAYNAK URL;BAĞLANTI METNİ;Nofollow;Erstmals gesehen\nhttps://a.example/;x;WAHR;2. März 2026\nhttps://b.example/;y;FALSCH;31. Dez. 2025\n";
    let opened = open(text.as_bytes(), "");
    assert_eq!(opened.texts(Field::Anchor), ["x", "y"]);
    assert_eq!(opened.extra("nofollow"), ["true", "false"]);
    assert_eq!(opened.extra("first seen"), ["2026-03-02", "2025-12-31"]);
    let rows: String = (0..300).map(|i| format!("https://a{i}.example/,-\n")).collect();
    let late = open(format!("Source URL,FlagNoFollow\n{rows}https://b.example/,+\n").as_bytes(), "");
    assert_eq!(late.extra("nofollow")[299..], ["false", "true"]);
    let json = br#"[{"url_from":"https://a.example/","nofollow":"follow"},{"url_from":"https://b.example/","nofollow":"nofollow"}]"#;
    assert_eq!(open(json, "").extra("nofollow"), ["false", "true"]);
}

#[test]
fn a_table_with_very_many_columns_is_read() {
    let columns: String = (0..5_000).map(|i| format!(",c{i}")).collect();
    let text = format!("Source URL{columns}\nhttps://a.example/{}\n", ",1".repeat(5_000));
    assert_eq!(open(text.as_bytes(), "").extra("c4999"), ["1"]);
    assert!(error(b"Source URL,Target URL\nx,y\n").contains("name the one that does"));
}
