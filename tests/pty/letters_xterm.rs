//! The test of `letters.rs` in a real xterm under Xvfb, by pixels: the program's output goes to the emulator and to xterm.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use super::letters::{ROWS, SIZE, Terminal, compare_with_redraws, is_installed, seed};
use super::terminal::Session;
use crate::support::Rng;
use crate::support::letters::letters_csv;
use crate::support::wait::{wait_for, wait_until};

/// A font with most scripts.
const FONT: &str = "-misc-fixed-medium-r-semicondensed--13-120-75-75-c-60-iso10646-1";
/// Pixels per line, and from the edge of the window to the first line.
const LINE: usize = 13;
const EDGE: usize = 2;

struct Xterm {
    session: Session,
    home: tempfile::TempDir,
    server: Child,
    xterm: Child,
    /// The input of xterm.
    pipe: File,
    display: String,
    /// The number of bytes sent to xterm, and of cursor position requests.
    sent: usize,
    cursor_requests: usize,
}

impl Xterm {
    fn start() -> Xterm {
        let home = tempfile::tempdir().unwrap();
        let links = home.path().join("links.csv");
        std::fs::write(&links, letters_csv(&mut Rng::new(seed()), ROWS)).unwrap();
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x600x24"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        let display = format!(":{}", number.trim());
        let pipe = home.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let size = format!("{}x{}+0+0", SIZE.0, SIZE.1);
        let script = "stty raw -echo; cat < pipe & exec cat > replies";
        // Bold by overstriking may reach into the next cell, depending on the order of drawing.
        let no_bold = ["-xrm", "XTerm*boldMode: false", "-xrm", "XTerm*allowBoldFonts: false"];
        let xterm = Command::new("xterm")
            .args(no_bold)
            .args(["-u8", "-fn", FONT, "-b", "2", "-bw", "0", "+sb", "-geometry", &size, "-e", "sh", "-c", script])
            .current_dir(home.path())
            .envs([("DISPLAY", display.as_str()), ("LC_ALL", "C.UTF-8")])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let session = Session::start_at(SIZE, &["open", links.to_str().unwrap()], &[("LC_ALL", "C.UTF-8")]);
        let pipe = File::options().write(true).open(pipe).unwrap();
        Xterm { session, home, server, xterm, pipe, display, sent: 0, cursor_requests: 0 }
    }

    /// Forwards the output of the program and waits until xterm has processed it.
    fn forward(&mut self) {
        let bytes = self.session.output_from(self.sent);
        self.sent += bytes.len();
        self.pipe.write_all(&bytes).unwrap();
        self.pipe.write_all(b"\x1b[6n").unwrap();
        self.cursor_requests += 1;
        let replies = self.home.path().join("replies");
        let count = || std::fs::read(&replies).unwrap_or_default().iter().filter(|byte| **byte == b'R').count();
        wait_until("xterm to answer", || count() >= self.cursor_requests);
    }

    /// The pixels of the screen without the status line.
    fn shot(&self) -> Vec<u8> {
        let output = Command::new("xwd").args(["-root", "-silent", "-display", &self.display]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let header = |i: usize| u32::from_be_bytes(output.stdout[i * 4..i * 4 + 4].try_into().unwrap()) as usize;
        let (bytes_per_line, colors) = (header(12), header(19));
        let pixels = &output.stdout[header(0) + colors * 12..];
        let status = usize::from(SIZE.1 - 2) * LINE + EDGE;
        let lines = pixels.chunks(bytes_per_line).enumerate().filter(|(y, _)| !(status..status + LINE).contains(y));
        lines.flat_map(|(_, line)| line.iter().copied()).collect()
    }
}

impl Terminal for Xterm {
    fn keys(&mut self, keys: &str) {
        self.session.keys(keys);
    }

    fn screen(&mut self) -> Vec<String> {
        let cell = |screen: &vt100::Screen, y, x| {
            screen.cell(y, x).map(vt100::Cell::contents).filter(|text| !text.is_empty()).unwrap_or(" ").to_owned()
        };
        let line = |screen: &vt100::Screen, y| (0..SIZE.0).map(|x| cell(screen, y, x)).collect();
        self.session.with_screen(|screen| (0..SIZE.1).map(|y| line(screen, y)).collect())
    }

    fn picture(&mut self) -> Vec<u8> {
        self.forward();
        // xterm draws a moment after it has processed its input.
        let mut before = Vec::new();
        wait_for("xterm to have drawn", || {
            let shot = self.shot();
            if shot == before {
                return Ok(shot);
            }
            before = shot;
            Err("it goes on drawing")
        })
    }
}

impl Drop for Xterm {
    fn drop(&mut self) {
        for child in [&mut self.xterm, &mut self.server] {
            let _ = child.kill(); // It may have ended already.
            let _ = child.wait();
        }
    }
}

#[test]
#[ignore = "needs xterm, Xvfb and xwd (Debian: xterm, xvfb, x11-apps), and takes some time"]
fn incremental_drawing_equals_a_full_redraw_in_xterm() {
    if is_installed("xterm", "xterm") && is_installed("Xvfb", "xvfb") && is_installed("xwd", "x11-apps") {
        compare_with_redraws("xterm", Xterm::start());
    }
}
