//! The progress bar of a batch, on stderr if that is a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::global_args::GlobalArgs;
use crate::domain::Credits;
use crate::domain::number::{Thousands, pluralize};
use crate::domain::signs::DOT;
use crate::fetch::Event;

pub(super) struct Progress {
    steps: Steps,
    pub(super) links: usize,
}

/// A handle for concurrent requests to report their steps; clones share one bar.
#[derive(Clone)]
pub(super) struct Steps {
    bar: Option<ProgressBar>,
    global: GlobalArgs,
}

impl Progress {
    pub(super) fn new(global: GlobalArgs, targets: usize) -> Progress {
        let bar = global.shows_progress().then(|| {
            let style = ProgressStyle::with_template(&format!(
                "{{bar:16}} {{pos}}/{{len}} targets {DOT} {{prefix}} {DOT} {{elapsed}} {DOT} {{wide_msg}}"
            ));
            let bar = ProgressBar::with_draw_target(Some(targets as u64), ProgressDrawTarget::stderr());
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            // Keeps the elapsed time running between events.
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

    /// One more target is done. `charged` is the total so far.
    pub(super) fn advance(&mut self, links: usize, charged: Credits) {
        self.links += links;
        self.show_sums(charged);
        if let Some(bar) = &self.steps.bar {
            bar.inc(1);
        }
    }

    pub(super) fn note(&self, text: &str) {
        self.steps.note(text);
    }

    pub(super) fn clear(&self) {
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
    pub(super) fn step(&self, target: &str, event: &Event) {
        let text = match event {
            Event::Sending { .. } => format!("{target}: fetching"),
            Event::Joined => format!("{target}: waiting for the same request in another session"),
            Event::Receiving { bytes } => format!("{target}: {} KB received", Thousands(bytes / 1024)),
            Event::Retrying { pause, error, .. } => {
                format!("{target}: retrying in {:.1} s: {}", pause.as_secs_f32(), error.title())
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

    /// Prints a note above the bar.
    pub(super) fn note(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| self.global.note(text)),
            None => self.global.note(text),
        }
    }
}
