//! Hostile text in links, file names and server messages never comes out of the real program unsafe: no control characters
//! but line breaks and tabs, and nothing that hides or reorders text.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use kew_tui::api::response;
use kew_tui::app::overlay::copy_formats;
use kew_tui::domain::facet::Facet;
use kew_tui::domain::text::is_unsafe_char;
use kew_tui::domain::{Link, LinkSet};
use kew_tui::formats::{self, Format, Formulas};

use super::output::unexpected_output;
use super::terminal::Session;
use crate::commands::hostile_archive::tamper;
use crate::support::charging_server::{ChargingServer, Reply, row};
use crate::support::program::TestHome;
use crate::support::{hostile_links, hostile_text};

/// The first unsafe character, except line breaks, tabs and the joiners of emoji.
fn find_unsafe(text: &str) -> Option<char> {
    let harmless = |c: &char| matches!(c, '\n' | '\t' | '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}');
    text.chars().find(|c| (c.is_control() || is_unsafe_char(*c)) && !harmless(c))
}

/// The hostile links as a response in a file with a hostile name.
fn hostile_file(directory: &Path) -> std::path::PathBuf {
    let links = hostile_links();
    let rows: Vec<_> = links.rows().collect();
    let mut json = Vec::new();
    formats::write(Format::Json, &links, &rows, Formulas::Raw, &mut json).unwrap();
    let path = directory.join("li\u{1b}]0;owned\u{7}\u{202e}nks\n.json");
    fs::write(&path, json).unwrap();
    path
}

#[test]
fn hostile_links_are_safe_on_screen_clipboard_files_and_browser() {
    let directory = tempfile::tempdir().unwrap();
    let path = hostile_file(directory.path());
    let opened = directory.path().join("opened");
    let browser = directory.path().join("browser");
    fs::write(&browser, format!("#!/bin/sh\nprintf '%s\\n' \"$@\" >> '{}'\n", opened.display())).unwrap();
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).unwrap();
    let log = directory.path().join("log");
    let environment = [
        ("SSH_TTY", "/dev/pts/9"),
        ("BROWSER", browser.to_str().unwrap()),
        ("KEW_LOG", log.to_str().unwrap()),
        ("PATH", "/usr/bin:/bin"),
    ];
    // It begins like links, so that it fails on the screen, with its name.
    let barren = directory.path().join("no links\u{1b}[31m\u{202e}.csv");
    fs::write(&barren, format!("Source url,Anchor\n\"{}", "x".repeat(200_000))).unwrap();
    let mut session = Session::start(&["open", path.to_str().unwrap(), barren.to_str().unwrap()], &environment);
    session.wait_for("4 links from 2 files");

    // The screen: each link, the detail pane from top to bottom, every facet, the list of what can be copied, help.
    for keys in ["jjj", "ggllll", "\tjjjjjG\t", "s", "s", "s", "=", "F", "/cmd\r", "F"] {
        session.keys(keys);
    }
    for _ in Facet::all(&LinkSet::default()) {
        session.keys("f\t\tf");
    }
    session.keys("?q");

    // The clipboard, in each format; the second link has an address that can be opened.
    session.keys("gga");
    for at in 0..copy_formats().count() {
        session.keys(&format!("Y{}\r", "j".repeat(at)));
    }

    session.wait_for("copied");

    // Files, in each format.
    for (extension, _) in Format::EXTENSIONS {
        let file = directory.path().join(format!("out.{extension}"));
        session.keys(&format!("x{}\r", file.display()));
        session.wait_for(&format!("out.{extension}"));
    }

    // The browser gets web addresses with everything else encoded.
    session.keys("Uggj");
    session.keys("o");
    session.wait_for("sent to the browser");
    session.keys("ggG");
    session.keys("o");
    session.wait_for("not an http or https URL");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_terminal_restored();

    let output = session.output();
    assert_eq!(unexpected_output(&output), None);
    for copied in clipboards(&output) {
        assert_eq!(find_unsafe(&copied), None, "{copied:?}");
    }
    for &(extension, format) in Format::EXTENSIONS {
        let path = directory.path().join(format!("out.{extension}"));
        let Ok(text) = String::from_utf8(fs::read(&path).unwrap()) else { continue };
        assert_eq!(find_unsafe(&text), None, "{extension}");
        if format == Format::Json {
            let response = response::read(text.as_bytes()).unwrap();
            for row in hostile_links().rows() {
                // Domains that are none are derived from the URLs.
                let texts = |link: Link| [link.anchor, link.source_url, link.target_url].map(str::to_owned);
                assert_eq!(texts(response.links.link(row)), texts(hostile_links().link(row)), "as it came");
            }
        }
    }
    let opened = fs::read_to_string(opened).unwrap();
    assert!(
        opened.starts_with("https://xn--") && opened.trim_end().bytes().all(|b| b.is_ascii_graphic()),
        "{opened:?}"
    );
    assert_eq!(find_unsafe(&fs::read_to_string(log).unwrap_or_default()), None);
}

