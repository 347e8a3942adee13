//! Short messages that go away by themselves.

use std::time::Duration;

use super::elapsed::Elapsed;

/// How a message is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// For information.
    Info,
    /// Something worked.
    Success,
    /// Something to look at.
    Warning,
    /// Something went wrong.
    Error,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// Its text; not yet safe to show.
    pub text: String,
    /// How it is meant.
    pub severity: Severity,
    expires_at: Elapsed,
}

/// The messages on the screen, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Toasts {
    shown: Vec<Toast>,
}

/// More than this at a time nobody reads.
const MAX_SHOWN: usize = 3;
/// A server may have sent any length of text.
const MAX_DURATION: Duration = Duration::from_secs(20);

impl Toasts {
    /// Shows a message, longer where there is more at stake or more to read, such as the path of a file.
    pub fn add(&mut self, now: Elapsed, severity: Severity, text: impl Into<String>) {
        /// Slow readers take as long for a letter.
        const PER_BYTE: Duration = Duration::from_millis(80);
        let minimum = Duration::from_secs(match severity {
            Severity::Info | Severity::Success => 4,
            Severity::Warning => 8,
            Severity::Error => 12,
        });
        let text = text.into();
        let bytes = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let duration = minimum.max(PER_BYTE.saturating_mul(bytes)).min(MAX_DURATION);
        self.shown.retain(|t| t.text != text);
        self.shown.push(Toast { text, severity, expires_at: now + duration });
        let surplus = self.shown.len().saturating_sub(MAX_SHOWN);
        self.shown.drain(..surplus);
    }

    /// What is on the screen.
    pub fn shown(&self) -> &[Toast] {
        &self.shown
    }

    /// Takes away what was shown long enough.
    pub fn expire(&mut self, now: Elapsed) {
        self.shown.retain(|t| t.expires_at > now);
    }

    /// When the next message goes away.
    pub fn next_expiry(&self) -> Option<Elapsed> {
        self.shown.iter().map(|t| t.expires_at).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_three_are_shown_until_they_expire() {
        let mut toasts = Toasts::default();
        for i in 0..5 {
            toasts.add(Duration::from_secs(i), Severity::Info, format!("{i}"));
        }
        assert_eq!(toasts.shown().iter().map(|t| t.text.as_str()).collect::<Vec<_>>(), ["2", "3", "4"]);
        assert_eq!(toasts.next_expiry(), Some(Duration::from_secs(6)));
        toasts.expire(Duration::from_secs(6));
        assert_eq!(toasts.shown().len(), 2);
    }
}
