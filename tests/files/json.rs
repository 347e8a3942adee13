//! JSON of every shape: the links are found wherever they are, damage costs one record, and what has no links is refused.

use kew_tui::domain::Field;
use kew_tui::formats::read::ReadError;

use super::{error, open, try_open};

const ONE: &str = r#"{"url_from":"https://eins.example/a","url_to":"https://ich.example/","anchor":"x"}"#;
const TWO: &str = r#"{"url_from":"https://zwei.example/b","url_to":"https://ich.example/","anchor":"y"}"#;
const SOURCES: [&str; 2] = ["https://eins.example/a", "https://zwei.example/b"];

#[test]
fn a_lost_character_costs_one_record() {
    let record = |number: usize| {
        format!(
            r#"{{"anchor_text": "x", "domain_source": "a{number}.example", "url_source": "https://a{number}.example/"}}"#
        )
    };
    let whole = record(11);
    for lost in whole.match_indices(['"', '{', '}', ':', ',']).map(|(at, _)| at) {
        let broken = [&whole[..lost], &whole[lost + 1..]].concat();
        let records: Vec<String> = (0..3_000).map(|n| if n == 11 { broken.clone() } else { record(n) }).collect();
        for text in [
            records.join("\n"),
            format!("{{\"data\":[\n{}\n],\"credits_consumed\":10}}", records.join(",\n")),
            format!("[{}]", records.join(",")),
        ] {
            let opened = open(text.as_bytes(), "");
            let links = opened.links.len();
            assert!(links >= 2_999 && links + opened.skipped >= 2_999, "{broken}: {links} {text:.40}");
            // Nothing can be told about a record without its start.
            assert!(links + opened.skipped >= 3_000 || lost == 0, "{broken}: {links} {} {text:.40}", opened.skipped);
        }
    }
}

#[test]
fn damage_in_the_first_record_costs_only_it() {
    for broken in [r#"{"url_from":"https://a.example/,"url_to":"x"}"#, r#"{"url_from":"https://a.example/""#] {
        for text in [format!("{broken}\n{ONE}\n{TWO}\n"), format!("[{broken},\n{ONE},\n{TWO}]")] {
            assert_eq!(open(text.as_bytes(), "").sources(), SOURCES, "{text}");
        }
    }
}