/// Every text sent to the terminal's clipboard.
fn clipboards(output: &str) -> Vec<String> {
    use base64::Engine;
    let encoded = output.split("\x1b]52;c;").skip(1).filter_map(|rest| rest.split('\u{7}').next());
    let decode = |text| base64::engine::general_purpose::STANDARD.decode(text).unwrap();
    encoded.map(|text| String::from_utf8(decode(text)).unwrap()).collect()
}

#[test]
fn hostile_server_messages_are_safe_everywhere() {
    let words = serde_json::to_string(&hostile_text()).unwrap();
    let server = ChargingServer::start(true, move |_| {
        Reply::free(402, "", &format!(r#"{{"message":{words},"description":{words}}}"#))
    });
    let home = TestHome::new(&server.url);
    let log = home.name("log");
    let environment = [
        ("KEW_DATA_DIR", home.name("data")),
        ("KEW_API_URL", server.url.clone()),
        ("KEYWORDS_EVERYWHERE_API_KEY", "k".to_owned()),
        ("KEW_LOG", log.clone()),
    ];
    let environment: Vec<(&str, &str)> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut session = Session::start(&["example.com"], &environment);
    session.wait_for("balance");
    session.keys("\r");
    session.wait_for("Not enough credits");
    session.keys("$");
    session.wait_for("rejected:");
    session.keys("\x1b");
    session.wait_for_gone("rejected:");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    assert_eq!(unexpected_output(&session.output()), None);

    for format in ["table", "csv", "json"] {
        let ran = home.run(&["credits", "--ledger", "-f", format]);
        assert!(ran.out.contains("refused"), "{ran:?}");
        assert_eq!(find_unsafe(&ran.out), None, "{format}: {:?}", ran.out);
        assert_eq!(find_unsafe(&ran.err), None, "{format}: {:?}", ran.err);
        assert!(format != "csv" || !ran.out.contains(",=cmd"), "a spreadsheet would run it: {}", ran.out);
    }
    assert_eq!(find_unsafe(&fs::read_to_string(log).unwrap_or_default()), None);
}

#[test]
fn hostile_files_and_arguments_are_safe_in_output() {
    let home = TestHome::new("http://127.0.0.1:9/v1");
    let path = hostile_file(&home.path(""));
    let path = path.to_str().unwrap();
    let config =
        home.file("config\u{1b}[31m.toml", "\"num\\u001b]0;x\\u0007ber\" = 5\nscope = \"\\u202epage\\u009b\"\n");
    for arguments in [
        vec!["disavow", path],
        vec!["gap", path, path],
        vec!["diff", "https://example.com/\u{1b}[31m\u{202e}"],
        vec!["history", "https://example.com/\u{1b}[31m\u{202e}"],
        vec!["open", "--map", "source=\u{1b}[31m\u{202e}", path],
        vec!["--scope", "\u{1b}[31m\u{202e}"],
        vec!["\u{1b}[31m\u{202e}", "\u{9b}31m", "--no-such-option\u{1b}[31m\u{202e}"],
    ] {
        let ran = home.run(&arguments);
        assert_eq!(find_unsafe(&ran.out), None, "{arguments:?}: {:?}", ran.out);
        assert_eq!(find_unsafe(&ran.err), None, "{arguments:?}: {:?}", ran.err);
    }
    let ran = home.command(&["history"]).env("KEW_CONFIG", config).output().unwrap();
    let error = String::from_utf8(ran.stderr).unwrap();
    assert!(error.contains("unknown setting"), "{error}");
    assert_eq!(find_unsafe(&error), None, "{error:?}");
}

#[test]
fn a_damaged_snapshot_is_reported_and_others_open() {
    let server = ChargingServer::start(true, |request| Reply::of(request, &[row(0, "a"), row(1, "b")]));
    for damage in ["raw_bytes = 1 << 40", "raw_bytes = -1", "zstd = zeroblob(64)"] {
        let home = TestHome::new(&server.url);
        for target in ["one.com", "two.com"] {
            home.run(&["fetch", target, "-n", "9", "-q", "-f", "urls"]).success();
        }
        tamper(&home, &[&format!("UPDATE answers SET {damage} WHERE request_id = 2")]);
        let data = home.name("data");
        let environment = [("KEW_DATA_DIR", data.as_str()), ("KEW_API_URL", server.url.as_str())];
        let mut session = Session::start(&[], &environment);
        session.wait_for("No API key is set yet.");
        session.keys("\x03");
        session.wait_for("q quit");
        session.keys("H");
        session.wait_for("two.com");
        session.keys("\r");
        session.wait_for("can't open the snapshot");
        session.wait_for("damaged");
        session.keys("j\r");
        session.wait_for("Link 1 of 2");
        session.check_responsive_and_quit();
    }
}
