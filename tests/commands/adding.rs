//! `archive add`: links of other tools as snapshots.

use serde_json::Value;

use super::archive_list::{save_snapshot, save_snapshot_as};
use super::{DemoHome, TestHome};

const JANUARY: &str = "url_source,url_target,anchor_text\n\
    https://kept.org/,https://www.example.com/,=1+1\n\
    https://gone.org/,https://example.com/a,x\n";
const FEBRUARY: &str = "url_source,url_target,anchor_text\n\
    https://kept.org/,https://www.example.com/,=1+1\n\
    https://new.org/,https://example.com/b,y\n";

/// Two exports of one tool, as snapshots 1 and 2.
fn home() -> TestHome {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    home.file("january.csv", JANUARY);
    home.file("february.csv", FEBRUARY);
    add(&home, "january.csv", &["--date", "2026-01-31", "--tool", "Ahrefs"]);
    add(&home, "february.csv", &["--date", "2026-02-28", "--tool", "Ahrefs"]);
    home
}

fn add(home: &TestHome, file: &str, more: &[&str]) -> String {
    home.run(&[&["archive", "add", file], more].concat()).success()
}

#[test]
fn an_added_file_says_what_was_kept() {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    home.file("january.csv", JANUARY);
    let said = add(&home, "january.csv", &["--date", "2026-01-31", "--tool", "Ahrefs"]);
    assert_eq!(said, "january.csv: added as snapshot 1: 2 links to “example.com” (domain), Ahrefs, 2026-01-31\n");
    let again = add(&home, "january.csv", &["--tool", "Ahrefs"]);
    assert_eq!(again, "january.csv: already in the archive as snapshot 1\n");
    let said = add(&home, "january.csv", &["--target", "https://other.com/page"]);
    assert!(said.contains("“https://other.com/page” (page), file, "), "{said}");
    assert!(said.ends_with("(when the file was last changed)\n"), "{said}");
    let said =
        home.run_with(FEBRUARY, &["archive", "add", "-", "--scope", "page", "--target", "example.com"]).success();
    assert!(said.starts_with("stdin: added as snapshot 3: 2 links to “https://example.com/” (page), file"), "{said}");
    assert!(said.ends_with(" (today)\n"), "{said}");
}

