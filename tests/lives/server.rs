//! An API in memory that keeps books and randomly does what servers and networks do.

use std::sync::Arc;
use std::time::Duration;

use kew_tui::api::{ApiFailure, RawResponse};
use kew_tui::domain::fetch_error::Phase;
use kew_tui::domain::{Credits, FetchError, Limits, Request};
use kew_tui::fetch::{Api, ApiFuture, Connect};
use tokio::time::sleep;

use super::audit;
use super::books::{Order, Sight};
use super::world::World;

/// For so long, in milliseconds, nobody can tell whether the server still works on what was given up. A little longer than the
/// program thinks, for the readings of the balance before a request.
const STILL_WORKING: u64 = 190_000;

/// What becomes of one request for links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Whole,
    WholeWithoutCost,
    Cut,
    Stalls,
    Silence,
    Garbage,
    ServerError,
    TooMany,
    Rejected,
    Unsent,
}

const FATES: [(Fate, usize, &str); 10] = [
    (Fate::Whole, 34, "whole"),
    (Fate::WholeWithoutCost, 10, "whole, without its cost"),
    (Fate::Cut, 10, "cut"),
    (Fate::Stalls, 6, "stalls"),
    (Fate::Silence, 4, "silence"),
    (Fate::Garbage, 5, "garbage"),
    (Fate::ServerError, 16, "server error"),
    (Fate::TooMany, 5, "429"),
    (Fate::Rejected, 5, "rejected"),
    (Fate::Unsent, 5, "unsent"),
];

/// The account's API as one session reaches it.
pub struct Line {
    pub world: Arc<World>,
    pub session: usize,
    pub limits: Limits,
}

impl Connect for Line {
    fn connect(&self) -> ApiFuture<'_, Arc<dyn Api>, FetchError> {
        let line = Line { world: Arc::clone(&self.world), session: self.session, limits: self.limits };
        Box::pin(async { Ok(Arc::new(line) as Arc<dyn Api>) })
    }
}

impl Api for Line {
    fn account(&self, _: &str) -> String {
        "account".to_owned()
    }

    fn backlinks<'a>(
        &'a self,
        request: &'a Request,
        arriving: &'a mut (dyn FnMut(u64) + Send),
        keep: &'a mut (dyn FnMut(&[u8]) + Send),
    ) -> ApiFuture<'a, RawResponse, ApiFailure> {
        Box::pin(async move {
            let fate = self.fate();
            self.world.pass(1, 60).await;
            if fate == Fate::Unsent {
                return Err(self.unsent().into());
            }
            let order = self.take_order(request, fate).await;
            self.world.pass(1, 9_000).await;
            self.response(order, fate, arriving, keep).await
        })
    }

    fn balance(&self) -> ApiFuture<'_, Credits, FetchError> {
        Box::pin(async {
            self.world.pass(1, 200).await;
            let shown = {
                let now = self.world.now();
                let mut books = self.world.books();
                let fails = match books.sight {
                    Sight::Clear => false,
                    Sight::Flaky => books.chance(35),
                    Sight::Never => true,
                };
                let shown = books.balance(now);
                if !fails && books.lags_behind(now) {
                    books.is_misled = true;
                    books.count("balance lags behind an earlier request");
                }
                books.note(now, || format!("balance {}", if fails { "fails".into() } else { shown.to_string() }));
                if fails { None } else { Some(shown) }
            };
            self.world.pass(1, 200).await;
            match shown {
                Some(shown) => Ok(Credits(shown)),
                None => Err(self.no_balance().await),
            }
        })
    }
}

impl Line {
    fn fate(&self) -> Fate {
        let mut books = self.world.books();
        if books.is_troubled && books.chance(60) {
            return Fate::ServerError;
        }
        let mut roll = books.dice.roll(FATES.iter().map(|(_, weight, _)| weight).sum());
        for (fate, weight, _) in FATES {
            if roll < weight {
                return fate;
            }
            roll -= weight;
        }
        Fate::Whole
    }

    fn unsent(&self) -> FetchError {
        self.world.books().count("unsent");
        match self.world.roll(3) {
            0 => FetchError::Refused,
            1 => FetchError::Dns,
            _ => FetchError::TimedOut { phase: Phase::BeforeSending, after: self.limits.connect },
        }
    }

    async fn no_balance(&self) -> FetchError {
        self.world.books().count("balance fails");
        match self.world.roll(if self.world.books().sight == Sight::Never { 2 } else { 5 }) {
            0 => FetchError::Status { status: 404, message: None },
            1 => FetchError::NotJson { reason: "garbage".to_owned() },
            2 => FetchError::Refused,
            3 => FetchError::Server { status: 503, message: None },
            _ => {
                sleep(self.limits.idle).await;
                FetchError::TimedOut { phase: Phase::AfterSending, after: self.limits.idle }
            }
        }
    }

