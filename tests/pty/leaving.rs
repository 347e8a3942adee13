//! Stop, continue and end in every way: the terminal is restored, or the screen is redrawn.

use std::os::unix::process::CommandExt;
use std::time::Duration;

use super::terminal::Session;
use crate::support::charging_server::{ChargingServer, Reply, row};
use crate::support::wait::wait_until;

fn demo(environment: &[(&str, &str)]) -> Session {
    let session = Session::start(&["--demo"], environment);
    session.wait_for("Demo targets");
    session
}

#[test]
fn ctrl_z_suspends_and_fg_restores_the_screen() {
    let mut session = Session::start_as_job(&["--demo"], &[]);
    session.wait_for("Demo targets");
    for times in 2..4 {
        session.keys("\x1a");
        session.wait_until_stopped();
        session.assert_terminal_restored();
        session.keys("fg\r");
        session.wait_until_taken(times);
        session.wait_for("Demo targets");
    }
    session.keys("tidepool.example\r");
    session.wait_for("session 500 cr");
    session.keys("q");
    session.wait_for("shell> ");
    session.assert_terminal_restored();
}

#[test]
fn ctrl_z_does_nothing_without_a_job_control_shell() {
    let mut session = demo(&[]);
    session.keys("\x1a");
    session.wait_for("can't suspend");
    session.keys("\x1b");
    session.wait_for("q quit");
    session.check_responsive_and_quit();
}

#[test]
fn a_stop_signal_and_fg_restore_the_screen() {
    for signal in ["STOP", "TSTP"] {
        let mut session = Session::start_as_job(&["--demo"], &[]);
        session.wait_for("Demo targets");
        session.signal(signal);
        session.wait_until_stopped();
        session.wait_for("Stopped");
        session.keys("fg\r");
        session.wait_until_taken(2);
        session.wait_for_gone("Stopped");
        // Each key arrives immediately and is not echoed.
        session.keys("tidepool.example\r");
        session.wait_for("session 500 cr");
        session.keys("q");
        session.wait_for("shell> ");
        session.assert_terminal_restored();
    }
}

/// A server with a slow response.
fn slow_server(pause: Duration) -> ChargingServer {
    ChargingServer::start(true, move |request| {
        let rows: Vec<String> = (0..request.count).map(|i| row(i, "a")).collect();
        Reply { pause, ..Reply::of(request, &rows) }
    })
}

/// Waits until the server has received a request or, with `is_answered`, has answered it.
fn wait_for_request(server: &ChargingServer, is_answered: bool) {
    wait_until("the server", || {
        let records = server.records();
        let is_over = !is_answered || records.open == 0;
        !records.requests.is_empty() && is_over
    });
}

#[test]
fn a_request_continues_after_a_stop() {
    for by_key in [true, false] {
        let server = slow_server(Duration::from_millis(300));
        let environment = [("KEW_API_URL", server.url.as_str()), ("KEYWORDS_EVERYWHERE_API_KEY", "k")];
        let mut session = Session::start_as_job(&["example.com", "-n", "40"], &environment);
        session.wait_for("balance 100,000,000 cr");
        session.keys("\r");
        wait_for_request(&server, false);
        if by_key {
            session.keys("\x1a");
        } else {
            session.signal("STOP");
        }
        session.wait_until_stopped();
        session.wait_for("Stopped");
        // The complete response arrives while the program is stopped.
        wait_for_request(&server, true);
        session.keys("fg\r");
        session.wait_for("session 200 cr · balance 99,999,800 cr");
        assert_eq!(server.records().requests.len(), 1, "it was not sent again");
        session.keys("q");
        session.wait_for("shell> ");
        session.assert_terminal_restored();
    }
}

#[test]
fn signals_during_a_request_restore_the_terminal() {
    for (signal, code) in [("TERM", 130), ("HUP", 130), ("INT", 130), ("QUIT", 131), ("USR1", 138)] {
        let server = slow_server(Duration::from_millis(200));
        let environment = [("KEW_API_URL", server.url.as_str()), ("KEYWORDS_EVERYWHERE_API_KEY", "k")];
        let mut session = Session::start_below_shell(&["example.com", "-n", "40"], &environment);
        session.wait_for("balance 100,000,000 cr");
        session.keys("\r");
        wait_for_request(&server, false);
        session.signal(signal);
        session.wait_for(&format!("over {code}"));
        session.assert_terminal_restored();
    }
}

#[test]
fn termination_signals_exit_with_130() {
    for signal in ["TERM", "HUP", "INT"] {
        let mut session = demo(&[]);
        session.signal(signal);
        assert_eq!(session.exit_code(), 130, "{signal}");
        session.assert_terminal_restored();
    }
}

/// The demo below a shell that prints the exit code.
fn demo_in_shell(environment: &[(&str, &str)]) -> Session {
    let session = Session::start_below_shell(&["--demo"], environment);
    session.wait_for("Demo targets");
    session
}

/// Checks that this signal ended the program and that the terminal is restored.
fn assert_ended_by(session: &Session, signal: u32) {
    session.wait_for(&format!("over {}", 128 + signal));
    session.assert_terminal_restored();
}

