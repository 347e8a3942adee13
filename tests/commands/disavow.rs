//! Disavow files from files and from the archive.

use super::archive_list::save_snapshot;
use super::{CommandOutput, TestHome, read};

const SPAM: &str = "url_from,url_to,anchor\n\
    https://spam.com/a,https://me.com/,casino\n\
    https://x.blogspot.com/b,https://www.me.com/,pills\n\
    https://shop.me.com/z,https://me.com,self\n\
    https://friend.org/,https://me.com,casino\n\
    http://1.2.3.4/x,https://me.com,casino\n";

fn home() -> TestHome {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    home.file("spam.csv", SPAM);
    home
}

#[test]
fn an_old_list_is_merged_and_keeps_its_comments() {
    let home = home();
    home.file("old.txt", "\u{feff}# May\r\ndomain: spam.com\r\nhttps://sub.spam.com/x\r\nfoo bar\r\n");
    home.file("friends.txt", "# never\nfriend.org\n");
    let arguments = ["disavow", "--merge", "old.txt", "--whitelist", "friends.txt", "spam.csv", "-o", "new.txt"];
    let ran = home.run(&arguments);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{ran:?}");
    assert_eq!(read(home.path("new.txt")), "# May\ndomain:spam.com\nfoo bar\ndomain:x.blogspot.com\n");
    for expected in [
        "Not added: 1.2.3.4: IP address, which Google accepts only in page URLs",
        "Not added: domain:me.com: your own",
        "Not added: domain:friend.org: whitelisted",
        "Line 4 of the old file was not recognized, kept unchanged: foo bar (not a page URL)",
        "1 kept · 1 added · 1 duplicate · 1 already covered · 3 skipped · 1 not recognized",
    ] {
        assert!(ran.err.contains(expected), "{expected}: {}", ran.err);
    }
    let quiet = home.run(&["-q", "disavow", "--merge", "new.txt", "--whitelist", "friends.txt", "spam.csv"]);
    assert_eq!((quiet.out, quiet.err), (read(home.path("new.txt")), String::new()), "merging again changes nothing");
}

#[test]
fn disavow_lists_pages_and_applies_a_filter() {
    let home = home();
    let filtered = home.run(&["disavow", "spam.csv", "--filter", "anchor:casino|pills -domain:.org"]).success();
    assert_eq!(filtered, "domain:spam.com\ndomain:x.blogspot.com\n");
    let pages = home.run(&["disavow", "spam.csv", "--filter", "anchor:casino", "--urls"]).success();
    assert_eq!(pages, "https://spam.com/a\nhttps://friend.org/\nhttp://1.2.3.4/x\n");
    let stdin: CommandOutput = {
        let mut command = home.command(&["disavow", "-"]);
        command.stdin(std::fs::File::open(home.path("spam.csv")).unwrap());
        command.output().unwrap().into()
    };
    assert!(stdin.success().contains("domain:friend.org"));
}

#[test]
fn missing_or_invalid_input_writes_nothing() {
    let home = home();
    home.file("odd.csv", "Seite,Ziel\nhttps://a.com/,https://me.com/\n");
    for (arguments, code, expected) in [
        (&["disavow"] as &[&str], 2, "FILE"),
        (&["disavow", "--merge", "no.txt", "spam.csv"], 2, "no.txt"),
        (&["disavow", "no.csv"], 2, "No file or saved snapshot called “no.csv”"),
        (&["disavow", "17"], 2, "No file or saved snapshot called “17”"),
        (&["disavow", "odd.csv"], 2, "--map source="),
        (&["disavow", "odd.csv", "--map", "source=9"], 2, "no column called “9”"),
        (&["disavow", "spam.csv", "--filter", "anchor:\"x"], 2, "filter"),
    ] {
        let ran = home.run(&[arguments, &["--output=out.txt"] as &[&str]].concat());
        assert!(ran.code == code && ran.err.contains(expected), "{arguments:?}: {ran:?}");
        assert!(!home.path("out.txt").exists(), "{arguments:?}");
    }
    let mapped = home.run(&["disavow", "odd.csv", "--map", "source=Seite,target=2"]);
    assert_eq!(mapped.success(), "domain:a.com\n");
}

#[test]
fn disavow_uses_the_newest_response_free() {
    let home = home();
    let links = [("casino", "bad.com", "https://bad.com/1"), ("me", "me.com", "https://blog.me.com/")];
    let number = save_snapshot(&home, "me.com", 2, &links);
    save_snapshot(&home, "other.com", 2, &[]);
    let by_target = home.run(&["disavow", "me.com"]);
    assert!(by_target.err.contains(&format!("https://me.com/: using snapshot {number} of ")), "{by_target:?}");
    assert!(by_target.err.contains("2 links of 2") && by_target.err.contains("your own"), "{by_target:?}");
    assert_eq!(by_target.success(), "domain:bad.com\n");
    assert_eq!(home.run(&["disavow", &number.to_string()]).success(), "domain:bad.com\n");
    let ran = home.run(&["disavow", "me.com", "--scope", "domain"]);
    assert!(ran.code == 2 && ran.err.contains("No file or saved snapshot called"), "{ran:?}");
}

#[test]
fn a_file_named_like_a_target_is_reported() {
    let home = home();
    save_snapshot(&home, "example.com", 5, &[("a", "b.com", "https://b.com/")]);
    let note =
        "example.com: read as a file; use ./example.com for the file, or https://example.com for the saved target";
    assert!(!home.run(&["disavow", "example.com"]).err.contains("read as a file"));
    home.file("example.com", "url_from,url_to\nhttps://planted.com/x,https://me.com/\n");
    let ran = home.run(&["disavow", "example.com"]);
    assert!(ran.out.contains("planted.com") && ran.err.contains(note), "{ran:?}");
    let file = home.run(&["disavow", "./example.com"]);
    assert!(file.out == ran.out && !file.err.contains("read as"), "{file:?}");
    let archive = home.run(&["disavow", "https://example.com"]);
    assert!(archive.out.contains("domain:b.com") && !archive.out.contains("planted"), "{archive:?}");
    assert!(!home.run(&["-q", "disavow", "example.com"]).err.contains("read as"));
}

