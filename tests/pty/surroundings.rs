//! Unusual environments: no home, a full disk, an unwritable log, a locked archive, no browser or clipboard, another locale.
//! Also: secrets stay where the user put them.

use std::fs;
use std::process::Command;

use sqlx::Connection;

use super::terminal::Session;
use crate::support::charging_server::{ChargingServer, Reply, row};
use crate::support::program::{CommandOutput, TestHome};

const SECRET: &str = "kw-5ecret-0f-the-user";

fn unreachable_api() -> TestHome {
    TestHome::new("http://127.0.0.1:9/v1")
}

fn ran(command: &mut Command) -> CommandOutput {
    command.output().unwrap().into()
}

#[test]
fn a_missing_home_is_reported_or_not_needed() {
    let home = unreachable_api();
    // A home that is not a directory, so nothing can be stored there.
    let file = home.file("no-home", "");
    let refused = ran(home.command(&["history"]).env("HOME", &file).env_remove("KEW_DATA_DIR"));
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.err.contains("no-home"), "{refused:?}");
    let works = ran(home.command(&["history"]).env_remove("HOME"));
    assert_eq!(works.code, 0, "{works:?}");
}

#[test]
fn an_unwritable_directory_is_reported_with_its_path() {
    let home = unreachable_api();
    let blocked = home.file("blocked", "");
    let refused = ran(home.command(&["history"]).env("KEW_DATA_DIR", format!("{blocked}/data")));
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("blocked"), "{refused:?}");
    let refused = ran(home.command(&["history"]).env("KEW_LOG", format!("{blocked}/log")));
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("KEW_LOG") && refused.err.contains("blocked"), "{refused:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_cleanly() {
    let home = unreachable_api();
    let full = || fs::File::create("/dev/full").unwrap();
    let lost = ran(home.command(&["history"]).stdout(full()));
    assert_eq!(lost.code, 1, "{lost:?}");
    assert!(lost.err.contains("No space left"), "{lost:?}");
    // Without stderr there is still an exit code, and no panic.
    assert_eq!(home.command(&["history"]).stdout(full()).stderr(full()).status().unwrap().code(), Some(1));
    // A log that can't be written does not affect the program.
    let mut session = Session::start(&["--demo"], &[("KEW_LOG", "/dev/full")]);
    session.wait_for("Demo targets");
    session.keys("e\x05\x15error-400.example\r");
    session.wait_for("rejected the request");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_terminal_restored();
}

#[test]
fn broken_settings_report_file_line_and_suggestion() {
    let home = unreachable_api();
    for (text, expected) in [
        ("number = 5\nscoop = \"page\"\n", ":2: unknown setting “scoop”; did you mean “scope”?"),
        ("[limits]\n\nidel_seconds = 5\n", ":3: unknown setting “limits.idel_seconds”; did you mean “idle_seconds”?"),
        ("number = \n", ":1: "),
        ("number = 99999999999999999999\n", ":1: "),
        ("[[keys]]\non = [\"ctrl-\"]\nrun = \"quit\"\nin = [\"table\"]\n", ":2: "),
    ] {
        let config = home.file("config.toml", text);
        let refused = ran(home.command(&["history"]).env("KEW_CONFIG", &config));
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(refused.err.contains(&format!("{config}{expected}")), "{text:?}: {refused:?}");
    }
    fs::write(home.path("config.toml"), b"number = 5 # \xff\xfe").unwrap();
    let read = ran(home.command(&["history"]).env("KEW_CONFIG", home.name("config.toml")));
    assert_eq!(read.code, 0, "Windows-1252: {read:?}");
    let directory = ran(home.command(&["history"]).env("KEW_CONFIG", home.name("")));
    assert_eq!(directory.code, 2);
}

#[cfg(unix)]
#[test]
fn a_non_utf8_api_url_is_refused() {
    use std::os::unix::ffi::OsStrExt;
    let home = unreachable_api();
    let broken = std::ffi::OsStr::from_bytes(b"https://example.com/\xff");
    for arguments in [
        &["credits"] as &[&str],
        &["fetch", "example.com"],
        &["gap", "example.com", "rival.com", "--fetch", "-n", "5"],
        &["config", "show"],
    ] {
        let refused = ran(home.command(arguments).env("KEW_API_URL", broken));
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(refused.err.contains("KEW_API_URL is not valid UTF-8"), "{refused:?}");
    }
}

#[test]
fn the_locale_changes_nothing() {
    for locale in ["C", "POSIX", "de_DE.ISO-8859-1", "no_SUCH.locale"] {
        let mut session = Session::start(&["--demo"], &[("LANG", locale), ("LC_ALL", locale)]);
        session.wait_for("Demo targets");
        session.keys("e\x05\x15example.com\t\x155\r");
        session.wait_for("カレー");
        session.keys("q");
        assert_eq!(session.exit_code(), 0);
    }
}

