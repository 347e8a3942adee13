//! Real situations that once went wrong, each with siblings of its kind.

use std::io::{Cursor, Write};

use kew_tui::domain::encoding::Encoding;
use kew_tui::domain::{Field, LinkSet};
use kew_tui::formats::read::{Notice, ReadError};
use kew_tui::formats::{Format, Formulas, write};

use super::{error, open, try_open};

/// A table in UTF-16 or with other line ends is the same table.
fn utf16(text: &str, bom: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).fold(
        if bom { vec![0xFF, 0xFE] } else { Vec::new() },
        |mut all, b| {
            all.push(b);
            all
        },
    )
}

#[test]
fn a_row_with_addresses_is_never_a_header() {
    for text in [
        "Seite;Ziel;Linktext\nhttps://eins.example/a;https://ich.example/;URL\nhttps://zwei.example/b;https://ich.example/;https://ich.example/\nhttps://drei.example/c;https://ich.example/;hier\n",
        "Lapa,Mērķis,Teksts\nhttps://eins.example/a,https://ich.example/,Anchor\nhttps://zwei.example/b,https://ich.example/,Target URL\n",
        "https://eins.example/a\thttps://ich.example/\tURL\nhttps://zwei.example/b\thttps://ich.example/\tx\n",
        "eins.example/a|ich.example/|Source url\nzwei.example/b|ich.example/|x\n",
    ] {
        let ReadError::UnknownColumns(table) = try_open(text.as_bytes(), "").unwrap_err() else { panic!("{text}") };
        let message = ReadError::UnknownColumns(table.clone()).to_string();
        assert!(message.starts_with("columns are not known: "), "{message}");
        let map = table.proposal.to_string();
        assert!(message.ends_with(&format!("use --map {map}")), "{message}");
        let opened = open(text.as_bytes(), &map);
        assert_eq!(
            opened.links.len(),
            text.matches("/a").count() + text.matches("/b").count() + text.matches("/c").count(),
            "{text}"
        );
        assert_eq!(opened.texts(Field::SourceDomain)[0], "eins.example", "{text}");
        assert!(opened.texts(Field::TargetDomain).iter().all(|domain| *domain == "ich.example"), "{text}");
    }
    let message = error(b"Seite;Ziel;Linktext\nhttps://eins.example/a;https://ich.example/;x\nhttps://zwei.example/b;https://ich.example/;y\n");
    assert_eq!(
        message,
        "columns are not known: Seite | Ziel | Linktext. To accept the suggested columns, use --map source=Seite,target=Ziel,anchor=Linktext"
    );
}

#[test]
fn own_pages_are_not_links() {
    for (text, what) in [
        (
            "URL,Last crawled,Status\nhttps://ich.example/cart,2026-04-28,Pending\nhttps://www.ich.example/form,2026-04-27,Pending\n",
            "a list of your own pages (Search Console, Page indexing), not of links",
        ),
        (
            "URL,Zuletzt gecrawlt\nhttps://ich.example/cart,2026-04-28\nhttps://ich.example/form,2026-04-27\n",
            "own pages",
        ),
        (
            "URL,Title,Words\nhttps://ich.example/a,A,5\nhttps://blog.ich.example/b,B,6\n",
            "a list of pages of ich.example",
        ),
        ("URL\nhttps://ich.example/a\nhttps://ich.example/b\n", "a list of pages of ich.example"),
    ] {
        let error = try_open(text.as_bytes(), "").unwrap_err();
        assert!(matches!(error, ReadError::NotLinks { .. }) && error.to_string().contains(what), "{text}: {error}");
        assert_eq!(open(text.as_bytes(), "source=1").links.len(), 2, "the user may know better: {text}");
    }
    let list = open(b"https://ich.example/a\nhttps://ich.example/b\n", "");
    assert_eq!(list.notices, [Notice::OneSite("ich.example".into())]);
    assert_eq!(open(b"https://ich.example/a\nhttps://b.example/b\n", "").notices, []);
}

