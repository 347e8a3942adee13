//! Characters of all scripts in real tmux and GNU screen: after random keys, the screen equals a full redraw.
//!
//! If one of them is not installed, its test says so and checks nothing. `KEW_LETTERS_SECONDS` sets the duration of each.

use std::io::Write;
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use super::terminal::Session;
use crate::support::Rng;
use crate::support::letters::letters_csv;
use crate::support::wait::{wait_for, wait_until};

/// The default duration; a release is tested for ten minutes.
const SECONDS: u64 = 3;
pub(super) const SIZE: (u16, u16) = (160, 36);
pub(super) const ROWS: usize = 400;

/// Keys that move, scroll, filter and sort. None shows a message, which would expire by itself.
const KEYS: &[&str] = &[
    "j",
    "j",
    "j",
    "k",
    "k",
    "\x04",
    "\x15",
    "g",
    "G",
    "12G",
    "250G",
    "h",
    "l",
    "s",
    "s",
    "z",
    " ",
    "+",
    "-",
    "]",
    "[",
    "]",
    "<",
    ">",
    "/\x15x\r",
    "/\x151\r",
    "/\x15anchor:☰|ង្ក|👍🏽\r",
    "/\x15domain:2 -9\r",
    "F",
    "F",
    "?q",
    "?jjj\x04q",
    "\x1b[6~",
    "\x1b[5~",
    "\x1b[B\x1b[B",
    "\x1b[A",
];

fn time() -> Duration {
    let seconds = std::env::var("KEW_LETTERS_SECONDS").ok().and_then(|n| n.parse().ok()).unwrap_or(SECONDS);
    Duration::from_secs(seconds)
}

