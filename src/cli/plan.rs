//! What a list of requests comes to before anything is sent: what the archive holds, and the most that the rest can cost.

use serde::Serialize;

use super::records::Record;
use super::refusal::{Refusal, TOO_EXPENSIVE};
use crate::domain::ledger::{minute, rfc3339};
use crate::domain::number::{Grouped, counted};
use crate::domain::purchase::{Admission, Sums, Terms, admit, check_budget};
use crate::domain::snapshot::RequestLog;
use crate::domain::{Credits, Request, Snapshot};
use crate::fetch::earlier_request;

/// Requests with what is known of each.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) lines: Vec<Planned>,
}

/// A request.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) request: Request,
    /// The answer that the archive holds.
    pub(super) held: Option<Snapshot>,
    /// Why it may be paid for already though there is no answer.
    obstacle: Option<String>,
}

impl Planned {
    /// The most that it can cost.
    fn quote(&self) -> Credits {
        if self.held.is_some() { Credits::ZERO } else { self.request.quote() }
    }
}

impl Plan {
    /// Looks each request up.
    pub(super) fn new(requests: Vec<Request>, log: &RequestLog, terms: &Terms) -> Plan {
        let line = |request: Request| {
            let (held, obstacle) = match admit(log, &request, terms) {
                Admission::Held(snapshot) => (Some(snapshot.clone()), None),
                Admission::Undelivered(earlier) => (None, Some(earlier_request(earlier, terms.now))),
                Admission::Unreadable(record) => {
                    (None, Some(format!("record {} is of a newer version of kew-tui", record.id.0)))
                }
                Admission::InFlight(_) | Admission::Proceed => (None, None),
            };
            Planned { request, held, obstacle }
        };
        Plan { lines: requests.into_iter().map(line).collect() }
    }

    /// The most that it can cost in all.
    pub(super) fn quote(&self) -> Credits {
        self.lines.iter().fold(Credits::ZERO, |sum, line| sum + line.quote())
    }

    /// How many requests have to go out.
    pub(super) fn to_buy(&self) -> usize {
        self.lines.iter().filter(|line| line.held.is_none()).count()
    }

    /// What it comes to, in words.
    pub(super) fn summary(&self) -> String {
        let (to_buy, all) = (self.to_buy(), self.lines.len());
        let targets = counted(all, "target", "targets");
        match to_buy {
            0 => format!("{targets}, all in the archive: nothing to pay"),
            _ if to_buy == all => format!("{targets}: at most {}", self.quote()),
            _ => format!(
                "{targets}, {} of them in the archive; the others cost at most {}",
                Grouped((all - to_buy) as u64),
                self.quote()
            ),
        }
    }

    /// Refuses what would cost more than `limit`, or might be paid for a second time.
    ///
    /// # Errors
    /// With the numbers; nothing was sent.
    pub(super) fn check(&self, limit: Credits) -> Result<(), Refusal> {
        let quote = self.quote();
        if check_budget(limit, &Sums::default(), quote).is_err() {
            let message = format!(
                "{}; the limit is {limit}, so nothing was sent. --max-credits {} allows it, --dry-run shows each target",
                self.summary(),
                quote.0
            );
            return Err(Refusal::new(TOO_EXPENSIVE, "over-limit", message).about(quote));
        }
        match self.obstacles().next() {
            Some((credits, obstacle)) => {
                let message = format!(
                    "{obstacle}. Nothing was sent; look at kew-tui credits --ledger, then --refresh asks again"
                );
                Err(Refusal::new(TOO_EXPENSIVE, "may-be-paid", message).about(credits))
            }
            None => Ok(()),
        }
    }

    /// What may be paid for already though the archive does not hold it, with the most that it would cost again.
    pub(super) fn obstacles(&self) -> impl Iterator<Item = (Credits, String)> {
        self.lines.iter().filter_map(|line| {
            let why = line.obstacle.as_ref()?;
            let target = &line.request.target;
            Some((line.quote(), format!("{target} was asked before and may be paid for already: {why}")))
        })
    }

    /// A line for each request, and one for all of them.
    pub(super) fn records(&self, offset: i32) -> Vec<QuoteLine<'_>> {
        self.lines.iter().map(|line| quote_line(line, offset)).collect()
    }
}

/// A request of a dry run.
#[derive(Debug, Default, Serialize)]
pub(super) struct QuoteLine<'a> {
    target: &'a str,
    scope: &'a str,
    mode: &'a str,
    asked: u16,
    /// The number of the snapshot that holds the answer.
    held: Option<i64>,
    held_since: Option<String>,
    #[serde(skip)]
    local: String,
    held_links: Option<usize>,
    quote: u64,
}

fn quote_line(line: &Planned, offset: i32) -> QuoteLine<'_> {
    let (request, held) = (&line.request, line.held.as_ref());
    QuoteLine {
        target: request.target.as_str(),
        scope: request.target.scope().name(),
        mode: request.mode.name(),
        asked: request.count.get(),
        held: held.map(|snapshot| snapshot.id.0),
        held_since: held.map(|snapshot| rfc3339(snapshot.at)),
        local: held.map(|snapshot| minute(snapshot.at, offset)).unwrap_or_default(),
        held_links: held.map(|snapshot| snapshot.links),
        quote: line.quote().0,
    }
}

impl Record for QuoteLine<'_> {
    const HEADER: &'static [&'static str] =
        &["target", "scope", "mode", "asked", "held", "since", "held links", "at most"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.target.to_owned(),
            self.scope.to_owned(),
            self.mode.to_owned(),
            Grouped(u64::from(self.asked)).to_string(),
            self.held.map(|number| number.to_string()).unwrap_or_default(),
            self.local.clone(),
            self.held_links.map(|links| Grouped(links as u64).to_string()).unwrap_or_default(),
            Grouped(self.quote).to_string(),
        ]
    }
}