#[test]
fn lines_end_with_any_line_ending() {
    let text = "Source url,Target url,Anchor\nhttps://eins.example/a,https://ich.example/,x\nhttps://zwei.example/b,https://ich.example/,\"y\nz\"\n";
    let expected = ["https://eins.example/a", "https://zwei.example/b"];
    for ending in ["\n", "\r", "\r\n"] {
        let text = text.replace('\n', ending);
        assert_eq!(open(text.as_bytes(), "").sources(), expected, "{text:?}");
        assert_eq!(open(text.trim_end().as_bytes(), "").sources(), expected, "{text:?}");
    }
    for list in [
        "domain:eins.example\rdomain:zwei.example\r# seen in May\r",
        "eins.example\r\nzwei.example",
        "eins.example\nzwei.example\n",
    ] {
        assert_eq!(open(list.as_bytes(), "").texts(Field::SourceDomain), ["eins.example", "zwei.example"], "{list:?}");
    }
}

#[test]
fn the_encoding_is_detected_and_reported() {
    let text = "Source url;Target url;Anchor\r\nhttps://eins.example/a;https://ich.example/;Käse & Öl – 5 €\r\n";
    let cp1252: Vec<u8> = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    let big_endian: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (bytes, encoding) in [
        (text.as_bytes().to_vec(), None),
        ([b"\xEF\xBB\xBF", text.as_bytes()].concat(), None),
        (cp1252, Some(Encoding::Windows1252)),
        (utf16(text, true), Some(Encoding::Utf16Le)),
        (utf16(text, false), Some(Encoding::Utf16Le)),
        (big_endian, Some(Encoding::Utf16Be)),
    ] {
        let opened = open(&bytes, "");
        assert_eq!(opened.texts(Field::Anchor), ["Käse & Öl – 5 €"]);
        assert_eq!(opened.notices, encoding.map(Notice::Encoding).into_iter().collect::<Vec<_>>());
    }
    // The first bytes outside ASCII come late.
    let mut late = String::from("Source url,Target url,Anchor\n");
    (0..40_000).for_each(|i| late.push_str(&format!("https://a{i}.example/,https://ich.example/,plain\n")));
    let mut late = late.into_bytes();
    late.extend_from_slice(b"https://eins.example/,https://ich.example/,K\xE4se\n");
    let opened = open(&late, "");
    assert_eq!(opened.texts(Field::Anchor).last(), Some(&"Käse"));
    assert_eq!(opened.notices, [Notice::Encoding(Encoding::Windows1252)]);
}

#[test]
fn a_bad_byte_costs_one_character() {
    let text = b"Source url,Anchor\nhttps://eins.example/,a\xC3\xA4\xC3\xB6b\xFFc\nhttps://zwei.example/,\xC3\xA9\n";
    assert_eq!(open(text, "").texts(Field::Anchor), ["aäöb\u{fffd}c", "é"]);
    let json = br#"{"data":[{"anchor_text":"best \ud83d","url_source":"https://eins.example/a"},{"anchor_text":"a	b\x","url_source":"https://zwei.example/b"}],"credits_consumed":10}"#;
    let opened = open(json, "");
    assert_eq!((opened.texts(Field::Anchor), opened.skipped), (vec!["best \u{fffd}", "a\tb\\x"], 0));
}

