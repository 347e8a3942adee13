//! Waits for the screen, the output and the end of the program.

use portable_pty::native_pty_system;

use super::{BalanceReadings, Session, modes, size};
use crate::support::wait::{PATIENCE, wait_for, wait_until};

impl Session {
    /// Waits until `text` is on the screen. For the credit counter, also waits until the request has ended: the counter changes
    /// one event earlier, and a `q` between the two would ask for confirmation.
    pub fn wait_for(&self, text: &str) {
        let is_counter = text.starts_with("session ");
        self.wait(&format!("“{text}” to be on the screen"), |seen| {
            let screen = seen.emulator.screen().contents();
            screen.contains(text) && !(is_counter && screen.contains("s · maximum cost "))
        });
    }

    /// Waits until `text` is no longer on the screen.
    pub fn wait_for_gone(&self, text: &str) {
        self.wait(&format!("“{text}” to be gone"), |seen| !seen.emulator.screen().contents().contains(text));
    }

    /// Waits until the program has entered the alternate screen `times` times and drawn a frame.
    #[cfg(target_os = "linux")]
    pub fn wait_until_taken(&self, times: usize) {
        self.wait("the screen to be taken and drawn", |seen| {
            let output = String::from_utf8_lossy(&seen.raw);
            output.matches("\x1b[?1049h").count() == times
                && output.rsplit("\x1b[?1049h").next().is_some_and(|after| after.contains("\x1b[?2026l"))
        });
    }

    /// Waits until `text` was written. Works after the program has ended too, since the last output may arrive later.
    pub fn wait_for_output(&self, text: &str) {
        self.wait(&format!("“{text}” to be written"), |seen| String::from_utf8_lossy(&seen.raw).contains(text));
    }

    /// Waits until the screen differs from `contents`.
    pub fn wait_for_change(&self, contents: &str) {
        self.wait("the screen to change", |seen| seen.emulator.screen().contents() != contents);
    }

    pub(super) fn wait(&self, what: &str, holds: impl Fn(&BalanceReadings) -> bool) {
        let (seen, changed) = &*self.seen;
        let seen = seen.lock().unwrap();
        let (seen, out) = changed.wait_timeout_while(seen, PATIENCE, |seen| !holds(seen)).unwrap();
        assert!(!out.timed_out(), "timed out waiting for {what}:\n{}", seen.emulator.screen().contents());
    }

    /// Waits until the system has stopped the program.
    #[cfg(target_os = "linux")]
    pub fn wait_until_stopped(&self) {
        wait_for("the program to be stopped", || {
            let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid())).unwrap();
            let is_stopped = stat.rsplit(") ").next().is_some_and(|state| state.starts_with('T'));
            if is_stopped { Ok(()) } else { Err(stat) }
        });
    }

    /// Opens and closes help, quits, and checks that the terminal is restored.
    pub fn check_responsive_and_quit(&mut self) {
        self.keys("?");
        self.wait_for("All keys");
        self.keys("q");
        self.wait_for_gone("All keys");
        self.keys("q");
        assert_eq!(self.exit_code(), 0);
        self.assert_terminal_restored();
    }

    pub fn exit_code(&mut self) -> u32 {
        let code = wait_for("the program to end", || match self.child.try_wait().unwrap() {
            Some(status) => Ok(status.exit_code()),
            None => Err(self.output()),
        });
        // The last output may still arrive.
        self.wait("the alternate screen to end", |seen| !seen.emulator.screen().alternate_screen());
        code
    }

    /// Closes the terminal and waits until the program has ended.
    pub fn hang_up(&mut self) {
        self.seen.0.lock().unwrap().is_hung_up = true;
        // A redraw wakes the reader, which then closes its end.
        self.keys("\x0c");
        let reader = self.reader.take().unwrap();
        reader.join().unwrap();
        self.writer = Box::new(std::io::sink());
        // Replacing the master closes the old one.
        self.master = native_pty_system().openpty(size(1, 1)).unwrap().master;
        wait_until("the program to end without a terminal", || !self.is_running());
    }

    /// Waits until the program below a shell is gone.
    #[cfg(target_os = "linux")]
    pub fn wait_until_program_is_gone(&self) {
        wait_until("the program to be gone", || !std::fs::exists(format!("/proc/{}", self.pid())).unwrap());
    }

    /// Kills the program and waits until it has ended.
    pub fn kill(&mut self) {
        self.signal("KILL");
        self.wait_for_end();
    }

    /// Waits until the program has ended, with any result.
    pub fn wait_for_end(&mut self) {
        wait_until("the program to be gone", || !self.is_running());
    }

    /// Waits until no process has the terminal open.
    #[cfg(target_os = "linux")]
    pub fn wait_until_terminal_is_closed(&self) {
        let is_read = || self.reader.as_ref().is_some_and(|reader| !reader.is_finished());
        wait_until("the terminal to be closed", || !is_read());
    }

    /// Every mode that the program changes is restored.
    pub fn assert_terminal_restored(&self) {
        self.wait("the alternate screen to end", |seen| !seen.emulator.screen().alternate_screen());
        // The line settings are restored right after the screen.
        wait_for(&format!("the terminal's modes to be {} again", self.modes_before), || {
            let modes = modes(self.master.as_ref());
            if modes == self.modes_before { Ok(()) } else { Err(modes) }
        });
        let seen = self.seen.0.lock().unwrap();
        let screen = seen.emulator.screen();
        assert!(!screen.bracketed_paste() && !screen.hide_cursor());
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        let output = String::from_utf8_lossy(&seen.raw).into_owned();
        assert_eq!(output.matches("\x1b[>1u").count(), output.matches("\x1b[<1u").count(), "kitty's keyboard flags");
        let (begun, ended) = (output.rfind("\x1b[?2026h"), output.rfind("\x1b[?2026l"));
        assert!(begun <= ended, "a synchronized update is open");
    }
}