#[test]
fn links_are_found_at_any_depth() {
    for text in [
        format!(
            r#"{{"domain":"ich.example","backlinks":[{ONE}]}}{}"#,
            format_args!("\n{{\"domain\":\"ich.example\",\"backlinks\":[{TWO}]}}")
        ),
        format!(r#"{{"domain":"ich.example","target_url":"https://ich.example/","links":[{ONE},{TWO}]}}"#),
        format!(r#"{{"source":"https://api.example/v1","url":"https://ich.example/","links":[{ONE},{TWO}]}}"#),
        format!(
            r#"{{"summary":[{{"domain":"ich.example","backlinks":10}},{{"domain":"b.example"}}],"backlinks":[{{"details":[{ONE},{TWO}]}}]}}"#
        ),
        format!(r#"{{"competitors":[{{"domain":"r1.example"}}],"links":[{ONE},{TWO}]}}"#),
        format!(r#"{{"links":[{ONE}],"more":{{"page2":{{"links":[{TWO}]}}}}}}"#),
        format!(r#"{{"more":{{"page2":{{"links":[{ONE}]}}}},"links":[{TWO}]}}"#),
        format!(r#"[{{"links":[{ONE}]}},{TWO}]"#),
        format!(r#"{{"lost":[{{"url_from":"https://eins.example/a"}}],"new":[{TWO}]}}"#),
        format!(r#"[{{"id":"1","links":[{{"id":"2",{}]}},{{"id":"3","links":[{{"id":"4",{}]}}]"#, &ONE[1..], &TWO[1..]),
    ] {
        let opened = open(text.as_bytes(), "");
        assert_eq!((opened.sources(), opened.skipped), (SOURCES.to_vec(), 0), "{text}");
    }
}

#[test]
fn an_object_with_links_in_it_is_a_link_if_it_has_more_of_one() {
    let text = format!(
        r#"[{},"source":{{"url":"z","tags":[{{"url_from":"https://no.example/"}}]}}}},{TWO}]"#,
        ONE.strip_suffix('}').unwrap()
    );
    let opened = open(text.as_bytes(), "");
    assert_eq!((opened.sources(), opened.skipped), (SOURCES.to_vec(), 0));
    let dates = br#"{"2026-01":[{"domain":"eins.example"}],"2026-02":[{"domain":"zwei.example"}]}"#;
    assert_eq!(open(dates, "").texts(Field::SourceDomain), ["eins.example", "zwei.example"]);
    let domains = br#"{"domain":"ich.example","refdomains":[{"domain":"eins.example"},{"domain":"zwei.example"}]}"#;
    assert_eq!(open(domains, "").texts(Field::SourceDomain), ["eins.example", "zwei.example"]);
}

#[test]
fn a_list_of_addresses_in_json_is_a_list() {
    let opened = open(br#" ["https://eins.example/a", "https:\/\/zwei.example/b", "drei.example"]"#, "");
    assert_eq!(opened.texts(Field::SourceDomain), ["eins.example", "zwei.example", "drei.example"]);
    let many: Vec<String> = (0..100_000).map(|n| format!("\"https://a{n}.example/\"")).collect();
    assert_eq!(open(format!("[{}]", many.join(",")).as_bytes(), "").links.len(), 100_000);
}

#[test]
fn a_number_that_json_does_not_have_costs_one_value() {
    let text = r#"[{"url_from":"https://eins.example/a","dr":NaN,"x":-Infinity},{"url_from":"https://zwei.example/b","dr":1}]"#;
    let opened = open(text.as_bytes(), "");
    assert_eq!(
        (opened.sources(), opened.skipped, opened.extra("dr")),
        (SOURCES.to_vec(), 0, vec!["".into(), "1".into()])
    );
}

#[test]
fn an_empty_answer_has_no_links_and_an_error_is_refused() {
    for text in [
        r#"{"tasks":[{"result":[{"target":"ich.example","items":[]}]}]}"#,
        r#"{"status_code":20000,"tasks":[{"status_code":20000,"result":[{"items":null}]}]}"#,
        "[]",
    ] {
        assert!(open(text.as_bytes(), "").links.is_empty(), "{text}");
    }
    for (text, message) in [
        (r#"{"status_code":40100,"status_message":"You are not authorized.","tasks":[]}"#, "You are not authorized."),
        (
            r#"{"status_code":20000,"tasks":[{"status_code":40501,"status_message":"Invalid Field","result":null}]}"#,
            "Invalid Field",
        ),
        (r#"{"error":"Invalid key","code":401}"#, "Invalid key"),
    ] {
        assert_eq!(error(text.as_bytes()), format!("not a list of links: it is an API error message: {message}"));
    }
}

#[test]
fn json_is_never_read_as_a_table() {
    let dictionary: Vec<String> = (0..3_000).map(|n| format!(r#""{n}":{ONE}"#)).collect();
    for text in [
        format!(r#"{{"results":{{"1":{ONE},"2":{TWO}}}}}"#),
        format!(r#"{{"https://eins.example/a":{ONE}}}"#),
        format!("{{{}}}", dictionary.join(",")),
        r#"[["Source URL","Target URL"],["https://eins.example/a","https://ich.example/"]]"#.to_owned(),
        r#"{"domains":["eins.example","zwei.example"]}"#.to_owned(),
        "[1]".to_owned(),
        r#"["x"]"#.to_owned(),
        r#"{"data":{"x":[1]}}"#.to_owned(),
        "[".repeat(2_000),
        r#"{"a":"#.repeat(2_000),
    ] {
        let error = try_open(text.as_bytes(), "").unwrap_err();
        assert!(matches!(error, ReadError::NotAList { .. }), "{error}: {text:.60}");
        assert!(error.to_string().starts_with("not a list of links: it is JSON without a list"), "{error}");
    }
    // Its text only begins like JSON.
    assert_eq!(open(b"[eins]\nhttps://eins.example/a\nhttps://zwei.example/b\n", "").sources(), SOURCES);
    let unknown = error(
        br#"{"target":"ich.example","rows":[{"Seite":"https://eins.example/a"},{"Seite":"https://zwei.example/b"}]}"#,
    );
    assert!(unknown.ends_with("use --map source=Seite"), "{unknown}");
}