#[test]
fn extra_columns_are_kept_under_one_name() {
    let ahrefs = "\"#\",\"Domain Rating\",\"URL Rating\",\"Referring Page URL\",\"Referring Page Title\",\"Link URL\",\"TextPre\",\"Link Anchor\",\"TextPost\"\r\n\"1\",\"45\",\"12\",\"https://eins.example/a\",\"T\",\"https://ich.example/\",\"see\",\"red shoes\",\"now\"\r\n";
    let opened = open(ahrefs.as_bytes(), "");
    assert_eq!(opened.texts(Field::Anchor), ["red shoes"]);
    assert_eq!(opened.texts(Field::TargetUrl), ["https://ich.example/"]);
    assert_eq!((opened.extra("dr"), opened.extra("title")), (vec!["45".into()], vec!["T".into()]));
    for (text, name, values) in [
        (
            "Source url,First seen\nhttps://a.example/,31.01.2026\nhttps://b.example/,01.02.2026\n",
            "first seen",
            ["2026-01-31", "2026-02-01"],
        ),
        (
            "url_from,url_to,first_seen\nhttps://a.example/,x.example,2026-01-31 10:00:00 +00:00\nhttps://b.example/,x.example,\n",
            "first seen",
            ["2026-01-31 10:00:00 +00:00", ""],
        ),
        ("Source url;Traffic;DR\nhttps://a.example/;1.240;9,5\nhttps://b.example/;-;\n", "traffic", ["1240", ""]),
        ("Source url;Trust\nhttps://a.example/;1.240\nhttps://b.example/;0.125\n", "lrt trust", ["1.24", "0.125"]),
        ("Source url,Nofollow\nhttps://a.example/,TRUE\nhttps://b.example/,no\n", "nofollow", ["true", "false"]),
        ("Source url,X,X\nhttps://a.example/,1,2\nhttps://b.example/,3,4\n", "x 2", ["2", "4"]),
        ("Source url,,Y\nhttps://a.example/,1,2\nhttps://b.example/,3,4\n", "column 2", ["1", "3"]),
    ] {
        assert_eq!(open(text.as_bytes(), "").extra(name), values, "{text}");
    }
}

#[test]
fn lists_need_no_header() {
    for (text, sources) in [
        ("https://eins.example/a\nhttps://zwei.example/b\nhttps://drei.example/c\n", 3),
        ("Pages that link to us\nhttps://eins.example/a\nhttps://zwei.example/b\n", 2),
        ("Linking page\nhttps://eins.example/a,1.html\nhttps://zwei.example/b,2.html\n", 2),
        ("https://eins.example/a,1.html\nhttps://zwei.example/b,2.html\n", 2),
        ("https://eins.example/a\nhttps://zwei.example/b,2\nhttps://drei.example/c,d\n", 3),
        ("www.eins.example/a\n\n# a comment\nzwei.example/b\t# another\n\"https://drei.example/\"\n", 3),
    ] {
        let opened = open(text.as_bytes(), "");
        assert_eq!((opened.links.len(), opened.skipped), (sources, 0), "{text}");
        assert!(opened.sources().iter().all(|url| url.starts_with("https://")), "{text}");
    }
    assert_eq!(
        open(b"https://eins.example/a,1\nhttps://eins.example/b,2\n", "").sources()[1],
        "https://eins.example/b,2"
    );
    let mapped = open(b"https://eins.example/a\nhttps://zwei.example/b\nhttps://drei.example/c\n", "source=1");
    assert_eq!((mapped.links.len(), mapped.skipped), (3, 0));
    assert_eq!(
        open(b"A title\n\nhttps://eins.example/a,x\nhttps://zwei.example/b,y z\n", "source=1,anchor=2").links.len(),
        2
    );
    let disavow =
        open(b"# spam\ndomain: eins.example\nDomain:.zwei.example\nhttp://drei.example/x # note\nnot a line\n", "");
    assert_eq!(disavow.texts(Field::SourceDomain), ["eins.example", "zwei.example", "drei.example"]);
}