#[test]
fn lists_in_any_encoding_and_with_any_line_ending_are_merged() {
    let home = home();
    let old = b"domain:eins.example\rdomain:m\xFCnchen.example\r# geh\xF6rt Spammern\r";
    std::fs::write(home.path("old.txt"), old).unwrap();
    let friends: Vec<u8> = "www.friend.org\nspam.com".encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(home.path("friends.txt"), friends).unwrap();
    let ran = home.run(&["disavow", "--merge", "old.txt", "--whitelist", "friends.txt", "spam.csv"]);
    assert_eq!(
        ran.out,
        "domain:eins.example\ndomain:xn--mnchen-3ya.example\n# gehört Spammern\ndomain:x.blogspot.com\n"
    );
    for note in ["old.txt: read as Windows-1252", "friends.txt: read as UTF-16", "domain:friend.org: whitelisted"] {
        assert!(ran.err.contains(note), "{note}: {ran:?}");
    }
}

#[test]
fn the_number_of_unlisted_lines_is_reported() {
    let home = home();
    let lines = (1..=60).map(|n| format!("spam{n}.example\n")).collect::<String>();
    home.file("old.txt", &lines);
    home.file("long.csv", &format!("url_from\nhttps://a.com/{}\n", "x".repeat(2_048)));
    let ran = home.run(&["disavow", "--merge", "old.txt", "--urls", "long.csv"]);
    assert_eq!(ran.out, lines);
    assert_eq!(ran.err.matches("and 40 more").count(), 1, "{ran:?}");
    for note in [
        "Line 20 of the old file was not recognized, kept unchanged: spam20.example (domain name without “domain:”)",
        "…: longer than 2,048 characters",
        "0 kept · 0 added · 0 duplicates · 0 already covered · 1 skipped · 60 not recognized",
    ] {
        assert!(ran.err.contains(note), "{note}: {}", ran.err);
    }
}

#[test]
fn a_whitelist_that_cannot_be_read_disavows_nothing() {
    let home = home();
    for line in [
        "spam.com\tfriend",
        "x.example, spam.com",
        "https://x.example/ https://spam.com/",
        "https://x.example/,https://spam.com/",
        "spam",
    ] {
        home.file("friends.txt", &format!("# never\nfriend.org # friend\n{line}\n"));
        let ran = home.run(&["disavow", "spam.csv", "--whitelist", "friends.txt", "--output=out.txt"]);
        let message = ran.err.contains("friends.txt:3: not a domain or URL: ") && !ran.err.contains("friends.txt:2");
        assert!(ran.code == 2 && message && !home.path("out.txt").exists(), "{line}: {ran:?}");
    }
    let lines: String = (1..=60).map(|n| format!("spam{n} friend\n")).collect();
    home.file("friends.txt", &lines);
    let ran = home.run(&["disavow", "spam.csv", "--whitelist", "friends.txt"]);
    assert!(ran.out.is_empty() && ran.err.contains("friends.txt:20: ") && ran.err.contains("and 40 more"), "{ran:?}");
}

#[test]
fn a_list_that_is_overwritten_is_kept() {
    let home = home();
    let merge = |filter: &str| {
        let arguments = ["disavow", "--merge", "disavow.txt", "spam.csv", "-o", "disavow.txt", "--force"];
        home.run(&[&arguments[..], &["--filter", filter]].concat())
    };
    home.file("disavow.txt", "# mine\r\ndomain:a.com\r\n");
    let first = merge("anchor:pills");
    assert!(first.code == 0 && first.err.contains("The previous list is kept as "), "{first:?}");
    assert_eq!(read(home.path("disavow.txt")), "# mine\ndomain:a.com\ndomain:x.blogspot.com\n");
    assert_eq!(read(home.path("disavow.txt.bak")), "# mine\r\ndomain:a.com\r\n");
    assert!(!merge("anchor:pills").err.contains("The previous list"), "nothing changes");
    assert!(merge("domain:spam.com").err.contains("disavow.txt.bak.2"));
    assert_eq!(read(home.path("disavow.txt.bak")), "# mine\r\ndomain:a.com\r\n");
    assert_eq!(read(home.path("disavow.txt.bak.2")), "# mine\ndomain:a.com\ndomain:x.blogspot.com\n");
}

#[test]
fn googles_limits_are_reported() {
    let home = home();
    home.file("old.txt", &"#\n".repeat(100_001));
    let ran = home.run(&["disavow", "--merge", "old.txt"]);
    assert!(ran.code == 0 && ran.err.contains("at most 100,000 lines; this list has 100,001"), "{}", ran.err);
    home.file("old.txt", &format!("# {}\n", "x".repeat(2 * 1024 * 1024)));
    let ran = home.run(&["disavow", "--merge", "old.txt"]);
    assert!(ran.err.contains("at most 2 MiB") && !ran.err.contains("lines"), "{}", ran.err);
}

#[test]
fn domains_as_a_format_say_what_is_left_out() {
    let home = home();
    let ran = home.run(&["export", "spam.csv", "-f", "disavow"]);
    assert!(ran.out.contains("domain:spam.com"), "{ran:?}");
    assert!(ran.err.contains("1 link left out (IP address, which Google accepts only in page URLs)"), "{ran:?}");
}
