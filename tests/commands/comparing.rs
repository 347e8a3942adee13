//! `diff`: from the archive, in any format.

use super::{ArchiveLocation, read, archive_list};

fn place() -> ArchiveLocation {
    let place = ArchiveLocation::new("http://127.0.0.1:9/v1");
    let kept = ("a", "kept.org", "https://kept.org/");
    archive_list::keep(&place, "https://example.com/", 9, &[kept, ("a", "gone.org", "https://gone.org/")]);
    let new = [
        kept,
        ("b", "z.org", "https://z.org/"),
        ("c", "kept.org", "https://kept.org/2"),
        ("c", "b.org", "https://b.org/"),
    ];
    archive_list::keep(&place, "https://example.com/", 9, &new);
    place
}

#[test]
fn the_settings_say_which_snapshots_unless_the_command_line_does() {
    use kew_tui::domain::{Mode, Scope};
    let place = place();
    for url in ["https://old.org/", "https://now.org/"] {
        archive_list::keep_as(&place, ("example.com", Scope::Domain, Mode::AllLinks), 9, &[("a", "a.org", url)]);
    }
    let settings = place.file("config.toml", "mode = \"all-links\"\nscope = \"domain\"\n");
    let diff = |more: &[&str]| -> super::Ran {
        let arguments = [&["diff", "example.com", "-qf", "urls"], more].concat();
        place.command(&arguments).env("KEW_CONFIG", &settings).output().unwrap().into()
    };
    assert_eq!(diff(&[]).good(), "https://now.org/\nhttps://old.org/\n");
    let overruled = diff(&["--scope", "page", "--one-per-domain", "--only", "gone"]);
    assert_eq!(overruled.good(), "https://gone.org/\n");
    assert_eq!(diff(&["--scope", "page"]).code, 2, "the archive has no such page with all links");
    assert_eq!(place.run(&["diff", "example.com", "--scope", "domain", "--all-links", "-qf", "urls"]).code, 0);
}

#[test]
fn what_is_new_and_what_was_not_seen_again() {
    let place = place();
    let diff = |more: &[&str]| place.run(&[&["diff", "example.com"], more].concat());
    let lines =
        "3 new · 1 not seen · 1 kept\n+ https://z.org/\n+ https://kept.org/2\n+ https://b.org/\n- https://gone.org/\n";
    assert_eq!(diff(&[]).good(), lines);
    let colored = diff(&["--color", "always"]).good();
    assert!(
        colored.contains("\x1b[32m+ https://z.org/") && colored.contains("\x1b[31m- https://gone.org/"),
        "{colored}"
    );
    let ran = diff(&["-f", "urls", "--only", "new", "--sort", "source-url"]);
    assert_eq!(ran.err, "3 new · 1 not seen · 1 kept\n");
    assert_eq!(ran.good(), "https://b.org/\nhttps://kept.org/2\nhttps://z.org/\n");
    assert_eq!(diff(&["-qf", "urls", "--filter", "is:new -is:new-domain"]).good(), "https://kept.org/2\n");
    assert_eq!(diff(&["-qf", "domains", "--by-domain", "--only", "new"]).good(), "z.org\nb.org\n");
    assert_eq!(diff(&["-qo", "new.ndjson", "--only", "new"]).good(), "");
    assert_eq!(read(place.path("new.ndjson")).lines().count(), 3);
    assert_eq!(diff(&["-qo", "new.ndjson"]).code, 2);
    assert_eq!(diff(&["2", "1", "--only", "new", "-qf", "urls"]).code, 0);
    assert_eq!(diff(&["7"]).code, 2);
}