#[test]
fn addresses_need_no_scheme_and_domains_look_like_domains() {
    let moz = "URL,Title,Anchor Text,Target URL\nwww.eins.example/a,T,red,ich.example/\nhttps://zwei.example/b,T,blue,https://ich.example/\n";
    let opened = open(moz.as_bytes(), "");
    assert_eq!(opened.sources(), ["https://www.eins.example/a", "https://zwei.example/b"]);
    assert_eq!(opened.texts(Field::TargetUrl), ["https://ich.example/"; 2]);
    let sites =
        open(b"Site,Linking pages,Target pages\neins.example,3,1\nzwei.example,\"1,240\",12\nTotal,\"1,243\",13\n", "");
    assert_eq!((sites.texts(Field::SourceDomain), sites.skipped), (vec!["eins.example", "zwei.example"], 1));
    let repeated = open(b"Source url,Target url\nhttps://a.example/,x.example\nSource url,Target url\nhttps://b.example/,x.example\n,\nSum,2\n", "");
    assert_eq!((repeated.links.len(), repeated.skipped), (2, 2));
    let v6 = open(b"Source url\nhttp://[2001:db8::1]:8080/x\nhttp://[2001:db8::2]/y\n", "");
    assert_eq!(v6.sources(), ["http://[2001:db8::1]:8080/x", "http://[2001:db8::2]/y"]);
}

