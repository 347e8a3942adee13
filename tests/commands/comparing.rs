//! `diff`: from the archive and from files, in any format.

use super::{TestHome, archive_list, read};

fn home() -> TestHome {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    let kept = ("a", "kept.org", "https://kept.org/");
    archive_list::save_snapshot(&home, "https://example.com/", 9, &[kept, ("a", "gone.org", "https://gone.org/")]);
    let new = [
        kept,
        ("b", "z.org", "https://z.org/"),
        ("c", "kept.org", "https://kept.org/2"),
        ("c", "b.org", "https://b.org/"),
    ];
    archive_list::save_snapshot(&home, "https://example.com/", 9, &new);
    home
}

#[test]
fn options_override_the_settings_for_diff() {
    use kew_tui::domain::{Mode, Scope};
    let home = home();
    for url in ["https://old.org/", "https://now.org/"] {
        archive_list::save_snapshot_as(
            &home,
            ("example.com", Scope::Domain, Mode::AllLinks),
            9,
            &[("a", "a.org", url)],
        );
    }
    let settings = home.file("config.toml", "mode = \"all-links\"\nscope = \"domain\"\n");
    let diff = |more: &[&str]| -> super::CommandOutput {
        let arguments = [&["diff", "example.com", "-qf", "urls"], more].concat();
        home.command(&arguments).env("KEW_CONFIG", &settings).output().unwrap().into()
    };
    assert_eq!(diff(&[]).success(), "https://now.org/\nhttps://old.org/\n");
    for missing in ["missing", "gone"] {
        let overruled = diff(&["--scope", "page", "--one-per-domain", "--only", missing]);
        assert_eq!(overruled.success(), "https://gone.org/\n", "{missing}");
    }
    assert_eq!(diff(&["--scope", "page"]).code, 2, "the archive has no such page with all links");
    assert_eq!(home.run(&["diff", "example.com", "--scope", "domain", "--all-links", "-qf", "urls"]).code, 0);
}

#[test]
fn diff_lists_new_and_missing_links() {
    let home = home();
    let diff = |more: &[&str]| home.run(&[&["diff", "example.com"], more].concat());
    let lines = "3 new · 1 missing · 1 in both\n+ https://z.org/\n+ https://kept.org/2\n+ https://b.org/\n- https://gone.org/\n";
    assert_eq!(diff(&[]).success(), lines);
    let colored = diff(&["--color", "always"]).success();
    assert!(
        colored.contains("\x1b[32m+ https://z.org/") && colored.contains("\x1b[31m- https://gone.org/"),
        "{colored}"
    );
    let ran = diff(&["-f", "urls", "--only", "new", "--sort", "source-url"]);
    assert_eq!(ran.err, "3 new · 1 missing · 1 in both\n");
    assert_eq!(ran.success(), "https://b.org/\nhttps://kept.org/2\nhttps://z.org/\n");
    assert_eq!(diff(&["-qf", "urls", "--filter", "is:new -is:new-domain"]).success(), "https://kept.org/2\n");
    assert_eq!(diff(&["-qf", "domains", "--by-domain", "--only", "new"]).success(), "z.org\nb.org\n");
    assert_eq!(diff(&["-qo", "new.ndjson", "--only", "new"]).success(), "");
    assert_eq!(read(home.path("new.ndjson")).lines().count(), 3);
    assert_eq!(diff(&["-qo", "new.ndjson"]).code, 2);
    assert_eq!(diff(&["2", "1", "--only", "new", "-qf", "urls"]).code, 0);
    assert_eq!(diff(&["7"]).code, 2);
}

const NEW_CSV: &str =
    "url_source,url_target\nhttps://kept.org/,https://example.com/\nhttps://z.org/,https://example.com/\n";
const OLD_CSV: &str =
    "url_source,url_target\nhttps://kept.org/,https://example.com/\nhttps://gone.org/,https://example.com/\n";

#[test]
fn diff_compares_files_with_files_stdin_and_snapshots() {
    let home = home();
    home.file("old.csv", OLD_CSV);
    home.file("new.csv", NEW_CSV);
    let changes = "+ https://z.org/\n- https://gone.org/\n";
    let counts = "1 new · 1 missing · 1 in both\n";
    let files = home.run(&["diff", "old.csv", "new.csv"]);
    assert_eq!(files.err, "");
    assert_eq!(files.success(), format!("{counts}{changes}"));
    assert_eq!(home.run_with(NEW_CSV, &["diff", "old.csv", "-"]).success(), format!("{counts}{changes}"));
    assert_eq!(home.run(&["diff", "1", "new.csv"]).success(), format!("{counts}{changes}"));
    let by_domain = ["diff", "new.csv", "old.csv", "--by-domain", "--only", "new", "-qf", "domains"];
    assert_eq!(home.run(&by_domain).success(), "gone.org\n");
    let mixed =
        home.run(&["diff", "example.com", "new.csv", "--only", "missing", "--filter", "url:b.org", "-f", "urls"]);
    assert_eq!(mixed.out, "https://b.org/\n");
    assert!(mixed.err.contains("using snapshot 2 of"), "{}", mixed.err);
    assert_eq!(home.run(&["diff", "1", "2", "--only", "new", "-qf", "domains"]).success(), "z.org\nkept.org\nb.org\n");
}

#[test]
fn a_file_has_no_limit_and_a_snapshot_keeps_its_own() {
    let home = home();
    archive_list::save_snapshot(&home, "https://cut.com/", 1, &[("a", "kept.org", "https://kept.org/")]);
    home.file("new.csv", &NEW_CSV.replace("example.com", "target.example"));
    home.file(
        "cut.csv",
        "url_source,url_target\nhttps://a.org/,https://target.example/\nhttps://b.org/,https://target.example/\n",
    );
    let diff = |old: &str, new: &str| home.run(&["diff", old, new]).success().lines().next().unwrap().to_owned();
    assert_eq!(diff("new.csv", "cut.csv"), "2 new · 2 missing · 0 in both");
    assert_eq!(diff("3", "new.csv"), "1 new · 1 missing · 0 in both · 1 outside the limit");
}

#[test]
fn a_target_and_a_number_stay_a_target_and_its_snapshot() {
    let home = home();
    let of_target = home.run(&["diff", "example.com", "1", "-qf", "urls"]).success();
    home.file("example.com", OLD_CSV);
    assert_eq!(home.run(&["diff", "example.com", "1", "-qf", "urls"]).success(), of_target);
    assert_eq!(home.run(&["diff", "./example.com", "1", "--only", "both", "-qf", "urls"]).success().lines().count(), 2);
    home.file("links.csv", OLD_CSV);
    for (words, expected) in [
        (&["links.csv"] as &[&str], "Nothing to compare links.csv with"),
        (&["1"], "Nothing to compare 1 with"),
        (&["-", "-"], "Only one of the lists can come from stdin"),
        (&["example.com", "1", "links.csv"], "“links.csv” is not a snapshot number"),
        (&["absent.csv", "1"], "No file or saved snapshot called “absent.csv”"),
        (&["links.csv", "99"], "No file or saved snapshot called “99”"),
    ] {
        let ran = home.run(&[&["diff"], words].concat());
        assert_eq!(ran.code, 2, "{words:?}: {}", ran.err);
        assert!(ran.err.contains(expected), "{words:?}: {}", ran.err);
    }
}
