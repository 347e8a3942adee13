//! A pseudo-terminal with the program in it, and a terminal emulator that reads what it writes.

mod demo_api;
mod start;
mod waits;

use std::io::Write;
use std::num::NonZeroU16;
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;

use base64::Engine;
use portable_pty::{Child, MasterPty, PtySize};

pub use demo_api::DemoApi;

/// The output of the program so far.
struct BalanceReadings {
    raw: Vec<u8>,
    emulator: vt100::Parser,
    /// Whether the reader stops for good.
    is_hung_up: bool,
    /// Whether the reader pauses.
    is_stalled: bool,
}

pub struct Session {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    reader: Option<JoinHandle<()>>,
    seen: Arc<(Mutex<BalanceReadings>, Condvar)>,
    modes_before: String,
    /// The process id of the program if the child is a shell.
    program: Option<u32>,
    _home: tempfile::TempDir,
}

/// A size for the emulator, which needs at least one cell.
fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count.max(1)).unwrap()
}

fn size(width: u16, height: u16) -> PtySize {
    PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 }
}

impl Session {
    pub fn pid(&self) -> u32 {
        self.program.unwrap_or_else(|| self.child.process_id().unwrap())
    }

    /// Pauses or continues reading the output of the program.
    pub fn set_stalled(&self, is_stalled: bool) {
        self.seen.0.lock().unwrap().is_stalled = is_stalled;
        self.seen.1.notify_all();
    }

    pub fn keys(&mut self, keys: &str) {
        self.bytes(keys.as_bytes());
    }

    /// Sends any bytes that a terminal may send.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.writer.write_all(bytes).unwrap();
        self.writer.flush().unwrap();
    }

    pub fn resize(&mut self, width: u16, height: u16) {
        // The emulator first, since the program may draw at once.
        self.resize_emulator(width, height);
        self.announce_size(width, height);
    }

    /// Changes the size of the terminal without announcing it.
    pub fn resize_emulator(&self, width: u16, height: u16) {
        self.seen.0.lock().unwrap().emulator.screen_mut().set_size(cells(height), cells(width));
    }

    /// Announces a size to the program.
    pub fn announce_size(&self, width: u16, height: u16) {
        self.master.resize(size(width, height)).unwrap();
    }

    pub fn signal(&self, name: &str) {
        let killed = Command::new("kill").args([&format!("-{name}"), &self.pid().to_string()]).status().unwrap();
        assert!(killed.success());
    }

    /// Presses a key and waits for the next frame, like a person typing.
    pub fn key_and_frame(&mut self, key: char) {
        let frames = |raw: &[u8]| raw.windows(END_OF_FRAME.len()).filter(|bytes| *bytes == END_OF_FRAME).count();
        let before = frames(&self.seen.0.lock().unwrap().raw);
        self.keys(&key.to_string());
        self.wait("a frame", |seen| frames(&seen.raw) > before);
    }

    /// Requests a full redraw and waits for its frame.
    pub fn redraw(&mut self) {
        let clears = |raw: &[u8]| raw.windows(CLEARED.len()).filter(|bytes| *bytes == CLEARED).count();
        let before = clears(&self.seen.0.lock().unwrap().raw);
        self.keys("\x0c");
        self.wait("a full redraw", |seen| clears(&seen.raw) > before && seen.raw.ends_with(END_OF_FRAME));
    }

    /// All output, as text.
    pub fn output(&self) -> String {
        String::from_utf8_lossy(&self.seen.0.lock().unwrap().raw).into_owned()
    }

    /// The output from this byte on.
    pub fn output_from(&self, byte: usize) -> Vec<u8> {
        self.seen.0.lock().unwrap().raw[byte..].to_vec()
    }

    /// Removes and returns the output between the first frame and the last, so that a long session's output does not fill the
    /// memory.
    pub fn take_output(&self) -> String {
        let find = |raw: &[u8], from_back: bool| {
            let (mut ends, is_end) = (raw.windows(END_OF_FRAME.len()), |bytes: &[u8]| bytes == END_OF_FRAME);
            let at = if from_back { ends.rposition(is_end) } else { ends.position(is_end) };
            at.map(|at| at + END_OF_FRAME.len())
        };
        let raw = &mut self.seen.0.lock().unwrap().raw;
        let (Some(first), Some(last)) = (find(raw, false), find(raw, true)) else { return String::new() };
        String::from_utf8_lossy(&raw.drain(first..last).collect::<Vec<u8>>()).into_owned()
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// The resident memory, in KiB; 0 where the system does not report it.
    pub fn resident(&self) -> u64 {
        self.status("VmRSS:")
    }

    /// The maximum of the resident memory so far, in KiB.
    #[cfg(target_os = "linux")]
    pub fn max_resident(&self) -> u64 {
        self.status("VmHWM:")
    }

    /// A value of `/proc/PID/status`, in KiB.
    fn status(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
    }

    pub fn with_screen<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        look(self.seen.0.lock().unwrap().emulator.screen())
    }

    /// The text that the program copied last.
    pub fn clipboard(&self) -> String {
        let output = self.output();
        let encoded = output.rsplit("\x1b]52;c;").next().unwrap().split('\x07').next().unwrap();
        let text = base64::engine::general_purpose::STANDARD.decode(encoded).unwrap();
        String::from_utf8(text).unwrap()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Only a failed test leaves it running; killing an ended process fails, which is fine.
        let _ = self.child.kill();
    }
}

/// Clears the screen.
pub const CLEARED: &[u8] = b"\x1b[2J";

/// Ends each frame.
const END_OF_FRAME: &[u8] = b"\x1b[?2026l";

fn modes(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().unwrap())
}
