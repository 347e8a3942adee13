//! `diff`: from the archive, in any format.

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
