//! Gives the terminal back when the program ends at once: where memory or the stack has run out, at a signal that ends a
//! program by default, and where the loop hangs on a terminal that takes nothing.
//!
//! This is done within a signal handler, so nothing in here allocates, takes a lock or waits for anybody.

use std::ffi::c_int;
use std::fs::File;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::event::{Timespec, poll};
use rustix::termios::{Action, OptionalActions, QueueSelector, Termios, tcflow, tcflush, tcsetattr};
use signal_hook::consts::{
    SIGABRT, SIGALRM, SIGPROF, SIGQUIT, SIGSYS, SIGTRAP, SIGUSR1, SIGUSR2, SIGVTALRM, SIGXCPU, SIGXFSZ,
};

use super::live::set_live;

/// What it takes to give the terminal back.
struct CrashRestore {
    terminal: File,
    line: Termios,
    leave: Vec<u8>,
}

/// The terminal as it was when the session began. One for the life of the program: a handler can't follow changes.
static INSURED: OnceLock<CrashRestore> = OnceLock::new();

/// Whether the terminal is being given back right now, after which the program ends.
static IS_ENDING: AtomicBool = AtomicBool::new(false);

/// Signals that end a program by default, other than those that it is asked to end by. Those of faults in machine code can't
/// be handled so; Rust's own handler turns a stack that overflows into an abort.
const ENDING: &[c_int] = &[
    SIGABRT,
    SIGALRM,
    SIGPROF,
    SIGQUIT,
    SIGSYS,
    SIGTRAP,
    SIGUSR1,
    SIGUSR2,
    SIGVTALRM,
    SIGXCPU,
    #[cfg(target_os = "linux")]
    signal_hook::consts::SIGIO,
];

/// CAN, which breaks off the sequence that may be half written, and the end of a frame.
const BREAK_OFF: &[u8] = b"\x18\x1b[?2026l";
/// The loop may be in the midst of writing a frame, and has to be let finish.
const MOST_TRIES: usize = 100;
const PAUSE: Timespec = Timespec { tv_sec: 0, tv_nsec: 2_000_000 };
/// What is said where nobody else says why the program ended.
const ABORTED: &[u8] = b"kew-tui crashed or ran out of memory. Everything you paid for is in the archive.\r\n";

/// Makes sure that the terminal is given back by whatever ends the program, short of a SIGKILL: `leave` undoes what was set,
/// `line` are the modes of the line. Nothing done on `terminal` may wait.
///
/// # Errors
/// The system does not let it.
pub fn insure(terminal: File, line: &Termios, leave: &[u8]) -> std::io::Result<()> {
    if INSURED.get().is_some() {
        return Ok(());
    }
    INSURED.get_or_init(|| CrashRestore { terminal, line: line.clone(), leave: [BREAK_OFF, leave].concat() });
    for signal in ENDING {
        handle(*signal)?;
    }
    // A file that can grow no further is an error of the write then, and does not end the program.
    signal_hook::flag::register(SIGXFSZ, std::sync::Arc::new(AtomicBool::new(false)))?;
    Ok(())
}

#[allow(unsafe_code, reason = "the only way to hear of an abort; see the handler")]
fn handle(signal: c_int) -> std::io::Result<()> {
    // SAFETY: `end` does only what POSIX lets a signal handler do: it reads atomics and calls write, poll, tcflow, tcflush, tcsetattr,
    // sigaction, raise and _exit.
    unsafe { signal_hook::low_level::register(signal, move || end(signal)) }.map(|_| ())
}

/// Ends the program as `signal` does by default, once the terminal is given back.
fn end(signal: c_int) {
    if give_back()
        && signal == SIGABRT
        && let Some(insured) = INSURED.get()
    {
        // Nobody is left to be told if it fails.
        let _ = rustix::io::write(&insured.terminal, ABORTED);
    }
    // Does not return, but for a signal that other systems ignore.
    let _ = signal_hook::low_level::emulate_default_handler(signal);
    signal_hook::low_level::exit(128 + signal);
}

/// To be called before the terminal is written to: never returns once it is being given back, so that nothing is written
/// behind that, and that the program does not end before.
pub fn hold_on() {
    while IS_ENDING.load(Ordering::SeqCst) {
        std::thread::park();
    }
}

/// Gives the terminal back now, whoever may be writing to it, for a program that ends then. Whether it was held.
pub fn give_back() -> bool {
    let Some(insured) = INSURED.get() else { return false };
    IS_ENDING.store(true, Ordering::SeqCst);
    if !set_live(false) {
        return false;
    }
    // Where a step fails the others are all that can be done.
    for _ in 0..MOST_TRIES {
        if rustix::io::write(&insured.terminal, &insured.leave) == Ok(insured.leave.len()) {
            break;
        }
        // The terminal takes nothing: what waits for it is dropped, and whoever is in the midst of a write is woken to end it.
        let _ = tcflush(&insured.terminal, QueueSelector::OFlush);
        let _ = tcflow(&insured.terminal, Action::OOff);
        let _ = tcflow(&insured.terminal, Action::OOn);
        let _ = poll(&mut [], Some(&PAUSE));
    }
    let _ = tcsetattr(&insured.terminal, OptionalActions::Now, &insured.line);
    true
}
