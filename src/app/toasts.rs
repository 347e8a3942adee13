//! Toasts: short messages that disappear by themselves.

use std::time::Duration;

use super::elapsed::Elapsed;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    Info,
    Success,
    Warning,
    Error,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// Not sanitized yet.
    pub text: String,
    pub severity: Severity,
    expires_at: Elapsed,
}

/// Oldest first.
#[derive(Clone, Debug, Default)]
pub struct Toasts {
    shown: Vec<Toast>,
}

/// More could not be read before they disappear.
const MAX_SHOWN: usize = 3;
/// Limits how long a long message, such as one from a server, stays.
const MAX_DURATION: Duration = Duration::from_secs(20);

impl Toasts {
    /// Shows a message. Its duration depends on severity and length.
    pub fn add(&mut self, now: Elapsed, severity: Severity, text: impl Into<String>) {
        /// Enough time for slow readers.
        const PER_BYTE: Duration = Duration::from_millis(80);
        let minimum = Duration::from_secs(match severity {
            Severity::Info | Severity::Success => 4,
            Severity::Warning => 8,
            Severity::Error => 12,
        });
        let text = text.into();
        let bytes = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let duration = minimum.max(PER_BYTE.saturating_mul(bytes)).min(MAX_DURATION);
        self.remove(&text);
        self.shown.push(Toast { text, severity, expires_at: now + duration });
        let surplus = self.shown.len().saturating_sub(MAX_SHOWN);
        self.shown.drain(..surplus);
    }

    pub fn remove(&mut self, text: &str) {
        self.shown.retain(|t| t.text != text);
    }

    pub fn shown(&self) -> &[Toast] {
        &self.shown
    }

    /// Removes expired messages.
    pub fn expire(&mut self, now: Elapsed) {
        self.shown.retain(|t| t.expires_at > now);
    }

    /// When the next message disappears.
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
