//! The real terminal: its modes, taken and given back, and the drawing on it.
//!
//! Whatever way a session ends (quit, error, panic, signal), `Modes` gives the terminal back as it was.

use std::io::{self, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossterm::cursor::Show;
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture, EventStream,
    KeyboardEnhancementFlags, PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags,
};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::{Frame, Terminal};

use crate::config::Colours;

use super::console::Console;
use super::frame_writer::FrameWriter;
use super::palette::Palette;
use super::replies::Replies;
use super::scrolling::Scrolling;

/// How long the event stream's thread takes to end, generously.
const READER_ENDS_WITHIN: Duration = Duration::from_millis(20);

/// Whether the screen is ours right now. A panic is then kept for later instead of being printed across the screen.
static LIVE: AtomicBool = AtomicBool::new(false);

/// Whether a session has the screen right now.
pub fn is_live() -> bool {
    LIVE.load(Ordering::SeqCst)
}

/// The modes that a session needs of its terminal. Dropping it gives the terminal back.
#[derive(Debug)]
struct Modes {
    mouse: bool,
}

impl Modes {
    fn take(mouse: bool) -> io::Result<Modes> {
        enable_raw_mode()?;
        LIVE.store(true, Ordering::SeqCst);
        // From here on dropping undoes what was done, even if the rest fails.
        let modes = Modes { mouse };
        modes.push()?;
        Ok(modes)
    }

    fn push(&self) -> io::Result<()> {
        let mut out = io::stdout();
        let unambiguous = KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES;
        execute!(out, EnterAlternateScreen)?;
        // Windows' console has no such flags, and says so with an error that means nothing here.
        if cfg!(not(windows)) {
            execute!(out, PushKeyboardEnhancementFlags(unambiguous))?;
        }
        if self.mouse {
            execute!(out, EnableMouseCapture)?;
        }
        execute!(out, EnableBracketedPaste)
    }

    /// Undoes [`Modes::push`], in reverse. Each step is tried whatever became of the one before.
    fn pop(&self) {
        let mut out = io::stdout();
        let steps = [
            execute!(out, DisableBracketedPaste),
            if self.mouse { execute!(out, DisableMouseCapture) } else { Ok(()) },
            if cfg!(not(windows)) { execute!(out, PopKeyboardEnhancementFlags) } else { Ok(()) },
            execute!(out, LeaveAlternateScreen, Show),
            disable_raw_mode(),
        ];
        for error in steps.into_iter().filter_map(Result::err) {
            tracing::warn!(%error, "the terminal could not be given back in full");
        }
    }
}

impl Drop for Modes {
    fn drop(&mut self) {
        self.pop();
        LIVE.store(false, Ordering::SeqCst);
    }
}

/// The terminal of an interactive session.
pub struct RealConsole {
    // Before `modes`, so that nothing is drawn once they are given back.
    terminal: Terminal<Scrolling<CrosstermBackend<FrameWriter<Palette<Stdout>>>>>,
    writer: FrameWriter<Palette<Stdout>>,
    modes: Modes,
}

impl RealConsole {
    /// Takes the terminal that the program was started in.
    ///
    /// # Errors
    /// There is no terminal, or it can't be set up; it is then as it was before.
    pub fn open(mouse: bool, colours: Colours) -> io::Result<RealConsole> {
        // crossterm leaves colours out by itself under NO_COLOR, and cancels reverse video with them; the theme does it right.
        crossterm::style::force_color_output(true);
        let modes = Modes::take(mouse)?;
        let writer = FrameWriter::new(Palette::new(io::stdout(), colours == Colours::Sixteen));
        let (width, height) = crossterm::terminal::size()?;
        let terminal = Terminal::new(Scrolling::new(CrosstermBackend::new(writer.clone()), width, height))?;
        Ok(RealConsole { terminal, writer, modes })
    }
}

impl Console for RealConsole {
    type Events = Replies<EventStream>;

    fn events(&mut self) -> Replies<EventStream> {
        Replies::new(EventStream::new())
    }

    fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        queue!(self.writer, BeginSynchronizedUpdate)?;
        self.terminal.draw(render)?;
        queue!(self.writer, EndSynchronizedUpdate)?;
        self.writer.release()
    }

    fn clear(&mut self) -> io::Result<()> {
        // Not the library's own clear, which asks the terminal where its cursor is: a reply that is late would be taken
        // for keys, one that never comes is an error.
        self.terminal.backend_mut().clear()?;
        self.terminal.swap_buffers();
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<()> {
        // The dropped event stream's thread is still on its way out. If it were stopped half way, it would swallow the
        // first key after the program is continued; reading for a moment waits for it. What is read stays queued.
        let _ = crossterm::event::poll(READER_ENDS_WITHIN);
        self.modes.pop();
        LIVE.store(false, Ordering::SeqCst);
        let stopped = stop_process_group();
        enable_raw_mode()?;
        LIVE.store(true, Ordering::SeqCst);
        self.modes.push()?;
        stopped
    }

    fn size(&self) -> io::Result<(u16, u16)> {
        crossterm::terminal::size()
    }

    fn send(&mut self, sequence: &[u8]) -> io::Result<()> {
        self.writer.write_all(sequence)?;
        self.writer.release()
    }
}

/// Stops the whole process group, as the terminal's own Ctrl-Z would: with only this process stopped, a shell that
/// waits for its parent (`cargo run`) would never get the terminal back.
#[cfg(unix)]
fn stop_process_group() -> io::Result<()> {
    use rustix::process::{Signal, kill_current_process_group};
    // Not SIGTSTP: the kernel drops it for a group without a shell that could continue it.
    kill_current_process_group(Signal::STOP).map_err(io::Error::from)
}

#[cfg(not(unix))]
fn stop_process_group() -> io::Result<()> {
    Ok(())
}