#[test]
fn a_missing_clipboard_or_browser_is_reported() {
    let mut session = Session::start(&["--demo"], &[("PATH", "/nowhere"), ("BROWSER", "/no/such/browser")]);
    session.wait_for("Demo targets");
    session.keys("e\x05\x15example.com\t\x155\r");
    session.wait_for("session 25 cr");
    session.keys("y");
    // Only the terminal's clipboard is left.
    session.wait_for("copied 1 referring page · OSC 52");
    session.keys("o");
    session.wait_for("can't open a browser");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
}

#[test]
fn a_hanging_archive_does_not_freeze_the_screen() {
    let home = unreachable_api();
    let data = home.name("data");
    fs::create_dir(&data).unwrap();
    // Another program holds the lock that opening the archive needs.
    let lock = fs::File::create(home.path("data").join("opening.lock")).unwrap();
    lock.lock().unwrap();
    let mut session =
        Session::start(&["example.com"], &[("KEW_DATA_DIR", &data), ("KEYWORDS_EVERYWHERE_API_KEY", "k")]);
    session.wait_for("example.com");
    session.keys("\x05\x15still here");
    session.wait_for("still here");
    session.keys("\x1b");
    session.wait_for("q quit");
    session.check_responsive_and_quit();
}

/// A write lock on an archive with one response, held by another program.
struct Held {
    tokio: tokio::runtime::Runtime,
    connection: sqlx::SqliteConnection,
}

impl Held {
    fn take(archive: &std::path::Path) -> Held {
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let connection = tokio.block_on(async {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(archive);
            let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
            sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await.unwrap();
            connection
        });
        Held { tokio, connection }
    }

    fn release(mut self) {
        self.tokio.block_on(sqlx::query("ROLLBACK").execute(&mut self.connection)).unwrap();
    }
}

#[test]
fn a_locked_archive_delays_work_and_not_the_screen() {
    let server = ChargingServer::start(true, |request| Reply::of(request, &[row(0, "a"), row(1, "b")]));
    let home = TestHome::new(&server.url);
    home.run(&["fetch", "old.example", "-n", "9", "-q", "-f", "urls"]).success();
    let data = home.name("data");
    let environment =
        [("KEW_DATA_DIR", data.as_str()), ("KEW_API_URL", &server.url), ("KEYWORDS_EVERYWHERE_API_KEY", "k")];
    let mut session = Session::start(&["new.example", "-n", "9"], &environment);
    session.wait_for("balance 99,999,990 cr");
    let held = Held::take(&home.path("data/archive.sqlite"));
    session.keys("\r");
    session.wait_for("saving the request to the archive before sending it");
    // Existing links can be read meanwhile, and the keys work.
    session.keys("\x1b");
    session.wait_for("1 request running");
    session.keys("H");
    session.wait_for("10 credits spent in total");
    session.keys("\r");
    session.wait_for("Link 1 of 2");
    session.keys("/https://s1");
    session.wait_for("1 of 2 links");
    session.keys("\x15\r");
    session.keys("nmine\r");
    // Quitting would abandon a running request, so it asks.
    session.keys("q");
    session.wait_for("1 request running");
    session.keys("n");
    assert_eq!(server.records().requests.len(), 1, "no request is sent before it is recorded");
    held.release();
    session.wait_for("2 links fetched");
    session.check_responsive_and_quit();
    assert_eq!(home.run(&["archive", "check"]).success(), "2 snapshots, all OK\n");
    let noted = home.run(&["export", "1", "-f", "urls", "--filter", "is:noted"]).success();
    assert_eq!(noted.lines().count(), 1, "the note was stored after the lock was released");
}

#[test]
fn a_corrupt_archive_is_reported_and_nothing_is_fetched() {
    let server = ChargingServer::start(true, |request| Reply::of(request, &[row(0, "a"), row(1, "b")]));
    let home = TestHome::new(&server.url);
    home.run(&["fetch", "old.example", "-n", "9", "-q", "-f", "urls"]).success();
    home.run(&["archive", "vacuum"]).success();
    let file = home.path("data/archive.sqlite");
    let mut bytes = fs::read(&file).unwrap();
    // The header page stays valid; the others are damaged.
    bytes[4096..].fill(0xA5);
    fs::write(&file, &bytes).unwrap();
    let data = home.name("data");
    let environment =
        [("KEW_DATA_DIR", data.as_str()), ("KEW_API_URL", &server.url), ("KEYWORDS_EVERYWHERE_API_KEY", "k")];
    let mut session = Session::start(&["new.example", "-n", "9"], &environment);
    session.wait_for("is damaged");
    session.wait_for("archive.sqlite");
    session.keys("\r");
    session.wait_for("nothing sent");
    session.keys("\x1b");
    session.wait_for("q quit");
    session.check_responsive_and_quit();
    assert_eq!(server.records().requests.len(), 1);
    assert!(fs::read(&file).unwrap() == bytes, "the file is unchanged");
}