pub(super) fn seed() -> u64 {
    std::env::var("KEW_LETTERS_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(7)
}

/// Whether a program is installed; prints a note if not.
pub(super) fn is_installed(program: &str, package: &str) -> bool {
    let there = Command::new(program).arg("-V").output().is_ok();
    if !there {
        // Not `eprintln!`, which is captured in a passing test.
        let expected = format!("SKIPPED: {program} is not installed (Debian: {package}): nothing was checked in it\n");
        std::io::stderr().write_all(expected.as_bytes()).unwrap();
    }
    there
}

/// A terminal in a terminal, with the program in it.
pub(super) trait Terminal {
    fn keys(&mut self, keys: &str);
    fn screen(&mut self) -> Vec<String>;

    /// The pixels of a settled screen without the status line; empty without pixels.
    fn picture(&mut self) -> Vec<u8> {
        Vec::new()
    }

    /// The character for `…` in the terminal's dump of its screen.
    fn dots(&self) -> char {
        '…'
    }

    /// Waits until all earlier keys are processed and drawn: types a count, waits for it, and types one more digit, whose frame
    /// changes nothing else.
    fn settled(&mut self, count: usize) -> Vec<String> {
        self.keys(&count.to_string());
        self.wait_for(count);
        self.keys("0");
        self.wait_for(count * 10)
    }

    /// Waits until a count is on the screen and the screen is stable.
    fn wait_for(&mut self, count: usize) -> Vec<String> {
        let mut before = Vec::new();
        wait_for(&format!("the count {count}"), || {
            let screen = self.screen();
            let is_done = screen.iter().any(|line| line.contains(&format!(" {count}{}", self.dots())));
            if is_done && screen == before {
                return Ok(screen);
            }
            let foot = screen.iter().rev().find(|line| line.contains("links"));
            let instead = format!("{foot:.120?}");
            before = screen;
            Err(instead)
        })
    }
}

/// Presses random keys and compares the screen with a full redraw, except for the count in the status line.
pub(super) fn compare_with_redraws(name: &str, mut terminal: impl Terminal) {
    let seed = seed();
    let mut rng = Rng::new(seed);
    let (mut pressed, mut checks) = (Vec::new(), 0);
    // The message about the opened file appears and expires.
    for is_there in [true, false] {
        wait_until(if is_there { "the message" } else { "the message to go away" }, || {
            terminal.screen().iter().any(|line| line.contains("from 1 file")) == is_there
        });
    }
    let begun = Instant::now();
    while begun.elapsed() < time() {
        let keys: Vec<&str> = (0..=rng.below(6)).map(|_| rng.choose(KEYS)).collect();
        terminal.keys(&keys.concat());
        pressed.extend(keys);
        let before = terminal.settled(1_000 + checks);
        let picture = terminal.picture();
        terminal.keys("\x0c");
        let after = terminal.settled(50_000 + checks);
        let same_picture = picture == terminal.picture();
        let last: Vec<_> = pressed.iter().rev().take(12).rev().collect();
        // The status line shows the count.
        let lines = before.iter().zip(&after).filter(|(before, _)| !before.contains("session"));
        for (before, after) in lines {
            assert_eq!(before, after, "{name}, seed {seed}, check {checks}, last keys {last:?}");
        }
        assert_eq!(before.len(), after.len());
        assert!(same_picture, "{name}, seed {seed}, check {checks}, last keys {last:?}: the pixels differ");
        checks += 1;
    }
    eprintln!("{name}: {} keys, {checks} comparisons, nothing differs", pressed.len());
    assert!(checks > 0);
}

/// Lines with color sequences as colored cells: tmux writes equal lines differently, depending on the earlier content.
fn cells(lines: &str) -> Vec<String> {
    let count = |count| NonZeroU16::new(count).unwrap();
    // Wide enough for every character, whatever width the emulator assumes.
    let mut parser = vt100::Parser::new(count(SIZE.1), count(4 * SIZE.0), 0);
    parser.process(lines.trim_end_matches('\n').replace('\n', "\r\n").as_bytes());
    let line = |y| {
        let cell = |x| {
            let cell = parser.screen().cell(y, x).unwrap();
            let text = if cell.has_contents() { cell.contents() } else { " " };
            let style = (cell.fgcolor(), cell.bgcolor(), cell.bold(), cell.underline());
            let is_blank = text == " " && cell.bgcolor() == vt100::Color::Default && !cell.underline();
            (text.to_owned(), if is_blank { String::new() } else { format!("{style:?}") })
        };
        (0..4 * SIZE.0).map(cell).collect::<Vec<_>>()
    };
    (0..SIZE.1).map(line).map(|line| styled(&line)).collect()
}

/// A line as its text, followed by its colors.
fn styled(line: &[(String, String)]) -> String {
    let text: String = line.iter().map(|(text, _)| text.as_str()).collect();
    let mut colors: Vec<(usize, &str)> = line.iter().enumerate().map(|(x, (_, style))| (x, style.as_str())).collect();
    colors.dedup_by_key(|(_, style)| *style);
    format!("{} {colors:?}", text.trim_end())
}

struct Tmux {
    home: tempfile::TempDir,
}

impl Tmux {
    fn start() -> Tmux {
        let tmux = Tmux { home: tempfile::tempdir().unwrap() };
        let home = tmux.home.path();
        std::fs::write(home.join("links.csv"), letters_csv(&mut Rng::new(seed()), ROWS)).unwrap();
        let home = home.display();
        let inside = format!(
            "exec env -i TERM=tmux-256color LC_ALL=C.UTF-8 HOME={home} KEW_DATA_DIR={home}/data {} open {home}/links.csv",
            super::BINARY
        );
        let (width, height) = (SIZE.0.to_string(), SIZE.1.to_string());
        tmux.run(&["-f", "/dev/null", "-u", "new-session", "-d", "-x", &width, "-y", &height, &inside]);
        tmux.run(&["set-option", "-g", "status", "off"]);
        tmux
    }

    fn run(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("tmux");
        command.env_remove("TMUX").env("LC_ALL", "C.UTF-8").arg("-S").arg(self.home.path().join("socket"));
        let output = command.args(arguments).output().unwrap();
        assert!(output.status.success(), "tmux {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Terminal for Tmux {
    fn keys(&mut self, keys: &str) {
        let bytes: Vec<String> = keys.bytes().map(|byte| format!("{byte:x}")).collect();
        let mut arguments = vec!["send-keys", "-H"];
        arguments.extend(bytes.iter().map(String::as_str));
        self.run(&arguments);
    }

    fn screen(&mut self) -> Vec<String> {
        cells(&self.run(&["capture-pane", "-p", "-e"]))
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        let mut command = Command::new("tmux");
        let _ = command.arg("-S").arg(self.home.path().join("socket")).arg("kill-server").output(); // It may have ended already.
    }
}

#[test]
fn incremental_drawing_equals_a_full_redraw_in_tmux() {
    if is_installed("tmux", "tmux") {
        compare_with_redraws("tmux", Tmux::start());
    }
}

struct Screen {
    session: Session,
    home: tempfile::TempDir,
    taken: usize,
}

impl Screen {
    fn start() -> Screen {
        let home = tempfile::tempdir().unwrap();
        let sockets = home.path().join("sockets");
        std::fs::create_dir(&sockets).unwrap();
        std::fs::set_permissions(&sockets, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        let links = home.path().join("links.csv");
        std::fs::write(&links, letters_csv(&mut Rng::new(seed()), ROWS)).unwrap();
        let by = ["screen", "-U", "-c", "/dev/null", "-S", "letters", super::BINARY];
        let path = std::env::var("PATH").unwrap();
        let environment = [("SCREENDIR", sockets.to_str().unwrap()), ("LC_ALL", "C.UTF-8"), ("PATH", &path)];
        let mut session = Session::start_with_command(&by, &["open", links.to_str().unwrap()], &environment);
        session.resize(SIZE.0, SIZE.1);
        session.wait_for("links");
        Screen { session, home, taken: 0 }
    }

    fn run(&self, arguments: &[&str]) {
        let mut command = Command::new("screen");
        command.env("SCREENDIR", self.home.path().join("sockets")).env("LC_ALL", "C.UTF-8");
        let output = command.args(["-S", "letters", "-X"]).args(arguments).output().unwrap();
        assert!(output.status.success(), "screen {arguments:?}: {}", String::from_utf8_lossy(&output.stdout));
    }

    fn file(&self) -> PathBuf {
        self.home.path().join(format!("screen{}", self.taken))
    }
}

impl Terminal for Screen {
    fn keys(&mut self, keys: &str) {
        self.session.keys(keys);
    }

    /// screen writes one byte per cell: the low byte of the character.
    fn dots(&self) -> char {
        '&'
    }

    fn screen(&mut self) -> Vec<String> {
        let _ = std::fs::remove_file(self.file()); // It may not exist yet.
        self.taken += 1;
        let next = self.home.path().join("next");
        let _ = std::fs::remove_file(&next); // It may not exist yet.
        // screen writes one file after the other: the first is complete when the second exists.
        for file in [&self.file(), &next] {
            self.run(&["hardcopy", file.to_str().unwrap()]);
        }
        wait_until("screen to write its screen", || next.exists());
        let text: String = std::fs::read(self.file()).unwrap().into_iter().map(char::from).collect();
        text.split('\n').map(str::to_owned).collect()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.session.signal("TERM");
        let mut command = Command::new("screen");
        command.env("SCREENDIR", self.home.path().join("sockets"));
        let _ = command.args(["-S", "letters", "-X", "quit"]).output(); // It may have ended already.
    }
}

#[test]
fn incremental_drawing_equals_a_full_redraw_in_screen() {
    if is_installed("screen", "screen") {
        compare_with_redraws("screen", Screen::start());
    }
}