#[test]
fn responses_of_other_apis_are_read() {
    let item = |key: &str, site: &str| {
        format!("{{\"{key}\":\"https://{site}.example/a\",\"anchor\":\"{site}\",\"attributes\":[\"nofollow\"]}}")
    };
    for (text, anchors) in [
        (format!(r#"{{"version":"0.1","tasks":[{{"id":"1","data":{{"target":"x"}},"result":[{{"target":"ich.example","items":[{},{}]}}]}},{{"result":[{{"items":[{}]}}]}}]}}"#, item("url_from", "eins"), item("url_from", "zwei"), item("url_from", "drei")), vec!["eins", "zwei", "drei"]),
        (format!(r#"{{"backlinks":[{},{}],"next":null}}"#, item("url_from", "eins"), item("url_from", "zwei")), vec!["eins", "zwei"]),
        (r#"{"Code":"OK","DataTables":{"BackLinks":{"Headers":{"MaxRows":2},"Data":[{"SourceURL":"https://eins.example/","AnchorText":"eins","TargetURL":"https://ich.example/"}]}}}"#.to_owned(), vec!["eins"]),
        (r#"{"results":[{"source":{"page":"eins.example/a","root_domain":"eins.example"},"target":{"page":"ich.example/"},"anchor_text":"eins"}]}"#.to_owned(), vec!["eins"]),
        (r#"{"d":{"__type":"LinkDetails","Details":[{"AnchorText":"eins","Url":"https://eins.example/"},{"AnchorText":"zwei","Url":"https://zwei.example/"}],"TotalPages":1}}"#.to_owned(), vec!["eins", "zwei"]),
        (format!("{}\n{}\n", item("url_from", "eins"), item("source_url", "zwei").replace("source_url", "url_from")), vec!["eins", "zwei"]),
    ] {
        let opened = open(text.as_bytes(), "");
        assert_eq!((opened.texts(Field::Anchor), opened.skipped), (anchors, 0), "{text}");
        assert!(opened.sources().iter().all(|url| url.starts_with("https://")), "{text}");
    }
    let opened = open(br#"[{"page":{"address":"https://eins.example/"},"words":["a","b"]},{"page":{"address":"https://zwei.example/"},"late":5}]"#, "source=page.address,anchor=words");
    assert_eq!(opened.texts(Field::Anchor), ["a, b", ""]);
    assert_eq!(opened.extra("late"), ["", "5"]);
    let unknown =
        error(br#"[{"adresse":"https://eins.example/x","wort":"y"},{"adresse":"https://zwei.example/x","wort":"y"}]"#);
    assert_eq!(
        unknown,
        "columns are not known: adresse | wort. To accept the suggested columns, use --map source=adresse,anchor=wort"
    );
    assert!(try_open(br#"{"data":[],"credits_consumed":0}"#, "").unwrap().links.is_empty());
}

#[test]
fn keys_that_come_late_in_json_are_columns_too() {
    let mut text = String::new();
    for i in 0..5_000 {
        let late = if i > 4_000 { format!(",\"late\":{i}") } else { String::new() };
        text.push_str(&format!("{{\"url_from\":\"https://a{i}.example/\",\"anchor\":\"x\"{late}}}\n"));
    }
    let opened = open(text.as_bytes(), "");
    assert_eq!(opened.links.len(), 5_000);
    let late = opened.extra("late");
    assert_eq!((late[4_000].as_str(), late[4_001].as_str(), late[4_999].as_str()), ("", "4001", "4999"));
}

#[test]
fn a_cell_with_a_title_and_an_address_gives_both() {
    let text = "Linking Page + URL,Anchor,Target URL\n\"A title, long\nhttps://eins.example/a\",red,https://ich.example/\n\"Other\nwww.zwei.example/b\",blue,https://ich.example/\n";
    let opened = open(text.as_bytes(), "");
    assert_eq!(opened.sources(), ["https://eins.example/a", "https://www.zwei.example/b"]);
    assert_eq!(opened.extra("title"), ["A title, long", "Other"]);
}

#[test]
fn separators_quotes_and_titles_vary() {
    for text in [
        "sep=;\r\nSource url;Target url;Anchor\r\nhttps://eins.example/a;https://ich.example/;red\r\n",
        "\"sep=,\"\nSource url,Target url,Anchor\nhttps://eins.example/a,https://ich.example/,red\n",
        "Source url|Target url|Anchor\nhttps://eins.example/a|https://ich.example/|red\n",
        "Backlinks of ich.example\nExported 2026-11-28\n\nSource url,Target url,Anchor\nhttps://eins.example/a,https://ich.example/,red\n",
        "Report for:,https://ich.example/\n\nSource url,Target url,Anchor\nhttps://eins.example/a,https://ich.example/,red\n",
        "Target url\tAnchor\tSource url\nhttps://ich.example/\tred\thttps://eins.example/a\n",
    ] {
        let opened = open(text.as_bytes(), "");
        assert_eq!(opened.sources(), ["https://eins.example/a"], "{text}");
        assert_eq!(opened.texts(Field::Anchor), ["red"], "{text}");
    }
    let quotes = "Source url\tAnchor\nhttps://eins.example/a\t\"red\" shoes\nhttps://zwei.example/b\t\"open\n";
    assert_eq!(open(quotes.as_bytes(), "").texts(Field::Anchor), ["\"red\" shoes", "\"open"]);
}

#[test]
fn files_that_are_not_lists_are_named() {
    for (bytes, what) in [
        (b"%PDF-1.7\n%\xE2\xE3".as_slice(), "it is a PDF"),
        (b"<!doctype html><html>", "a web page"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an old Excel workbook"),
        (b"hello\nworld\n", "no links found"),
        (
            b"Target page,Incoming links,Linking sites\nhttps://ich.example/,5,3\nhttps://ich.example/b,4,2\n",
            "a list of your own pages",
        ),
    ] {
        assert!(error(bytes).contains(what), "{}", error(bytes));
    }
}

fn links() -> LinkSet {
    open(b"Source url,Target url,Anchor,DR\nhttps://eins.example/a,https://ich.example/,red,45\nhttps://zwei.example/b,https://ich.example/,blue,7\n", "").links
}

fn written(format: Format) -> Vec<u8> {
    let links = links();
    let mut out = Vec::new();
    write(format, &links, &links.rows().collect::<Vec<_>>(), Formulas::Guarded, &mut out).unwrap();
    out
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn workbooks_and_compressed_files_are_unpacked() {
    let csv = written(Format::Csv);
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(&csv).unwrap();
    let gz = gz.finish().unwrap();
    for bytes in [
        written(Format::Xlsx),
        gz.clone(),
        [gz.as_slice(), &gz].concat(),
        zstd::encode_all(csv.as_slice(), 1).unwrap(),
        zipped(&[("links.csv", &csv), ("__MACOSX/._links.csv", b"x"), (".DS_Store", b"x")]),
        zipped(&[("folder/links.csv.gz", &gz)]),
        zipped(&[("links.xlsx", &written(Format::Xlsx))]),
    ] {
        let opened = open(&bytes, "");
        assert_eq!(&opened.sources()[..2], ["https://eins.example/a", "https://zwei.example/b"]);
        assert_eq!(&opened.extra("dr")[..2], ["45", "7"]);
    }
    let several = error(&zipped(&[("a.csv", &csv), ("b.csv", &csv)]));
    assert_eq!(several, "it is a ZIP file with several lists: a.csv, b.csv. Unzip it and choose one");
    assert!(error(&zipped(&[("word/document.xml", b"x"), ("y", b"z")])).contains("a Word document"));
    let xlsx = written(Format::Xlsx);
    assert!(matches!(try_open(&xlsx[..xlsx.len() / 2], ""), Err(ReadError::Damaged(_))));
    assert!(try_open(&gz[..gz.len() - 12], "").is_err());
}

#[test]
fn the_first_sheet_with_links_is_read() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    workbook.add_worksheet().set_name("Summary").unwrap().write(0, 0, "Backlinks of ich.example").unwrap();
    let sheet = workbook.add_worksheet().set_name("Links").unwrap();
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    for (column, title) in (0..).zip(["Source url", "Anchor", "First seen", "Nofollow", "DR"]) {
        sheet.write(2, column, title).unwrap();
    }
    sheet.write(3, 0, "https://eins.example/a").unwrap();
    sheet.write(3, 1, "red").unwrap();
    let day = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 1, 31).unwrap();
    sheet.write_with_format(3, 2, &day, &date).unwrap();
    sheet.write(3, 3, true).unwrap();
    sheet.write(3, 4, 45.5).unwrap();
    workbook.add_worksheet().set_name("Charts").unwrap();
    let opened = open(&workbook.save_to_buffer().unwrap(), "");
    assert_eq!(opened.sources(), ["https://eins.example/a"]);
    let values = ["first seen", "nofollow", "dr"].map(|name| opened.extra(name).remove(0));
    assert_eq!(values, ["2026-01-31", "true", "45.5"]);
    let others = vec!["Summary".to_owned(), "Charts".to_owned()];
    assert!(opened.notices.contains(&Notice::Sheet { read: "Links".into(), others }), "{:?}", opened.notices);
}

#[test]
fn what_is_written_in_any_format_is_read_back() {
    let links = links();
    for format in [Format::Csv, Format::Tsv, Format::Json, Format::Ndjson, Format::Xlsx, Format::Markdown] {
        let opened = open(&written(format), "");
        assert_eq!(opened.skipped, 0, "{format:?}");
        for field in Field::ALL {
            let expected: Vec<&str> = links.rows().map(|row| links.text(row, field)).collect();
            assert_eq!(opened.texts(field), expected, "{format:?} {field:?}");
        }
        if format.has_extras() {
            assert_eq!(opened.extra("dr"), ["45", "7"], "{format:?}");
        }
    }
    assert_eq!(open(&written(Format::Urls), "").sources(), ["https://eins.example/a", "https://zwei.example/b"]);
    for format in [Format::Domains, Format::Disavow] {
        assert_eq!(
            open(&written(format), "").texts(Field::SourceDomain),
            ["eins.example", "zwei.example"],
            "{format:?}"
        );
    }
    let odd = "# Links\n\n| Anchor | Source url |\n|:---|---:|\n| a \\| b \\*c\\* | <https://eins.example/> |\n";
    assert_eq!(open(odd.as_bytes(), "").texts(Field::Anchor), ["a | b *c*"]);
}
