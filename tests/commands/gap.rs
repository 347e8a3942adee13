//! `gap`: from the archive and from files.

use serde_json::Value;

use super::archive_list::save_snapshot;
use super::{DemoHome, TestHome};

fn home() -> TestHome {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    save_snapshot(&home, "me.com", 2, &[("", "Both.org", "https://both.org/"), ("", "mine.org", "https://mine.org/")]);
    save_snapshot(
        &home,
        "one.com",
        9,
        &[
            ("x", "both.org", "https://both.org/1"),
            ("=1+1", "one-only.org", "https://one-only.org/a b"),
            ("best", "all.org", "https://all.org/best"),
            ("", "two.com", "https://two.com/"),
        ],
    );
    save_snapshot(
        &home,
        "two.com",
        9,
        &[
            ("", "ALL.org", "https://all.org/2"),
            ("", "me.com", "https://me.com/"),
            ("", "mine.org", "https://mine.org/2"),
        ],
    );
    home
}

#[test]
fn domains_that_link_to_most_competitors_come_first() {
    let home = home();
    let ran = home.run(&["gap", "me.com", "one.com", "two.com"]);
    assert_eq!(
        ran.out,
        "domain_source,targets,linked,anchor_text,url_source,url_target\n\
         all.org,2,https://one.com/ https://two.com/,best,https://all.org/best,https://one.com/\n\
         one-only.org,1,https://one.com/,'=1+1,https://one-only.org/a b,https://one.com/\n"
    );
    for expected in
        ["https://two.com/: using snapshot 3", "2 referring domains", "https://me.com/ is limited to 2 links"]
    {
        assert!(ran.err.contains(expected), "{expected}: {}", ran.err);
    }
    let json: Value = serde_json::from_str(&home.run(&["gap", "1", "2", "3", "-f", "json"]).success()).unwrap();
    assert_eq!((&json[0]["targets"], &json[1]["anchor_text"]), (&2.into(), &"=1+1".into()));
    let lists = |format| home.run(&["gap", "me.com", "one.com", "two.com", "-f", format]).success();
    assert_eq!(lists("domains"), "all.org\none-only.org\n");
    assert_eq!(lists("urls"), "https://all.org/best\nhttps://one-only.org/a%20b\n");
    assert_eq!(lists("tsv").lines().nth(1).unwrap().split('\t').count(), 6);
    assert_eq!(lists("ndjson").lines().count(), 2);
    assert!(lists("table").starts_with("domain_source  targets  linked "));
    assert_eq!(
        home.run(&["gap", "me.com", "one.com", "two.com", "--at-least", "2", "-f", "domains"]).success(),
        "all.org\n"
    );
}

#[test]
fn gap_takes_files_and_responses() {
    let home = home();
    home.file(
        "rival.csv",
        "Seite,Ziel\nhttps://www.fresh.org/,https://rival.com/\nhttps://mine.org/,https://rival.com/\n",
    );
    let arguments = ["gap", "me.com", "rival.csv", "--map", "source=Seite,target=Ziel", "-f", "domains"];
    assert_eq!(home.run(&arguments).success(), "fresh.org\n");
    assert_eq!(home.run(&["gap", "me.com", "me.com", "-f", "domains"]).success(), "");
}

#[test]
fn a_site_that_links_already_is_recognized_however_it_is_written() {
    let home = home();
    home.file(
        "mine.csv",
        "Source url,Target url\nhttps://xn--mnchen-3ya.example/a,https://ich.example/\n\
         https://zwei.example/a,https://ich.example/\nhttps://drei.example/a,https://ich.example/\n",
    );
    home.file(
        "theirs.csv",
        "Referring domain,Target url\nmünchen.example,https://rival.example/\nwww.zwei.example,https://rival.example/\n\
         drei.example.,https://rival.example/\nNeu.example,https://rival.example/\nÖl.example,https://rival.example/\n",
    );
    let gap = ["gap", "mine.csv", "theirs.csv", "-f", "domains"];
    assert_eq!(home.run(&gap).success(), "neu.example\nxn--l-0ga.example\n");
    let unique = home.run(&["export", "mine.csv", "theirs.csv", "--unique-domains", "-f", "csv"]).success();
    assert_eq!(unique.lines().count(), 6, "{unique}");
    let filtered = home.run(&["export", "theirs.csv", "--filter", "domain:www.München.example", "-f", "domains"]);
    assert_eq!(filtered.success(), "xn--mnchen-3ya.example\n");
}