#[test]
fn a_file_without_links_adds_nothing() {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    home.file("empty.csv", "url_source,url_target\n");
    home.file("empty.json", r#"{"tasks":[{"result":[{"target":"example.com","items":[]}]}]}"#);
    for file in ["empty.csv", "empty.json"] {
        assert_eq!(add(&home, file, &["--target", "example.com"]), format!("{file}: 0 links, nothing to add\n"));
        assert_eq!(add(&home, file, &[]), format!("{file}: 0 links, nothing to add\n"));
    }
    assert!(home.run(&["history"]).err.contains("No matching snapshots"));
}

#[test]
fn a_tool_is_named_only_if_its_columns_show_it() {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    home.file("domains.csv", "Domain,Backlinks\na.org,5\nb.org,6\n");
    home.file("console.csv", "Linking page,Last crawled\nhttps://a.org/,2026-01-02\nhttps://b.org/,2026-01-02\n");
    for (file, tool) in [("domains.csv", "file"), ("console.csv", "Search Console")] {
        let said = add(&home, file, &["--target", "example.com", "--date", "2026-01-31"]);
        assert!(said.contains(&format!(" (domain), {tool}, 2026-01-31")), "{said}");
    }
}

#[test]
fn bad_files_and_options_are_refused() {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    home.file("mixed.csv", "url_source,url_target\nhttps://a.org/,https://one.com/\nhttps://a.org/,https://two.com/\n");
    home.file("january.csv", JANUARY);
    for (arguments, code, expected) in [
        (&["mixed.csv"] as &[&str], 2, "mixed.csv: the links point to several targets. Choose one with --target"),
        (&["absent.csv"], 2, "absent.csv: "),
        (&["january.csv", "--date", "soon"], 2, "expected a date such as 2026-01-31"),
        (&["january.csv", "--date", "9000-01-01"], 2, "9000-01-01 is in the future"),
        (&["january.csv", "--tool", ""], 2, "expected a name"),
        (&["january.csv", "absent.csv"], 2, "absent.csv: "),
    ] {
        let ran = home.run(&[&["archive", "add"], arguments].concat());
        assert_eq!(ran.code, code, "{arguments:?}: {ran:?}");
        assert!(ran.err.contains(expected), "{arguments:?}: {}", ran.err);
    }
    assert!(home.run(&["history"]).err.contains("No matching snapshots"), "nothing was added");
}

#[test]
fn history_shows_the_tool_in_place_of_the_mode() {
    let home = home();
    home.file("other.csv", JANUARY);
    add(&home, "other.csv", &["--tool", "Semrush", "--date", "2026-01-01"]);
    let table = home.run(&["history", "-f", "table"]).success();
    assert!(table.lines().nth(1).unwrap().contains("Ahrefs"), "{table}");
    let listed: Value = serde_json::from_str(&home.run(&["history", "example.com", "-f", "json"]).success()).unwrap();
    let first = &listed[0];
    assert_eq!((&first["mode"], &first["tool"]), (&"Ahrefs".into(), &"Ahrefs".into()));
    assert_eq!((&first["asked"], &first["charged"], &first["links"]), (&Value::Null, &0.into(), &2.into()));
    let numbers = |more: &[&str]| {
        let out = home.run(&[&["history", "-f", "csv"], more].concat()).success();
        out.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(numbers(&["--tool", "ahrefs"]), ["2", "1"]);
    assert_eq!(numbers(&["--all-links"]), [""; 0]);
    assert_eq!(home.run(&["credits", "--ledger", "-f", "csv"]).success().lines().count(), 1, "not in the ledger");
}

#[test]
fn added_snapshots_are_exported_compared_and_used_for_gaps() {
    let home = home();
    let urls = |word: &str| home.run(&["export", word, "-qf", "urls"]).success();
    assert_eq!(urls("1"), "https://kept.org/\nhttps://gone.org/\n");
    assert_eq!(urls("example.com"), "https://kept.org/\nhttps://new.org/\n");
    let csv = home.run(&["export", "1", "--raw", "-f", "csv"]).success();
    assert!(csv.contains("=1+1,kept.org,example.com,https://kept.org/,https://www.example.com/"), "{csv}");
    let diff = "1 new · 1 missing · 1 in both\n+ https://new.org/\n- https://gone.org/\n";
    assert_eq!(home.run(&["diff", "example.com"]).success(), diff);
    assert_eq!(home.run(&["diff", "1", "february.csv"]).success(), diff);
    home.file("mine.csv", "url_source,url_target\nhttps://kept.org/,https://me.com/\n");
    assert_eq!(home.run(&["gap", "mine.csv", "example.com", "-f", "domains"]).success(), "new.org\n");
}

#[test]
fn diff_of_a_target_compares_like_with_like() {
    let home = home();
    home.file("other.csv", &JANUARY.replace("kept.org", "semrush.org"));
    add(&home, "other.csv", &["--tool", "Semrush", "--date", "2026-02-15"]);
    let domain = ("example.com", kew_tui::domain::Scope::Domain, kew_tui::domain::Mode::OnePerDomain);
    save_snapshot_as(&home, domain, 9, &[("a", "api.org", "https://api.org/")]);
    let diff = |more: &[&str]| home.run(&[&["diff", "example.com"], more].concat());
    assert!(diff(&["--scope", "domain"]).err.contains("Only one saved snapshot"), "there is one response");
    let ahrefs = diff(&["--tool", "Ahrefs"]).success();
    assert!(ahrefs.starts_with("1 new · 1 missing · 1 in both\n"), "{ahrefs}");
    assert!(diff(&["--tool", "Semrush"]).err.contains("Only one saved snapshot"));
    assert_eq!(diff(&["1"]).success(), ahrefs, "the newest one like it");
    let mixed = diff(&["--scope", "domain", "2", "4", "--only", "missing", "-qf", "urls"]).success();
    assert_eq!(mixed, "https://kept.org/\nhttps://new.org/\n");
}

#[test]
fn added_snapshots_are_checked_and_move_with_the_archive() {
    let home = home();
    assert_eq!(home.run(&["archive", "check"]).success(), "2 snapshots, all OK\n");
    home.run(&["archive", "export", "backup"]).success();
    let other = TestHome::new("http://127.0.0.1:9/v1");
    assert_eq!(
        other.run(&["archive", "import", &home.name("backup")]).success(),
        "2 requests imported, 0 already in the archive\n"
    );
    assert_eq!(other.run(&["archive", "check"]).success(), "2 snapshots, all OK\n");
    assert_eq!(other.run(&["history", "-f", "csv"]).success(), home.run(&["history", "-f", "csv"]).success());
    assert_eq!(other.run(&["export", "1", "-qf", "csv"]).success(), home.run(&["export", "1", "-qf", "csv"]).success());
}

#[test]
fn a_target_means_its_response_whatever_was_added() {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    save_snapshot(&home, "https://example.com/", 9, &[("a", "api.org", "https://api.org/")]);
    home.file("links.csv", JANUARY);
    add(&home, "links.csv", &["--target", "https://example.com/", "--scope", "page", "--tool", "Ahrefs"]);
    let ran = home.run(&["export", "example.com", "-f", "urls"]);
    assert!(ran.err.contains("using snapshot 1 of"), "{}", ran.err);
    assert_eq!(ran.out, "https://api.org/\n");
    let ran = home.run(&["export", "example.com", "--tool", "ahrefs", "-f", "urls"]);
    assert!(ran.err.contains("using snapshot 2 of") && ran.err.contains("2 links, Ahrefs"), "{}", ran.err);
    assert_eq!(ran.out.lines().count(), 2);
}

/// An added file costs nothing and saves nothing: what is fetched, and what it costs, is the same as without it.
#[test]
fn added_links_never_prevent_or_replace_a_fetch() {
    let demo = DemoHome::new();
    let before = demo.balance();
    demo.home.file("links.csv", "url_source,url_target\nhttps://a.org/,https://example.com/\n");
    for scope in ["page", "domain"] {
        let arguments =
            ["archive", "add", "links.csv", "--target", "example.com", "--scope", scope, "--tool", "Ahrefs"];
        demo.home.run(&arguments).success();
    }
    assert_eq!(demo.balance(), before);
    for mode in ["--one-per-domain", "--all-links"] {
        let before = demo.balance();
        let fetch =
            ["fetch", "example.com", "-n", "10", mode, "--max-age", "30d", "--max-credits", "50", "-qf", "urls"];
        let fetched = demo.home.run(&fetch).success();
        assert!(!fetched.contains("https://a.org/") && fetched.lines().count() > 1, "{fetched}");
        let paid = before - demo.balance();
        assert!(paid > 0, "it was fetched");
        demo.home.file("later.csv", &format!("url_source,url_target\nhttps://b.org/{mode},https://example.com/\n"));
        demo.home.run(&["archive", "add", "later.csv", "--target", "example.com", "--scope", "page"]).success();
        assert_eq!(demo.home.run(&fetch).success(), fetched, "from the archive");
        assert_eq!(before - demo.balance(), paid, "and free");
    }
}

#[test]
fn gap_fetches_a_target_of_which_only_added_links_are_saved() {
    let demo = DemoHome::new();
    demo.home.file("mine.csv", "url_source,url_target\nhttps://a.org/,https://me.com/\n");
    demo.home.file("rival.csv", "url_source,url_target\nhttps://b.org/,https://example.com/\n");
    demo.home.run(&["archive", "add", "rival.csv", "--target", "example.com", "--scope", "page"]).success();
    let gap = |more: &[&str]| demo.home.run(&[&["gap", "mine.csv", "example.com", "-qf", "domains"], more].concat());
    assert_eq!(gap(&[]).success(), "b.org\n", "nothing is fetched without --fetch");
    let before = demo.balance();
    let found = gap(&["--fetch", "-n", "10", "--max-credits", "50"]).success();
    assert!(demo.balance() < before && !found.contains("b.org"), "{found}");
    assert_eq!(gap(&["--fetch", "--tool", "file"]).code, 2, "they exclude each other");
}
