//! How far a list of requests has come, on the standard error of a person: targets, links, credits, time.

use crate::domain::signs::DOT;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::global_args::GlobalArgs;
use crate::domain::Credits;
use crate::domain::number::{Thousands, pluralize};
use crate::fetch::Event;

/// A bar, where somebody may look at it, and what is said beside it.
pub(super) struct Progress {
    steps: Steps,
    pub(super) links: usize,
}

/// Where requests that run at the same time tell how far they are. Copies of it are the same one.
#[derive(Clone)]
pub(super) struct Steps {
    bar: Option<ProgressBar>,
    global: GlobalArgs,
}

impl Progress {
    /// Nothing of so many targets is there yet.
    pub(super) fn new(global: GlobalArgs, targets: usize) -> Progress {
        let bar = global.shows_progress().then(|| {
            let style = ProgressStyle::with_template(&format!(
                "{{bar:16}} {{pos}}/{{len}} targets {DOT} {{prefix}} {DOT} {{elapsed}} {DOT} {{wide_msg}}"
            ));
            let bar = ProgressBar::with_draw_target(Some(targets as u64), ProgressDrawTarget::stderr());
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            // The time goes on while nothing else happens.
            bar.enable_steady_tick(Duration::from_millis(250));
            bar
        });
        let progress = Progress { steps: Steps { bar, global }, links: 0 };
        progress.show_sums(Credits::ZERO);
        progress
    }

    pub(super) fn steps(&self) -> Steps {
        self.steps.clone()
    }

    /// So many more links are here, and so much is spent by now.
    pub(super) fn advance(&mut self, links: usize, charged: Credits) {
        self.links += links;
        self.show_sums(charged);
        if let Some(bar) = &self.steps.bar {
            bar.inc(1);
        }
    }

    /// Says something beside the bar.
    pub(super) fn note(&self, text: &str) {
        self.steps.note(text);
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        if let Some(bar) = &self.steps.bar {
            bar.finish_and_clear();
        }
    }

    fn show_sums(&self, charged: Credits) {
        if let Some(bar) = &self.steps.bar {
            bar.set_prefix(format!("{} {DOT} {charged}", pluralize(self.links, "link", "links")));
        }
    }
}

impl Steps {
    /// A request came a step further.
    pub(super) fn step(&self, target: &str, event: &Event) {
        let text = match event {
            Event::Sending { .. } => format!("{target}: fetching"),
            Event::Joined => format!("{target}: waiting for the same request of another kew-tui"),
            Event::Receiving { bytes } => format!("{target}: {} KB received", Thousands(bytes / 1024)),
            Event::Retrying { pause, because, .. } => {
                format!("{target}: retrying in {:.1} s: {}", pause.as_secs_f32(), because.title())
            }
            Event::CheckingBalance => format!("{target}: reading the balance to see what was charged"),
            Event::Recorded(_) | Event::Updated(_) | Event::ArchiveFailure(_) | Event::Ended(_) | Event::Settled(_) => {
                return;
            }
        };
        if let Some(bar) = &self.bar {
            bar.set_message(text);
        }
    }

    /// Says something beside the bar.
    pub(super) fn note(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| self.global.note(text)),
            None => self.global.note(text),
        }
    }
}