    /// The server has the request: it is in the books now, whatever happens to the program. Returns its number.
    async fn take_order(&self, request: &Request, fate: Fate) -> usize {
        let Some(admitted) = audit::may_go_out(&self.world, self.session, request).await else {
            // Its machine is stopped, or the request should never have been sent.
            return std::future::pending().await;
        };
        let (wish, line) = (admitted.wish, admitted.line);
        let now = self.world.now();
        let mut books = self.world.books();
        // Fixed for each target, so that some requests bring fewer links than they ask for.
        let has = request.target.as_str().len() % 7 + 3;
        let rows = usize::from(request.count.get()).min(has);
        let full = request.mode.price_per_link().0 * rows as u64;
        let charged = match fate {
            Fate::TooMany | Fate::Rejected | Fate::Unsent => 0,
            Fate::ServerError | Fate::Silence | Fate::Stalls | Fate::Garbage if books.chance(50) => 0,
            _ => full,
        };
        // Nobody waits for a server that stalls; it may come to charging later.
        let late = match fate {
            Fate::Stalls | Fate::Silence if books.chance(50) => books.between(1_000, 170_000),
            _ => 0,
        };
        books.is_disturbed |= now < books.works_until;
        if matches!(fate, Fate::Stalls | Fate::Silence) {
            books.works_until = now + STILL_WORKING;
        }
        books.is_troubled = fate == Fate::ServerError;
        let name = FATES.iter().find(|(f, ..)| *f == fate).map_or("", |(_, _, name)| name);
        books.count(name);
        match fate {
            Fate::ServerError => books.count(if charged > 0 { "server error, charged" } else { "server error, free" }),
            _ if late > 0 && charged > 0 => books.count("charged late"),
            _ => {}
        }
        let order = books.orders.len();
        books.note(now, || {
            format!("order {order} of wish {wish}, line {}: {fate:?}, charged {charged} in {late} ms", line.0)
        });
        books.orders.push(Order {
            session: self.session,
            wish,
            line,
            request: request.clone(),
            rows,
            charged,
            charged_at: now + late,
            arrived: Vec::new(),
            is_whole: false,
            may_be_lost: false,
        });
        audit::paid_once(&mut books, now, &admitted);
        order
    }

    async fn response(
        &self,
        order: usize,
        fate: Fate,
        arriving: &mut (dyn FnMut(u64) + Send),
        keep: &mut (dyn FnMut(&[u8]) + Send),
    ) -> Result<RawResponse, ApiFailure> {
        let limits = self.limits;
        let refused = |failure, status| Err(ApiFailure { failure, raw: Vec::new(), status: Some(status) });
        match fate {
            Fate::TooMany => {
                let seconds = [None, Some(1), Some(20), Some(100)][self.world.roll(4)];
                refused(FetchError::TooManyRequests { retry_after: seconds.map(Duration::from_secs) }, 429)
            }
            Fate::Rejected => match self.world.roll(4) {
                0 => refused(FetchError::BadRequest { message: None }, 400),
                1 => refused(FetchError::KeyRefused { message: None }, 401),
                2 => refused(FetchError::PaymentRequired { message: "no".to_owned(), description: None }, 402),
                _ => refused(FetchError::Redirect { status: 302, location: None }, 302),
            },
            Fate::ServerError => {
                let status = [500, 502, 503, 504, 522][self.world.roll(5)];
                refused(FetchError::Server { status, message: None }, status)
            }
            Fate::Silence => {
                sleep(limits.idle).await;
                Err(FetchError::TimedOut { phase: Phase::AfterSending, after: limits.idle }.into())
            }
            _ => self.send(order, fate, arriving, keep).await,
        }
    }

    /// Sends a success, or what is one so far.
    async fn send(
        &self,
        order: usize,
        fate: Fate,
        arriving: &mut (dyn FnMut(u64) + Send),
        keep: &mut (dyn FnMut(&[u8]) + Send),
    ) -> Result<RawResponse, ApiFailure> {
        let body = self.body(order, fate);
        let stops = matches!(fate, Fate::Cut | Fate::Stalls);
        let end = if stops { self.world.roll(body.len()) } else { body.len() };
        let mut raw = Vec::new();
        while raw.len() < end {
            let piece = (1 + self.world.roll(end)).min(end - raw.len());
            let piece = &body[raw.len()..raw.len() + piece];
            keep(piece);
            raw.extend_from_slice(piece);
            {
                let mut books = self.world.books();
                let is_readable = matches!(fate, Fate::Whole | Fate::WholeWithoutCost);
                let order = &mut books.orders[order];
                order.arrived.extend_from_slice(piece);
                order.is_whole = is_readable && raw.len() == body.len();
            }
            arriving(raw.len() as u64);
            self.world.pass(0, 800).await;
        }
        let failed = |failure, raw| Err(ApiFailure { failure, raw, status: Some(200) });
        match fate {
            Fate::Cut if self.world.chance(50) => failed(FetchError::Broken { reason: "reset".to_owned() }, raw),
            Fate::Cut => failed(FetchError::Truncated { received: raw.len() as u64 }, raw),
            Fate::Stalls => {
                sleep(self.limits.idle).await;
                failed(FetchError::TimedOut { phase: Phase::AfterSending, after: self.limits.idle }, raw)
            }
            _ => Ok(RawResponse { raw, status: 200 }),
        }
    }

    fn body(&self, number: usize, fate: Fate) -> Vec<u8> {
        let mut books = self.world.books();
        let Order { rows, charged, .. } = books.orders[number];
        let row = |i: usize| {
            // No two orders bring the same bytes.
            format!(r#"{{"anchor_text":"order {number}","domain_source":"s{i}.com","url_source":"https://s{i}.com/"}}"#)
        };
        let links: Vec<String> = (0..rows).map(row).collect();
        let links = links.join(",");
        match (fate, books.dice.roll(3)) {
            (Fate::Garbage, 0) => format!("<html>order {number}</html>"),
            (Fate::Garbage, 1) => format!(r#"{{"data":["order {number}",7]}}"#),
            (Fate::Garbage, _) => format!(r#"{{"order":{number}}}"#),
            (Fate::WholeWithoutCost, _) => format!(r#"{{"data":[{links}]}}"#),
            // What says what it cost has charged it.
            (Fate::Whole | Fate::Cut, 0) => format!(r#"{{"credits_consumed":{charged},"data":[{links}]}}"#),
            _ => format!(r#"{{"data":[{links}],"credits_consumed":{charged}}}"#),
        }
        .into_bytes()
    }
}
