//! How requests end.

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestStatus {
    /// With a whole answer.
    Completed,
    /// With an answer of which only a part can be read.
    Partial,
    /// The server refused.
    Rejected,
    /// Nothing was sent.
    Unsent,
    /// It was sent and brought nothing that can be read: a 5xx, a time-out, garbage, or the program ended first.
    Failed,
    /// It is under way.
    Running,
}

impl RequestStatus {
    /// Every ending with its name in the archive.
    pub const NAMES: [(RequestStatus, &'static str); 6] = [
        (RequestStatus::Completed, "answered"),
        (RequestStatus::Partial, "partial"),
        (RequestStatus::Rejected, "refused"),
        (RequestStatus::Unsent, "unsent"),
        (RequestStatus::Failed, "failed"),
        (RequestStatus::Running, "running"),
    ];

    /// Its name in the archive.
    pub fn name(self) -> &'static str {
        RequestStatus::NAMES.iter().find(|(status, _)| *status == self).map_or("failed", |(_, name)| name)
    }

    /// The ending of this name; `None` for one that only a newer version knows.
    pub fn from_name(name: &str) -> Option<RequestStatus> {
        // What version 0.1 wrote while it was being made.
        let name = if name == "unknown" { "failed" } else { name };
        RequestStatus::NAMES.iter().find(|(_, n)| *n == name).map(|(status, _)| *status)
    }
}
