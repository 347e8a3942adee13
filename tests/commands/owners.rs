//! Files that other users own, can change or can read are refused with advice.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown, lchown, symlink};
use std::process::Command;

use super::{CommandOutput, TestHome, read};

/// Another user than the one who runs the tests.
const ANOTHER: Option<u32> = Some(12_345);

fn home() -> TestHome {
    TestHome::new("http://127.0.0.1:9/v1")
}

fn set_mode(home: &TestHome, name: &str, mode: u32) {
    fs::set_permissions(home.path(name), Permissions::from_mode(mode)).unwrap();
}

/// Only root can give files away.
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[test]
fn directories_open_to_others_are_refused() {
    let home = home();
    fs::create_dir(home.path("data")).unwrap();
    set_mode(&home, "data", 0o777);
    let ran = home.run(&["history"]);
    assert!(ran.code == 1 && ran.err.contains("mode 0777") && ran.err.contains("chmod go-w"), "{ran:?}");
    assert_eq!(fs::read_dir(home.path("data")).unwrap().count(), 0, "nothing is written there");
    home.file("data/archive.sqlite", "");
    let doctor = home.run(&["doctor"]);
    assert!(doctor.out.contains("other users can change"), "{doctor:?}");
    set_mode(&home, "data", 0o755);
    home.run(&["history"]).success();

    let settings = home.file("config.toml", "number = 5\n");
    let with_settings = |arguments: &[&str]| -> CommandOutput {
        home.command(arguments).env("KEW_CONFIG", &settings).output().unwrap().into()
    };
    set_mode(&home, "config.toml", 0o666);
    let ran = with_settings(&["history"]);
    assert!(ran.code == 2 && ran.err.contains("other users can change") && ran.err.contains("chmod"), "{ran:?}");
    assert!(with_settings(&["doctor"]).out.contains("other users can change"));
    set_mode(&home, "config.toml", 0o644);
    assert_eq!(with_settings(&["history"]).code, 0);

    let key = home.file("key", "0123456789abcdef\n");
    for (mode, code) in [(0o666, 3), (0o644, 3), (0o600, 6)] {
        set_mode(&home, "key", mode);
        let ran = home.run(&["credits", "--api-key-file", &key]);
        assert_eq!(ran.code, code, "{mode:o}: {ran:?}");
        assert!(code == 6 || ran.err.contains("chmod"), "{ran:?}");
    }
}

#[test]
fn a_planted_symlink_is_not_followed() {
    if !is_root() {
        return;
    }
    let home = home();
    home.file("mine.csv", "mine");
    fs::create_dir(home.path("shared")).unwrap();
    set_mode(&home, "shared", 0o1777);
    for name in ["links.csv", "kew-tui.1", "log"] {
        let link = home.path("shared").join(name);
        symlink(home.path("mine.csv"), &link).unwrap();
        lchown(&link, ANOTHER, ANOTHER).unwrap();
    }
    for arguments in [
        &["history", "-o", "shared/links.csv", "--force"][..],
        &["history", "-o", "shared/links.csv"],
        &["man", "--dir", "shared"],
    ] {
        let ran = home.run(arguments);
        assert!(
            ran.code != 0 && ran.err.contains("a symbolic link that belongs to another user"),
            "{arguments:?}: {ran:?}"
        );
    }
    let logged: CommandOutput =
        home.command(&["history"]).env("KEW_LOG", home.path("shared/log")).output().unwrap().into();
    assert!(logged.code == 2 && logged.err.contains("a symbolic link that belongs to another user"), "{logged:?}");
    assert_eq!(read(home.path("mine.csv")), "mine");
    // A symbolic link of the user is followed.
    symlink(home.path("mine.csv"), home.path("own.csv")).unwrap();
    assert_eq!(home.run(&["history", "-o", "own.csv", "--force"]).code, 0);
    assert!(read(home.path("mine.csv")).starts_with("number,"));
}

#[test]
fn files_of_another_user_are_not_used() {
    if !is_root() {
        return;
    }
    let home = home();
    let pipe = home.name("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    chown(&pipe, ANOTHER, ANOTHER).unwrap();
    let ran = home.run(&["history", "-f", "csv", "-o", &pipe]);
    assert!(ran.code == 2 && ran.err.contains("belongs to another user"), "{ran:?}");
    // The new file does not inherit permissions that another user has set.
    home.file("list.csv", "theirs");
    set_mode(&home, "list.csv", 0o666);
    chown(home.path("list.csv"), ANOTHER, ANOTHER).unwrap();
    assert_eq!(home.run(&["history", "-o", "list.csv", "--force"]).code, 0);
    assert_eq!(fs::metadata(home.path("list.csv")).unwrap().permissions().mode() & 0o022, 0);
    fs::create_dir_all(home.path("data")).unwrap();
    chown(home.path("data"), ANOTHER, ANOTHER).unwrap();
    let ran = home.run(&["history"]);
    assert!(ran.code == 1 && ran.err.contains("belongs to another user"), "{ran:?}");
}
