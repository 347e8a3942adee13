//! Nothing keeps the program waiting forever: it ends by itself or on Ctrl-C.

use std::process::Command;
use std::time::{Duration, Instant};

use super::{CommandOutput, DemoHome, Running, TestHome};
use crate::support::wait::wait_until;

fn fifo(path: &std::path::Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Runs a command, which has to end soon.
#[track_caller]
fn run_quickly(command: Command) -> CommandOutput {
    Running::start(command).end()
}

#[test]
fn pipes_instead_of_files_are_refused() {
    for (name, code) in [("archive.sqlite", 1), ("opening.lock", 1)] {
        let home = TestHome::new("http://127.0.0.1:9/v1");
        std::fs::create_dir(home.path("data")).unwrap();
        fifo(&home.path("data").join(name));
        let ran = run_quickly(home.command(&["history"]));
        assert!(ran.code == code && ran.err.contains("not a regular file"), "{name}: {ran:?}");
    }
    let home = TestHome::new("http://127.0.0.1:9/v1");
    fifo(&home.path("pipe"));
    let pipe = home.name("pipe");
    for variable in ["KEW_CONFIG", "KEW_LOG"] {
        let mut command = home.command(&["history"]);
        command.env(variable, &pipe);
        let ran = run_quickly(command);
        assert!(ran.code == 2 && ran.err.contains("not a regular file"), "{variable}: {ran:?}");
    }
    let ran = run_quickly(home.command(&["credits", "--api-key-file", &pipe]));
    assert!(ran.code == 3 && ran.err.contains("it is empty"), "{ran:?}");
}

#[test]
fn an_export_with_pipes_and_devices_is_refused() {
    let home = DemoHome::new();
    home.run(&["fetch", "one.com", "-n", "5"]).success();
    let out = home.path("out").display().to_string();
    home.run(&["archive", "export", &out]).success();
    let response = std::fs::read_dir(home.path("out"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| !path.ends_with("manifest.json"))
        .unwrap();
    std::fs::remove_file(&response).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &response).unwrap();
    let ran = run_quickly(home.command(&["archive", "import", &out]));
    assert!(ran.code == 1 && ran.err.contains("not a regular file"), "{ran:?}");
    std::fs::remove_file(&response).unwrap();
    fifo(&response);
    let ran = run_quickly(home.command(&["archive", "import", &out]));
    assert!(ran.code == 1 && ran.err.contains("not a regular file"), "{ran:?}");
    run_quickly(home.command(&["archive", "export", &out])).success();
    assert!(response.metadata().unwrap().is_file(), "it is written again");
    std::fs::remove_file(home.path("out/manifest.json")).unwrap();
    fifo(&home.path("out/manifest.json"));
    let ran = run_quickly(home.command(&["archive", "import", &out]));
    assert!(ran.code == 1 && ran.err.contains("not a regular file"), "{ran:?}");
}

#[test]
fn a_pipe_among_received_files_is_ignored() {
    let home = DemoHome::new();
    home.run(&["fetch", "one.com", "-n", "5"]).success();
    fifo(&home.path("data/arriving/1.part"));
    fifo(&home.path("data/sessions/session-x.lock"));
    run_quickly(home.command(&["history"])).success();
}

/// Whether SIGINT is ignored, as in background jobs of a shell. Child processes inherit that.
fn is_ctrl_c_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 0b10 != 0)
}

#[test]
fn ctrl_c_ends_a_wait_for_a_lock_or_a_key() {
    if is_ctrl_c_ignored() {
        return eprintln!("SKIPPED: the tests were started with Ctrl-C ignored");
    }
    let home = TestHome::new("http://127.0.0.1:9/v1");
    std::fs::create_dir(home.path("data")).unwrap();
    let lock = std::fs::File::create(home.path("data/opening.lock")).unwrap();
    lock.lock().unwrap();
    let marker = home.path("asked");
    let settings = format!("api_key_command = \"sh -c 'touch {}; exec sleep 15'\"\n", marker.display());
    let settings = home.file("config.toml", &settings);
    // The test looks up who has the lock open, which only some systems support.
    let can_look = std::path::Path::new("/proc/self/fd").exists();
    let history: &[&[&str]] = if can_look { &[&["history"]] } else { &[] };
    for arguments in [history, &[&["fetch", "example.com"], &["credits"]]].concat() {
        let mut command = home.command(arguments);
        command.env("KEW_CONFIG", &settings).env_remove("KEYWORDS_EVERYWHERE_API_KEY");
        let mut program = Running::start(command);
        let files = format!("/proc/{}/fd", program.id());
        let has_lock_open = || {
            let files = std::fs::read_dir(&files).into_iter().flatten().flatten();
            files.filter_map(|file| file.path().read_link().ok()).any(|file| file.ends_with("opening.lock"))
        };
        wait_until("the program to wait", || marker.exists() || has_lock_open());
        assert!(program.is_running(), "{arguments:?} did not wait");
        program.signal("INT");
        let start = Instant::now();
        // Its output ends later, since the key command has it open too.
        wait_until("the program to end", || !program.is_running());
        assert!(start.elapsed() < Duration::from_secs(4), "{arguments:?} took {:?}", start.elapsed());
        // It does not exist if the lock came first.
        let _ = std::fs::remove_file(&marker);
    }
}
