//! The `ascii` and `ambiguous_width` settings: own text in ASCII, ambiguous characters in two cells.

use super::terminal::Session;
use crate::support::program::TestHome;

/// A session with these settings and ASCII links, each with `anchor` before its anchor text.
fn session(settings: &str, anchor: &str) -> Session {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    let mut csv = "anchor_text,domain_source,domain_target,url_source,url_target\n".to_owned();
    for i in 0..80 {
        csv.push_str(&format!("{anchor}anchor {i},{}.com,me.com,https://{i}.com/a/b?c=d,https://me.com/x\n", i / 3));
    }
    let links = home.file("links.csv", &csv);
    let settings = home.file("config.toml", settings);
    let mut session = Session::start(&["open", &links], &[("KEW_CONFIG", &settings)]);
    session.wait_for("from 1 file");
    session.keys("l");
    session.wait_for("anchor 7");
    // The files are deleted with the home; the program has read them.
    session
}

/// The non-ASCII characters on the screen.
fn non_ascii(session: &Session) -> Vec<String> {
    session.with_screen(|screen| screen.rows(0, 120).filter(|line| !line.is_ascii()).collect())
}

#[test]
fn the_ascii_setting_makes_all_program_text_ascii() {
    for settings in ["ascii = true\n", "ambiguous_width = 2\n"] {
        let mut session = session(settings, "");
        for (keys, expected, back) in [
            ("s", "by Referring domain ^", "s"),
            ("S", "Referring domain", "S"),
            ("/domain:1\r", "50 of 80 links", ""),
            ("z", "domains", "z"),
            ("/\x15nope:x", "Unknown field", "\x15\r"),
            ("vjj ", "marked", "U"),
            ("?", "All keys", "q"),
            (":", "Commands", "\x1b"),
            ("f", "values -", "\x1b"),
            ("c", "Columns", "\x1b"),
            ("Y", "Copy", "\x1b"),
            ("$", "Ledger", "\x1b"),
            ("x", "Tab completes", "\x1b"),
            ("H", "Archive - ", "\x1b"),
            ("e\x05\x15exa mple", "exa mple", "\x1b"),
            ("]]", "~", "[["),
        ] {
            session.keys(keys);
            session.wait_for(expected);
            assert_eq!(non_ascii(&session), [""; 0], "{settings} {keys:?}");
            session.keys(back);
            if back == "\x1b" || back == "q" {
                session.wait_for_gone(expected);
            }
        }
    }
}

#[test]
fn the_ascii_setting_applies_to_the_first_page() {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    let settings = home.file("config.toml", "ascii = true\n");
    for (arguments, expected) in [(&["--demo"][..], "Demo targets"), (&[], "No API key is set yet.")] {
        let session = Session::start(arguments, &[("KEW_CONFIG", &settings)]);
        session.wait_for(expected);
        assert_eq!(non_ascii(&session), [""; 0]);
    }
}

#[test]
fn ambiguous_width_follows_the_setting() {
    for (settings, behind) in [("", 1), ("ambiguous_width = 2\n", 2)] {
        let session = session(settings, "→Ж");
        let line = session.with_screen(|screen| {
            let cell = |x| screen.cell(5, x).map(|cell| cell.contents().to_owned()).unwrap_or_default();
            (0..80).map(cell).collect::<Vec<_>>()
        });
        let at = line.iter().position(|cell| cell == "→").unwrap();
        assert_eq!((line[at + behind].as_str(), line[at + 2 * behind].as_str()), ("Ж", "a"), "{line:?}");
    }
}
