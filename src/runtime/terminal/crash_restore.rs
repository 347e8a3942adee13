//! Restores the terminal when the process ends abnormally: out of memory, a stack overflow, a signal that ends a process by
//! default, or a loop that is blocked on a terminal that accepts no output.
//!
//! Most of it runs in a signal handler, so it must not allocate, lock or block.

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

/// Everything needed to restore the terminal.
struct CrashRestore {
    terminal: File,
    line: Termios,
    leave: Vec<u8>,
}

/// The terminal's state when the session began. Set once, because a signal handler can't follow changes.
static SAVED: OnceLock<CrashRestore> = OnceLock::new();

/// Whether the terminal is being restored by [`restore`]; the process ends afterwards.
static IS_RESTORING: AtomicBool = AtomicBool::new(false);

/// Signals that end a process by default, except those of `signals.rs`. Faults such as SIGSEGV can't be handled this way;
/// Rust's own handler turns a stack overflow into SIGABRT.
const FATAL_SIGNALS: &[c_int] = &[
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

/// See [`enlarge_signal_stack`].
const SIGNAL_STACK_BYTES: usize = 64 * 1024;
/// CAN, which cancels a half-written sequence, and the end of a synchronized update.
const CANCEL_FRAME: &[u8] = b"\x18\x1b[?2026l";
/// The loop may be writing a frame, so the write is retried to let it finish.
const MAX_WRITES: usize = 100;
const PAUSE: Timespec = Timespec { tv_sec: 0, tv_nsec: 2_000_000 };
/// Printed on SIGABRT, when nothing else may have said why the process ended.
const ABORTED: &[u8] = b"kew-tui crashed or ran out of memory. Everything you paid for is in the archive.\r\n";

/// Restores the terminal however the process ends, except by SIGKILL. `leave` resets the modes, `line` has the line modes.
/// `terminal` must be non-blocking.
///
/// # Errors
/// A signal handler can't be installed.
pub fn install(terminal: File, line: &Termios, leave: &[u8]) -> std::io::Result<()> {
    if SAVED.get().is_some() {
        return Ok(());
    }
    SAVED.get_or_init(|| CrashRestore { terminal, line: line.clone(), leave: [CANCEL_FRAME, leave].concat() });
    enlarge_signal_stack()?;
    for signal in FATAL_SIGNALS {
        handle(*signal)?;
    }
    // By default SIGXFSZ ends the process when a file reaches its size limit; with a handler, the write fails instead.
    signal_hook::flag::register(SIGXFSZ, std::sync::Arc::new(AtomicBool::new(false)))?;
    Ok(())
}

/// Gives this thread's signal handlers a stack that holds two signals. After a stack overflow, Rust's handler aborts and
/// [`restore_and_end`] runs on top of it. Each signal saves the registers, which takes several KiB with AVX-512 and AMX, more
/// than fits twice in the stack that Rust provides.
#[allow(unsafe_code, reason = "the standard library can't do it")]
fn enlarge_signal_stack() -> std::io::Result<()> {
    let memory = Box::leak(vec![0_u8; SIGNAL_STACK_BYTES].into_boxed_slice());
    let stack = libc::stack_t { ss_sp: memory.as_mut_ptr().cast(), ss_flags: 0, ss_size: memory.len() };
    // SAFETY: the memory is leaked, so it outlives the thread, and nothing else uses it.
    let outcome = unsafe { libc::sigaltstack(&raw const stack, std::ptr::null_mut()) };
    if outcome == 0 { Ok(()) } else { Err(std::io::Error::last_os_error()) }
}

#[allow(unsafe_code, reason = "the only way to handle an abort; see the handler")]
fn handle(signal: c_int) -> std::io::Result<()> {
    // SAFETY: `restore_and_end` only does what POSIX allows in a signal handler: it reads atomics and calls write, poll,
    // tcflow, tcflush, tcsetattr, sigaction, raise and _exit.
    unsafe { signal_hook::low_level::register(signal, move || restore_and_end(signal)) }.map(|_| ())
}

/// Restores the terminal, then ends the process as `signal` does by default.
fn restore_and_end(signal: c_int) {
    if restore()
        && signal == SIGABRT
        && let Some(saved) = SAVED.get()
    {
        // Nothing can be done if it fails.
        let _ = rustix::io::write(&saved.terminal, ABORTED);
    }
    // Returns only for signals that some systems ignore by default.
    let _ = signal_hook::low_level::emulate_default_handler(signal);
    signal_hook::low_level::exit(128 + signal);
}

/// Call this before each write to the terminal. It blocks forever once the terminal is being restored, so that nothing is
/// written after that and the process does not end first.
pub fn block_if_restoring() {
    while IS_RESTORING.load(Ordering::SeqCst) {
        std::thread::park();
    }
}

/// Restores the terminal even if another thread is writing to it; the process must end afterwards. Returns whether a session had
/// the terminal.
pub fn restore() -> bool {
    let Some(saved) = SAVED.get() else { return false };
    IS_RESTORING.store(true, Ordering::SeqCst);
    if !set_live(false) {
        return false;
    }
    // Errors are ignored: if one step fails, the others still help.
    for _ in 0..MAX_WRITES {
        if rustix::io::write(&saved.terminal, &saved.leave) == Ok(saved.leave.len()) {
            break;
        }
        // The terminal accepts no output. Drop what is pending, and wake a thread that is blocked in a write so that it returns.
        let _ = tcflush(&saved.terminal, QueueSelector::OFlush);
        let _ = tcflow(&saved.terminal, Action::OOff);
        let _ = tcflow(&saved.terminal, Action::OOn);
        let _ = poll(&mut [], Some(&PAUSE));
    }
    let _ = tcsetattr(&saved.terminal, OptionalActions::Now, &saved.line);
    true
}
