//! The clipboard of a display: one that never answers, and one that keeps the text after the program has ended.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::clipboard::{copy_all, is_installed, links};
use super::terminal::Session;
use crate::support::program::{CommandOutput, TestHome};
use crate::support::wait::{PATIENCE, wait_until};

/// Displays that accept connections and never answer.
#[test]
fn a_silent_display_does_not_block() {
    let directory = tempfile::tempdir().unwrap();
    let x11 = TcpListener::bind("127.0.0.1:0").unwrap();
    let display = format!("127.0.0.1:{}", x11.local_addr().unwrap().port() - 6_000);
    let socket = directory.path().join("wayland").display().to_string();
    let _wayland = UnixListener::bind(&socket).unwrap();
    let (links, text) = links(directory.path(), 2);
    for silent in [("DISPLAY", display.as_str()), ("WAYLAND_DISPLAY", &socket)] {
        let mut session = Session::start(&["open", &links], &[silent]);
        copy_all(&mut session, 2);
        session.wait_for("2 referring pages · OSC 52");
        assert_eq!(session.clipboard(), text);
        // The program waited for it once.
        let begun = Instant::now();
        session.keys("y");
        wait_until("the second copy", || session.output().matches("\x1b]52;").count() == 2);
        assert!(begun.elapsed() < Duration::from_millis(1_500), "{:?}", begun.elapsed());
        session.keys("q");
        assert_eq!(session.exit_code(), 0);

        let home = TestHome::new("http://127.0.0.1:9/v1");
        let begun = Instant::now();
        let ran: CommandOutput = home.command(&["doctor"]).env(silent.0, silent.1).output().unwrap().into();
        assert!(begun.elapsed() < PATIENCE);
        assert!(ran.out.contains("copies go to the terminal (OSC 52)"), "{ran:?}");
    }
}

/// An X server without a clipboard manager.
struct Display {
    server: Child,
    name: String,
}

impl Display {
    fn start() -> Display {
        let mut server = Command::new("Xvfb");
        server.args(["-displayfd", "1", "-nolisten", "tcp", "-noreset", "-screen", "0", "64x64x24"]);
        let mut server = server.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        Display { server, name: format!(":{}", number.trim()) }
    }

    /// This test binary, as another program that uses the clipboard.
    fn other_program(&self, test: &str) -> Command {
        let mut program = Command::new(std::env::current_exe().unwrap());
        program.args(["--exact", &format!("pty::displays::{test}"), "--ignored", "--nocapture"]);
        program.env("DISPLAY", &self.name).env_remove("WAYLAND_DISPLAY");
        program
    }

    fn clipboard(&self) -> String {
        let file = tempfile::NamedTempFile::new().unwrap();
        let ran = self.other_program("child_reads_the_clipboard").env("KEW_TEST_FILE", file.path()).output().unwrap();
        assert!(ran.status.success(), "{ran:?}");
        std::fs::read_to_string(file.path()).unwrap()
    }

    fn end(&mut self) {
        self.server.kill().unwrap();
        self.server.wait().unwrap();
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

#[test]
#[ignore = "is run by a test below"]
fn child_reads_the_clipboard() {
    let text = arboard::Clipboard::new().unwrap().get_text().unwrap_or_default();
    std::fs::write(std::env::var_os("KEW_TEST_FILE").unwrap(), text).unwrap();
}

#[test]
#[ignore = "is run by a test below"]
fn child_takes_the_clipboard() {
    let mut clipboard = arboard::Clipboard::new().unwrap();
    clipboard.set_text("of another program").unwrap();
    // Until the parent closes the pipe.
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

/// The processes of this program that hold a copy.
fn holders() -> Vec<u32> {
    let processes =
        std::fs::read_dir("/proc").unwrap().filter_map(|entry| entry.unwrap().file_name().into_string().ok());
    let line = |process: &u32| std::fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
    let expected = [super::BINARY, "--hold-copy", ""].join("\0");
    processes.filter_map(|name| name.parse().ok()).filter(|process| line(process) == expected.as_bytes()).collect()
}

#[test]
fn the_copy_survives_the_end_of_the_program() {
    if is_installed("Xvfb") {
        super::terminals::alone("displays::child_checks_that_the_copy_survives");
    }
}

/// In a separate process, since children of other tests may keep the terminal open.
#[test]
#[ignore = "is run by a test above"]
fn child_checks_that_the_copy_survives() {
    let mut display = Display::start();
    let directory = tempfile::tempdir().unwrap();
    let (links, text) = links(directory.path(), 3);
    let data = directory.path().join("data").display().to_string();
    let key = ("KEYWORDS_EVERYWHERE_API_KEY", "5ecret");
    let environment = [("DISPLAY", display.name.as_str()), ("KEW_DATA_DIR", &data), key];
    let copied = |environment: &[(&str, &str)]| {
        let mut session = Session::start(&["open", &links], environment);
        copy_all(&mut session, 3);
        session.wait_for("3 referring pages · system clipboard");
        session
    };

    for signal in [None, Some("TERM"), Some("HUP")] {
        let mut session = copied(&environment);
        // The previous holder has ended, since it no longer owns the clipboard.
        wait_until("the holder to end", || holders().is_empty());
        match signal {
            Some(signal) => session.signal(signal),
            None => session.keys("q"),
        }
        assert_eq!(session.exit_code(), if signal.is_some() { 130 } else { 0 });
        session.assert_terminal_restored();
        session.wait_until_terminal_is_closed();
        assert_eq!(display.clipboard(), text, "{signal:?}");
        assert!(!session.output().contains("the clipboard does not keep"), "{signal:?}");
        let [holder] = holders()[..] else { panic!("{:?}", holders()) };
        // Only root may look.
        let variables = std::fs::read(format!("/proc/{holder}/environ")).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&variables).contains(key.1));
    }

    // Another program's copy is kept, and the holder ends.
    let mut other = display.other_program("child_takes_the_clipboard").stdin(Stdio::piped()).spawn().unwrap();
    wait_until("the holder to end", || holders().is_empty());
    assert_eq!(display.clipboard(), "of another program");
    drop(other.stdin.take());
    other.wait().unwrap();

    let mut session = copied(&environment);
    let mut other = display.other_program("child_takes_the_clipboard").stdin(Stdio::piped()).spawn().unwrap();
    wait_until("the other program to have the clipboard", || display.clipboard() == "of another program");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    assert_eq!((display.clipboard().as_str(), holders().len()), ("of another program", 0));
    drop(other.stdin.take());
    other.wait().unwrap();

    // The holder ends with its display.
    let mut session = copied(&environment);
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    assert_eq!(holders().len(), 1);
    display.end();
    wait_until("the holder to end", || holders().is_empty());

    // If no process can hold the text, it is saved to a file.
    let mut display = Display::start();
    let mut session = copied(&[("DISPLAY", display.name.as_str()), ("KEW_DATA_DIR", &data)]);
    display.end();
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_terminal_restored();
    let output = session.output();
    let (_, path) = output.split_once("the clipboard lost the last copy; it was saved to ").unwrap();
    assert_eq!(std::fs::read_to_string(path.lines().next().unwrap().trim()).unwrap(), text);
}
