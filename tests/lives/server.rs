//! An API in memory that records its charges and fails at random, as servers and networks do.

use std::sync::Arc;
use std::time::Duration;

use kew_tui::api::{ApiFailure, RawResponse};
use kew_tui::domain::fetch_error::Phase;
use kew_tui::domain::{Credits, FetchError, Limits, Request};
use kew_tui::fetch::{Api, ApiFuture, Connect};
use tokio::time::sleep;

use super::audit;
use super::records::{BalanceAccess, Purchase};
use super::world::World;

/// Milliseconds for which the server may still work on a request that the program gave up. A little longer than the program
/// assumes, because of the balance readings before a request.
const STILL_WORKING: u64 = 190_000;

/// How one request for links ends.
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

/// The API as one session reaches it.
pub struct SessionApi {
    pub world: Arc<World>,
    pub session: usize,
    pub limits: Limits,
}

impl Connect for SessionApi {
    fn connect(&self) -> ApiFuture<'_, Arc<dyn Api>, FetchError> {
        let line = SessionApi { world: Arc::clone(&self.world), session: self.session, limits: self.limits };
        Box::pin(async { Ok(Arc::new(line) as Arc<dyn Api>) })
    }
}

impl Api for SessionApi {
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
            self.world.sleep_between(1, 60).await;
            if fate == Fate::Unsent {
                return Err(self.unsent().into());
            }
            let purchase = self.accept_purchase(request, fate).await;
            self.world.sleep_between(1, 9_000).await;
            self.response(purchase, fate, arriving, keep).await
        })
    }

    fn balance(&self) -> ApiFuture<'_, Credits, FetchError> {
        Box::pin(async {
            self.world.sleep_between(1, 200).await;
            let shown = {
                let now = self.world.now();
                let mut records = self.world.records();
                let fails = match records.balance_access {
                    BalanceAccess::Reliable => false,
                    BalanceAccess::Flaky => records.chance(35),
                    BalanceAccess::Never => true,
                };
                let shown = records.balance(now);
                if !fails && records.lags_behind(now) {
                    records.has_stale_balance = true;
                    records.count("balance lags behind an earlier request");
                }
                records.note(now, || format!("balance {}", if fails { "fails".into() } else { shown.to_string() }));
                if fails { None } else { Some(shown) }
            };
            self.world.sleep_between(1, 200).await;
            match shown {
                Some(shown) => Ok(Credits(shown)),
                None => Err(self.no_balance().await),
            }
        })
    }
}

impl SessionApi {
    fn fate(&self) -> Fate {
        let mut records = self.world.records();
        if records.is_failing && records.chance(60) {
            return Fate::ServerError;
        }
        let mut pick = records.rng.below(FATES.iter().map(|(_, weight, _)| weight).sum());
        for (fate, weight, _) in FATES {
            if pick < weight {
                return fate;
            }
            pick -= weight;
        }
        Fate::Whole
    }

    fn unsent(&self) -> FetchError {
        self.world.records().count("unsent");
        match self.world.below(3) {
            0 => FetchError::Refused,
            1 => FetchError::Dns,
            _ => FetchError::TimedOut { phase: Phase::BeforeSending, after: self.limits.connect },
        }
    }