#[test]
fn a_subdomain_is_the_same_site_as_its_registered_domain() {
    let home = home();
    home.file("mine.csv", "Source URL,Target URL\nhttps://blog.news-site.com/1,https://me.example/\n");
    home.file(
        "theirs.json",
        r#"{"tasks": [{"result": [{"items": [{"domain_from": "blog.news-site.com", "url_from": "https://blog.news-site.com/2",
        "domain_to": "rival.example", "url_to": "https://rival.example/", "anchor": "y"}]}]}]}"#,
    );
    home.file("domains.csv", "Domain,Backlinks\nblog.news-site.com,4\nme.github.io,2\n");
    let run = |arguments: &[&str]| home.run(arguments).success();
    assert_eq!(run(&["gap", "mine.csv", "theirs.json", "-f", "domains"]), "");
    assert_eq!(run(&["gap", "mine.csv", "domains.csv", "-f", "domains"]), "me.github.io\n");
    let all = ["export", "mine.csv", "theirs.json", "domains.csv", "-f"];
    assert_eq!(run(&[&all[..], &["domains"]].concat()), "news-site.com\nme.github.io\n");
    assert_eq!(run(&[&all[..], &["ndjson", "--unique-domains"]].concat()).lines().count(), 2);
    assert_eq!(
        run(&["diff", "mine.csv", "theirs.json", "--by-domain", "--only", "both"]),
        "0 new · 0 missing · 1 in both\n  news-site.com\n"
    );
    let disavow = ["disavow", "theirs.json", "domains.csv", "mine.csv"];
    assert_eq!(run(&disavow), "domain:me.github.io\ndomain:news-site.com\n", "it covers the subdomain");
    assert_eq!(run(&disavow[..2]), "domain:blog.news-site.com\n", "no more than the list says");
}

#[test]
fn a_missing_response_is_reported_and_not_fetched() {
    let home = home();
    for (arguments, expected) in [
        (&["gap", "me.com"] as &[&str], "<THEIRS>"),
        (&["gap", "me.com", "unknown.com"], "No file or saved snapshot called “unknown.com”"),
        (&["gap", "me.com", "one.com", "-f", "xlsx"], "table, csv, tsv, json, ndjson, domains, urls"),
    ] {
        let ran = home.run(arguments);
        assert!(ran.code == 2 && ran.out.is_empty() && ran.err.contains(expected), "{arguments:?}: {ran:?}");
    }
}

#[test]
fn missing_responses_are_quoted_and_fetched_once() {
    let home = DemoHome::new();
    let gap = |more: &[&str]| {
        home.run(
            &[&["gap", "example.com", "tidepool.example", "megamart.example", "-f", "domains", "-q"], more].concat(),
        )
    };
    assert_eq!((gap(&[]).code, home.balance()), (2, 100_000), "without --fetch nothing is sent");
    let refused = gap(&["--fetch", "-n", "20", "--max-credits", "299"]);
    assert!(refused.code == 8 && refused.err.contains("300 cr"), "{refused:?}");
    assert_eq!(home.balance(), 100_000);
    let fetched = gap(&["--fetch", "-n", "20"]).success();
    assert!(fetched.lines().count() > 20);
    let balance = home.balance();
    assert_eq!(balance, 99_700);
    assert_eq!((gap(&["--fetch", "-n", "20"]).success(), gap(&[]).success()), (fetched.clone(), fetched));
    assert_eq!(home.balance(), balance);
    // A missing file is not taken for a target.
    let misspelled = home.run(&["gap", "example.com", "rival.csv", "--fetch", "-n", "1"]);
    assert!(
        misspelled.code == 2 && misspelled.err.contains("No file or saved snapshot called “rival.csv”"),
        "{misspelled:?}"
    );
    let settings = home.file("settings.toml", "session_budget = 4\n");
    let command = ["gap", "example.com", "slowbread.example", "--fetch", "-n", "1"];
    let ran: super::CommandOutput = home.command(&command).env("KEW_CONFIG", settings).output().unwrap().into();
    assert!(ran.code == 8 && ran.err.contains("over the limit of 4 cr"), "{ran:?}");
    assert_eq!(home.balance(), balance);
}
