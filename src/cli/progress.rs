//! How far a list of requests has come, on the standard error of a person: targets, links, credits, time.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::manner::Manner;
use crate::domain::Credits;
use crate::domain::number::{Grouped, counted};
use crate::runtime::buy::Step;

/// A bar, where somebody may look at it, and what is said beside it.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    manner: Manner,
    pub(super) links: usize,
    pub(super) spent: Credits,
}

impl Progress {
    /// Nothing of so many targets is there yet.
    pub(super) fn new(manner: Manner, targets: usize) -> Progress {
        let bar = manner.shows_progress().then(|| {
            let style =
                ProgressStyle::with_template("{bar:16} {pos}/{len} targets · {prefix} · {elapsed} · {wide_msg}");
            let bar = ProgressBar::with_draw_target(Some(targets as u64), ProgressDrawTarget::stderr());
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            // The time goes on while nothing else happens.
            bar.enable_steady_tick(Duration::from_millis(250));
            bar
        });
        let progress = Progress { bar, manner, links: 0, spent: Credits::ZERO };
        progress.show_sums();
        progress
    }

    /// A request came a step further.
    pub(super) fn step(&self, target: &str, step: &Step) {
        self.show(match step {
            Step::Sent => format!("asking for {target}"),
            Step::Joined => format!("{target}: waiting for another program that asks the same"),
            Step::Receiving(bytes) => format!("{target}: {} KB are here", Grouped(bytes / 1024)),
            Step::Again { pause, because } => {
                format!("{target}: again in {:.1} s: {}", pause.as_secs_f32(), because.title())
            }
        });
    }

    /// An answer is here.
    pub(super) fn advance(&mut self, links: usize, cost: Credits) {
        self.links += links;
        self.spent += cost;
        self.show_sums();
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }

    /// Says something beside the bar.
    pub(super) fn note(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| self.manner.note(text)),
            None => self.manner.note(text),
        }
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn show(&self, text: String) {
        if let Some(bar) = &self.bar {
            bar.set_message(text);
        }
    }

    fn show_sums(&self) {
        if let Some(bar) = &self.bar {
            bar.set_prefix(format!("{} · {}", counted(self.links, "link", "links"), self.spent));
        }
    }
}