    async fn no_balance(&self) -> FetchError {
        self.world.records().count("balance fails");
        match self.world.below(if self.world.records().balance_access == BalanceAccess::Never { 2 } else { 5 }) {
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

    /// Records the request, which counts from now on whatever happens to the program. Returns its number.
    async fn accept_purchase(&self, request: &Request, fate: Fate) -> usize {
        let Some(admitted) = audit::check_admission(&self.world, self.session, request).await else {
            // The machine has crashed, or the request should never have been sent.
            return std::future::pending().await;
        };
        let (call, line) = (admitted.call, admitted.line);
        let now = self.world.now();
        let mut records = self.world.records();
        // Fixed for each target, so that some requests return fewer links than requested.
        let has = request.target.as_str().len() % 7 + 3;
        let rows = usize::from(request.count.get()).min(has);
        let full = request.mode.price_per_link().0 * rows as u64;
        let charged = match fate {
            Fate::TooMany | Fate::Rejected | Fate::Unsent => 0,
            Fate::ServerError | Fate::Silence | Fate::Stalls | Fate::Garbage if records.chance(50) => 0,
            _ => full,
        };
        // A server that stalls may charge after the program has given up.
        let late = match fate {
            Fate::Stalls | Fate::Silence if records.chance(50) => records.between(1_000, 170_000),
            _ => 0,
        };
        records.is_ambiguous |= now < records.busy_until;
        if matches!(fate, Fate::Stalls | Fate::Silence) {
            records.busy_until = now + STILL_WORKING;
        }
        records.is_failing = fate == Fate::ServerError;
        let name = FATES.iter().find(|(f, ..)| *f == fate).map_or("", |(_, _, name)| name);
        records.count(name);
        match fate {
            Fate::ServerError => {
                records.count(if charged > 0 { "server error, charged" } else { "server error, free" });
            }
            _ if late > 0 && charged > 0 => records.count("charged late"),
            _ => {}
        }
        let purchase = records.purchases.len();
        records.note(now, || {
            format!("order {purchase} of call {call}, line {}: {fate:?}, charged {charged} in {late} ms", line.0)
        });
        records.purchases.push(Purchase {
            session: self.session,
            call,
            line,
            request: request.clone(),
            rows,
            charged,
            charged_at: now + late,
            arrived: Vec::new(),
            is_whole: false,
            may_be_lost: false,
        });
        audit::check_paid_once(&mut records, now, &admitted);
        purchase
    }

    async fn response(
        &self,
        purchase: usize,
        fate: Fate,
        arriving: &mut (dyn FnMut(u64) + Send),
        keep: &mut (dyn FnMut(&[u8]) + Send),
    ) -> Result<RawResponse, ApiFailure> {
        let limits = self.limits;
        let refused = |failure, status| Err(ApiFailure { failure, raw: Vec::new(), status: Some(status) });
        match fate {
            Fate::TooMany => {
                let seconds = [None, Some(1), Some(20), Some(100)][self.world.below(4)];
                refused(FetchError::TooManyRequests { retry_after: seconds.map(Duration::from_secs) }, 429)
            }
            Fate::Rejected => match self.world.below(4) {
                0 => refused(FetchError::BadRequest { message: None }, 400),
                1 => refused(FetchError::KeyRefused { message: None }, 401),
                2 => refused(FetchError::PaymentRequired { message: "no".to_owned(), description: None }, 402),
                _ => refused(FetchError::Redirect { status: 302, location: None }, 302),
            },
            Fate::ServerError => {
                let status = [500, 502, 503, 504, 522][self.world.below(5)];
                refused(FetchError::Server { status, message: None }, status)
            }
            Fate::Silence => {
                sleep(limits.idle).await;
                Err(FetchError::TimedOut { phase: Phase::AfterSending, after: limits.idle }.into())
            }
            _ => self.send(purchase, fate, arriving, keep).await,
        }
    }

    /// Sends a 200 response, complete or not.
    async fn send(
        &self,
        purchase: usize,
        fate: Fate,
        arriving: &mut (dyn FnMut(u64) + Send),
        keep: &mut (dyn FnMut(&[u8]) + Send),
    ) -> Result<RawResponse, ApiFailure> {
        let body = self.body(purchase, fate);
        let stops = matches!(fate, Fate::Cut | Fate::Stalls);
        let end = if stops { self.world.below(body.len()) } else { body.len() };
        let mut raw = Vec::new();
        while raw.len() < end {
            let piece = (1 + self.world.below(end)).min(end - raw.len());
            let piece = &body[raw.len()..raw.len() + piece];
            keep(piece);
            raw.extend_from_slice(piece);
            {
                let mut records = self.world.records();
                let is_readable = matches!(fate, Fate::Whole | Fate::WholeWithoutCost);
                let purchase = &mut records.purchases[purchase];
                purchase.arrived.extend_from_slice(piece);
                purchase.is_whole = is_readable && raw.len() == body.len();
            }
            arriving(raw.len() as u64);
            self.world.sleep_between(0, 800).await;
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
        let mut records = self.world.records();
        let Purchase { rows, charged, .. } = records.purchases[number];
        let row = |i: usize| {
            // No two responses have the same bytes.
            format!(r#"{{"anchor_text":"order {number}","domain_source":"s{i}.com","url_source":"https://s{i}.com/"}}"#)
        };
        let links: Vec<String> = (0..rows).map(row).collect();
        let links = links.join(",");
        match (fate, records.rng.below(3)) {
            (Fate::Garbage, 0) => format!("<html>order {number}</html>"),
            (Fate::Garbage, 1) => format!(r#"{{"data":["order {number}",7]}}"#),
            (Fate::Garbage, _) => format!(r#"{{"order":{number}}}"#),
            (Fate::WholeWithoutCost, _) => format!(r#"{{"data":[{links}]}}"#),
            // A response that reports its cost has charged it.
            (Fate::Whole | Fate::Cut, 0) => format!(r#"{{"credits_consumed":{charged},"data":[{links}]}}"#),
            _ => format!(r#"{{"data":[{links}],"credits_consumed":{charged}}}"#),
        }
        .into_bytes()
    }
}