#[test]
fn fatal_signals_restore_the_terminal() {
    use signal_hook::consts as number;
    for (signal, number) in [
        ("QUIT", number::SIGQUIT),
        ("ABRT", number::SIGABRT),
        ("USR1", number::SIGUSR1),
        ("USR2", number::SIGUSR2),
        ("ALRM", number::SIGALRM),
        ("VTALRM", number::SIGVTALRM),
        ("PROF", number::SIGPROF),
        ("IO", number::SIGIO),
        ("XCPU", number::SIGXCPU),
        ("SYS", number::SIGSYS),
        ("TRAP", number::SIGTRAP),
    ] {
        let session = demo_in_shell(&[]);
        session.signal(signal);
        assert_ended_by(&session, number.try_into().unwrap());
    }
}

#[test]
fn aborts_restore_the_terminal_and_say_so() {
    for kind in ["abort", "memory", "stack"] {
        let mut session = demo_in_shell(&[("KEW_FAILPOINT", "event"), ("KEW_FAILPOINT_KIND", kind)]);
        session.keys("x");
        assert_ended_by(&session, signal_hook::consts::SIGABRT.try_into().unwrap());
        session.wait_for("Everything you paid for is in the archive.");
    }
}

/// Fills the buffer of a terminal that does not read, until the program blocks on a write.
fn fill(session: &mut Session) {
    session.set_stalled(true);
    wait_until("the program to wait for room", || {
        session.keys("\x0c");
        waits_to_write(session.pid())
    });
}

/// Whether the main thread is in a write or a poll for one, by the number of its system call on x86-64 and ARM; otherwise it
/// sleeps on a futex.
fn waits_to_write(process: u32) -> bool {
    let call = std::fs::read_to_string(format!("/proc/{process}/task/{process}/syscall")).unwrap();
    let number = call.split_whitespace().next().unwrap();
    match std::env::consts::ARCH {
        "x86_64" => matches!(number, "1" | "7" | "271"),
        _ => matches!(number, "64" | "73"),
    }
}

#[test]
fn signals_end_the_program_while_the_terminal_is_stalled() {
    let sessions = ["TERM", "HUP", "QUIT", "USR1"].map(|signal| {
        std::thread::Builder::new().name(signal.to_owned()).spawn(move || {
            let mut session = demo_in_shell(&[]);
            session.keys("tidepool.example\r");
            session.wait_for("session 500 cr");
            fill(&mut session);
            session.signal(signal);
            session.wait_until_program_is_gone();
            session.set_stalled(false);
            session.wait_for("over 1");
            session.assert_terminal_restored();
        })
    });
    for session in sessions {
        session.unwrap().join().unwrap();
    }
}

#[test]
fn stop_and_continue_work_while_the_terminal_is_stalled() {
    let mut session = Session::start_as_job(&["--demo"], &[]);
    session.wait_for("Demo targets");
    session.keys("tidepool.example\r");
    session.wait_for("session 500 cr");
    fill(&mut session);
    session.signal("STOP");
    session.wait_until_stopped();
    session.set_stalled(false);
    session.wait_for("Stopped");
    // The shell may get keys that the program had not read; Ctrl-u discards them.
    session.keys("\x15fg\r");
    session.wait_until_taken(2);
    session.wait_for("session 500 cr");
    session.keys("q");
    session.wait_for("shell> ");
    session.assert_terminal_restored();
}

#[test]
fn a_nonblocking_terminal_is_written_completely() {
    let wrapper = std::env::current_exe().unwrap();
    let test = ["--ignored", "--exact", "--nocapture", "pty::leaving::child_runs_on_a_nonblocking_terminal"];
    let mut session = Session::start_with_command(&[wrapper.to_str().unwrap()], &test, &[]);
    session.wait_for("Demo targets");
    fill(&mut session);
    assert!(session.is_running());
    session.set_stalled(false);
    session.wait_for("Demo targets");
    session.keys("tidepool.example\r");
    session.wait_for("session 500 cr");
    session.keys("q");
    assert_eq!(session.exit_code(), 0);
}

#[test]
#[ignore = "is run by the test above"]
fn child_runs_on_a_nonblocking_terminal() {
    let stdout = std::io::stdout();
    rustix::fs::fcntl_setfl(&stdout, rustix::fs::OFlags::NONBLOCK).unwrap();
    panic!("{}", std::process::Command::new(super::BINARY).arg("--demo").exec());
}

#[test]
fn late_mouse_reports_are_not_echoed() {
    let mut session = demo(&[]);
    session.keys("tidepool.example\r");
    session.wait_for("session 500 cr");
    let wheel = "\x1b[<65;20;9M".repeat(40);
    session.keys(&format!("{wheel}q{wheel}"));
    assert_eq!(session.exit_code(), 0);
    session.assert_terminal_restored();
    let output = session.output();
    assert!(!output.contains("<65;20"), "it was echoed");
    assert!(!output.contains("?1003"), "motion reporting was enabled");
}

#[test]
fn extreme_terminal_sizes_are_handled() {
    let mut session = Session::start_at((0, 0), &["--demo"], &[]);
    session.resize_emulator(80, 24);
    session.keys("\x0c");
    session.wait_for("Demo targets");
    session.announce_size(65_535, 65_535);
    session.key_and_frame('\x0c');
    session.resize(80, 24);
    session.wait_for("Demo targets");
    session.keys("\x1b");
    session.wait_for("q quit");
    session.check_responsive_and_quit();
}
