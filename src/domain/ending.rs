//! How requests end.

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    /// With a whole answer.
    Answered,
    /// With an answer of which only a part can be read.
    Partial,
    /// The server refused.
    Refused,
    /// Nothing was sent.
    Unsent,
    /// It was sent and brought nothing that can be read: a 5xx, a time-out, garbage, or the program ended first.
    Failed,
    /// It is under way.
    Running,
}

impl Ending {
    /// Every ending with its name in the archive.
    pub const NAMES: [(Ending, &'static str); 6] = [
        (Ending::Answered, "answered"),
        (Ending::Partial, "partial"),
        (Ending::Refused, "refused"),
        (Ending::Unsent, "unsent"),
        (Ending::Failed, "failed"),
        (Ending::Running, "running"),
    ];

    /// Its name in the archive.
    pub fn name(self) -> &'static str {
        Ending::NAMES.iter().find(|(ending, _)| *ending == self).map_or("failed", |(_, name)| name)
    }

    /// The ending of this name; `None` for one that only a newer version knows.
    pub fn from_name(name: &str) -> Option<Ending> {
        // What version 0.1 wrote while it was being made.
        let name = if name == "unknown" { "failed" } else { name };
        Ending::NAMES.iter().find(|(_, n)| *n == name).map(|(ending, _)| *ending)
    }
}
