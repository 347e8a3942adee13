//! The status of a request.

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestStatus {
    /// There is a complete response.
    Completed,
    /// Only a part of the response can be read.
    Partial,
    /// The server rejected the request.
    Rejected,
    Unsent,
    /// The request was sent, but there is no readable response: a 5xx, a timeout, garbage, or the program exited first.
    Failed,
    Running,
}

impl RequestStatus {
    /// Each status with its name in the archive. The names are stored, so they can't change.
    pub const NAMES: [(RequestStatus, &'static str); 6] = [
        (RequestStatus::Completed, "answered"),
        (RequestStatus::Partial, "partial"),
        (RequestStatus::Rejected, "refused"),
        (RequestStatus::Unsent, "unsent"),
        (RequestStatus::Failed, "failed"),
        (RequestStatus::Running, "running"),
    ];

    /// The name in the archive.
    pub fn name(self) -> &'static str {
        RequestStatus::NAMES.iter().find(|(status, _)| *status == self).map_or("failed", |(_, name)| name)
    }

    /// `None` for a name that only a newer version knows.
    pub fn from_name(name: &str) -> Option<RequestStatus> {
        // Development versions of 0.1 wrote this.
        let name = if name == "unknown" { "failed" } else { name };
        RequestStatus::NAMES.iter().find(|(_, n)| *n == name).map(|(status, _)| *status)
    }
}
