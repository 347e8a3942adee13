//! The event loop itself: when it draws, suspends and ends.

use std::time::Duration;

use kew_tui::app::account::Access;
use kew_tui::app::{Message, Model};
use kew_tui::config::Theme;
use kew_tui::domain::Credits;
use kew_tui::input::Chord;
use kew_tui::runtime::event_loop::{self, Outcome};

use super::console::{FakeEffectRunner, TestConsole};
use super::{no_response_yet, roles};

/// Runs a session at 80x24 with these keys.
struct Loop {
    model: Model,
    theme: Theme,
    console: TestConsole,
    shell: FakeEffectRunner,
    inbox: tokio::sync::mpsc::UnboundedReceiver<event_loop::LoopEvent>,
}

impl Loop {
    fn with_keys(keys: &str) -> Loop {
        let config = roles::config();
        let model = Model::new(config.settings, config.keymap, Access::Key, 80, 24);
        let (console, pending) = TestConsole::new((80, 24), Chord::parse_sequence(keys).unwrap());
        let (shell, inbox) = FakeEffectRunner::new(pending, no_response_yet);
        Loop { model, theme: config.theme, console, shell, inbox }
    }

    async fn run(&mut self) -> Outcome {
        let Loop { model, theme, console, shell, inbox } = self;
        event_loop::run(console, model, theme, shell, inbox, Vec::new()).await.unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn an_idle_hour_draws_one_frame() {
    let mut idle = Loop::with_keys("");
    idle.console.stays_silent_for(Duration::from_secs(3_600));
    idle.run().await;
    assert_eq!(idle.console.frames(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_burst_of_keys_draws_one_frame() {
    let mut burst = Loop::with_keys(&format!("e{}", "x".repeat(200)));
    burst.run().await;
    assert_eq!(burst.console.frames(), 2, "the first frame, and one for all keys");
    assert_eq!(burst.model.target.url.text().len(), 200);
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_keys_draws_a_frame_every_512_keys() {
    let mut flood = Loop::with_keys(&format!("e{}", "x".repeat(1_024)));
    flood.run().await;
    assert_eq!(flood.console.frames(), 4, "the first frame, and one for 512, 512 and 1 keys");
}

#[tokio::test(start_paused = true)]
async fn suspending_restores_the_terminal_and_redraws_at_its_new_size() {
    let mut suspended = Loop::with_keys("<ctrl-z>e<ctrl-l>");
    suspended.console.becomes_on_resume((100, 30));
    suspended.run().await;
    let console = &suspended.console;
    assert_eq!((console.suspensions(), console.clears(), console.streams()), (1, 2, 2));
    assert_eq!((suspended.model.screen.width, suspended.model.screen.height), (100, 30));
}

#[tokio::test(start_paused = true)]
async fn terminate_ends_the_session_at_once() {
    let mut ended = Loop::with_keys("");
    ended.console.stays_silent_for(Duration::from_secs(3_600));
    ended.shell.send(Message::Balance { reading: 0, result: Ok(Credits(1)) });
    ended.shell.send(Message::Terminate);
    let begun = tokio::time::Instant::now();
    assert_eq!(ended.run().await, Outcome::Interrupted);
    assert_eq!(begun.elapsed(), Duration::ZERO);
}