#[test]
fn the_demo_uses_neither_key_nor_archive() {
    let home = unreachable_api();
    let (data, ran) = (home.name("data"), home.name("command-ran"));
    // Other users could read this key file, so reading it would be refused.
    let config = home.file("config.toml", &format!("api_key = \"{SECRET}\"\napi_key_command = \"touch {ran}\"\n"));
    let environment = [
        ("KEW_CONFIG", config.as_str()),
        ("KEW_DATA_DIR", &data),
        ("KEYWORDS_EVERYWHERE_API_KEY", SECRET),
        ("KEW_API_URL", "https://api.example.com/v1"),
    ];
    let mut session = Session::start(&["--demo"], &environment);
    session.wait_for("Demo targets");
    session.keys("e\x05\x15example.com\t\x155\r");
    session.wait_for("session 25 cr · balance 99,975 cr");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    assert!(!home.path("command-ran").exists(), "the command that prints the key was run");
    assert!(!home.path("data").join("archive.sqlite").exists(), "the user's archive was opened");
}

#[cfg(unix)]
#[test]
fn the_key_command_runs_once_and_without_a_shell() {
    let server = ChargingServer::start(true, |request| Reply::of(request, &[row(0, "a")]));
    let home = TestHome::new(&server.url);
    let script =
        home.file("key", &format!("#!/bin/sh\necho ran >> {}\nprintf '  {SECRET}\\n\\n'\n", home.name("runs")));
    let allowed = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    fs::set_permissions(&script, allowed).unwrap();
    let harm = home.name("harm");
    let config = home.file("config.toml", &format!("api_key_command = \"{script} ; touch {harm} $(touch {harm})\"\n"));
    let environment = [("KEW_CONFIG", config.as_str()), ("KEW_API_URL", &server.url)];
    let mut session = Session::start(&["example.com"], &environment);
    session.wait_for("balance 100,000,000 cr");
    session.keys("\r");
    session.wait_for("session 5 cr");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    assert_eq!(fs::read_to_string(home.path("runs")).unwrap(), "ran\n");
    assert!(!home.path("harm").exists(), "a shell ran it");
    let heads = server.records().heads;
    assert!(!heads.is_empty() && heads.iter().all(|head| head.contains(&format!("bearer {SECRET}"))));
    assert!(!session.output().contains(SECRET));

    let endless = home.file("endless.toml", "api_key_command = \"yes\"\n");
    let refused = ran(home.command(&["credits"]).env("KEW_CONFIG", endless).env_remove("KEYWORDS_EVERYWHERE_API_KEY"));
    assert_eq!(refused.code, 3, "{refused:?}");
    assert!(refused.err.contains("more than a key"), "{refused:?}");
}

#[test]
fn the_key_is_in_no_log_report_or_file() {
    let server = ChargingServer::start(true, |request| Reply::of(request, &[row(0, "a")]));
    let home = TestHome::new(&server.url);
    let (log, data) = (home.name("log"), home.name("data"));
    let environment = [
        ("KEYWORDS_EVERYWHERE_API_KEY", SECRET),
        ("KEW_API_URL", server.url.as_str()),
        ("KEW_LOG", &log),
        ("KEW_DATA_DIR", &data),
        ("RUST_LOG", "trace"),
        ("RUST_BACKTRACE", "full"),
    ];
    for fault in ["", "fetch", "event"] {
        let target = format!("example.com/{fault}");
        let mut session = Session::start(&[&target], &[&environment[..], &[("KEW_FAILPOINT", fault)]].concat());
        session.wait_for("balance");
        session.keys("\r");
        if fault == "event" {
            assert_eq!(session.exit_code(), 1);
        } else {
            session.wait_for(if fault.is_empty() { "session 5 cr" } else { "internal error" });
            session.keys("q");
            assert_eq!(session.exit_code(), 0);
        }
        assert!(!session.output().contains(SECRET), "{fault}");
    }
    fn no_file_holds_it(directory: &std::path::Path) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                no_file_holds_it(&path);
            } else {
                let bytes = fs::read(&path).unwrap();
                assert!(!bytes.windows(SECRET.len()).any(|w| w == SECRET.as_bytes()), "{}", path.display());
            }
        }
    }
    no_file_holds_it(&home.path(""));
}
