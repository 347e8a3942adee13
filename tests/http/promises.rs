//! Random requests and sessions: the ledger equals the server's charges where the balance can tell and covers them elsewhere,
//! nothing that may have been charged is sent twice, and no received link is lost.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use kew_tui::domain::purchase::admission::{find_held, undelivered};
use kew_tui::domain::purchase::{Agreed, Charge};
use kew_tui::domain::{FetchError, Request, Snapshot};
use kew_tui::fetch::{Account, Event, fetch};
use kew_tui::runtime::clock::unix_now;
use proptest::prelude::*;
use tempfile::TempDir;

use super::fetching::{account, limits, pending, request};
use crate::support::shop::{Asked, Sale, Shop, head, row};
use crate::support::wait::eventually;

/// What the server does about one request for links.
#[derive(Clone, Debug)]
enum Fate {
    /// All of them come.
    Whole,
    /// All of them come, without a word of what they cost.
    WholeWithoutCost,
    /// It breaks off after so many of them, having charged for all.
    Cut(usize),
    /// It rejects the request.
    Rejected,
    /// It breaks off before the first byte, having charged.
    Silence,
    /// A server error each time until so many have come; only the last of them was charged, or none.
    ServerErrors { status: u16, errors: usize, last_is_charged: bool },
    /// What comes can't be read, and was charged.
    Garbage,
    /// The program is killed as soon as it begins to send.
    KilledEarly,
    /// The program is killed after so many links.
    KilledAmid(usize),
}

/// One wish for links.
#[derive(Clone, Debug)]
struct Wish {
    target: u8,
    count: usize,
    /// How many links the server has.
    has: usize,
    agreed: Agreed,
    shows_balance: bool,
    /// Whether the program is restarted before it.
    restart: bool,
    fate: Fate,
}

fn wish() -> impl Strategy<Value = Wish> {
    let errors = (prop::sample::select(vec![500_u16, 502, 503, 504]), 1_usize..6, any::<bool>());
    let fate = prop_oneof![
        4 => Just(Fate::Whole),
        2 => Just(Fate::WholeWithoutCost),
        2 => (0_usize..9).prop_map(Fate::Cut),
        1 => Just(Fate::Rejected),
        1 => Just(Fate::Silence),
        4 => errors.prop_map(|(status, errors, last_is_charged)| Fate::ServerErrors { status, errors, last_is_charged }),
        1 => Just(Fate::Garbage),
        1 => Just(Fate::KilledEarly),
        2 => (0_usize..9).prop_map(Fate::KilledAmid),
    ];
    let agreed = prop_oneof![4 => Just(Agreed::Nothing), 1 => Just(Agreed::AfterFailure), 2 => Just(Agreed::Refetch)];
    (0_u8..3, 1_usize..9, 0_usize..12, agreed, prop::bool::weighted(0.85), prop::bool::weighted(0.3), fate).prop_map(
        |(target, count, has, agreed, shows_balance, restart, fate)| Wish {
            target,
            count,
            has,
            agreed,
            shows_balance,
            restart,
            fate,
        },
    )
}

impl Wish {
    fn request(&self) -> Request {
        request(&format!("site{}.com", self.target), self.count as u64)
    }

    fn rows(&self) -> usize {
        self.count.min(self.has)
    }

    /// What the server does about the `nth` request of this wish, from 1.
    fn sale(&self, asked: &Asked, nth: usize) -> Sale {
        let rows: Vec<String> = (0..self.rows()).map(|i| row(i, "a")).collect();
        let whole = Sale::of(asked, &rows);
        let before = |links: usize| {
            let part = format!(r#"{{"data":[{}"#, rows[..links.min(rows.len())].join(","));
            vec![head(200, whole.pieces[1].len()), part.into_bytes()]
        };
        match self.fate {
            Fate::Whole | Fate::KilledEarly => whole,
            Fate::WholeWithoutCost => {
                let body = format!(r#"{{"data":[{}]}}"#, rows.join(","));
                Sale { pieces: vec![head(200, body.len()), body.into_bytes()], ..whole }
            }
            Fate::Cut(links) => Sale { pieces: before(links), ..whole },
            Fate::Rejected => Sale::refusal(402, "", r#"{"message":"402 Insufficient Credits"}"#),
            Fate::Silence => Sale { pieces: Vec::new(), ..whole },
            Fate::ServerErrors { status, errors, last_is_charged } if nth <= errors => {
                let charged = if last_is_charged && nth == errors { whole.charged } else { 0 };
                Sale { charged, ..Sale::refusal(status, "", "busy") }
            }
            Fate::ServerErrors { .. } => whole,
            Fate::Garbage => Sale { charged: whole.charged, ..Sale::refusal(200, "", "<html>") },
            Fate::KilledAmid(links) => Sale { pieces: before(links), hangs: true, ..whole },
        }
    }

    /// How many links arrive for certain where the request goes out once.
    fn arriving(&self) -> usize {
        match self.fate {
            Fate::Whole | Fate::WholeWithoutCost => self.rows(),
            Fate::Cut(links) | Fate::KilledAmid(links) => links.min(self.rows()),
            _ => 0,
        }
    }

    fn is_killed(&self) -> bool {
        matches!(self.fate, Fate::KilledEarly | Fate::KilledAmid(_))
    }
}

/// The wish that is being played and how often the server was asked for it.
type Stage = Arc<Mutex<(Option<Wish>, usize)>>;

fn open_shop(stage: &Stage) -> Shop {
    let stage = Arc::clone(stage);
    Shop::open(true, move |asked| {
        let mut stage = stage.lock().unwrap();
        stage.1 += 1;
        let nth = stage.1;
        stage.0.as_ref().map(|wish| wish.sale(asked, nth)).unwrap_or_default()
    })
}

/// Plays one wish to its end or until the program is killed. Returns whether it was kept from going out since it may be paid
/// for already.
async fn play(session: &Account, data: &Path, wish: &Wish) -> bool {
    let sending = tokio::sync::Notify::new();
    let tell = |event| {
        if matches!(event, Event::Sending { .. }) {
            sending.notify_one();
        }
    };
    let work = fetch(session, pending(wish.request(), wish.agreed), &tell);
    let fetched = match wish.fate {
        Fate::KilledEarly => tokio::select! {
            fetched = work => Some(fetched),
            () = sending.notified() => None,
        },
        Fate::KilledAmid(links) => tokio::select! {
            fetched = work => Some(fetched),
            () = arrived(data, wish, links) => None,
        },
        _ => Some(work.await),
    };
    fetched.is_some_and(|fetched| matches!(fetched.result, Err(FetchError::MayBeCharged { .. })))
}

/// Waits until the file of the arriving response holds all that comes.
async fn arrived(data: &Path, wish: &Wish, links: usize) {
    let body =
        format!(r#"{{"data":[{}"#, (0..links.min(wish.rows())).map(|i| row(i, "a")).collect::<Vec<_>>().join(","));
    let is_there = || {
        let files = std::fs::read_dir(data.join("arriving")).ok().into_iter().flatten().flatten();
        files.filter_map(|file| file.metadata().ok()).any(|file| file.len() >= body.len() as u64)
    };
    eventually("what the server sends", || async { is_there() }).await;
}

async fn ledger(session: &Account) -> Vec<Snapshot> {
    session.archive().unwrap().open().await.unwrap().snapshots().await.unwrap()
}

/// What the server has in its books of one wish.
#[derive(Debug)]
struct Booked {
    wish: Wish,
    line: i64,
    charges: Vec<u64>,
    /// Whether the balance could be read before it and after it, and nothing else was running.
    is_told: bool,
}

async fn keeps_the_promises(wishes: &[Wish]) -> Result<(), TestCaseError> {
    let directory = TempDir::new().unwrap();
    let stage = Stage::default();
    let shop = open_shop(&stage);
    let start = || account(&shop.url, Some(directory.path()), limits());
    let mut session = start();
    let mut booked: Vec<Booked> = Vec::new();
    for wish in wishes {
        if wish.restart {
            drop(session);
            session = start();
        }
        shop.shows_balance.store(wish.shows_balance, Ordering::SeqCst);
        let before = ledger(&session).await;
        let from_archive =
            find_held(&before, &wish.request(), unix_now(), None).is_some() && wish.agreed < Agreed::Refetch;
        let in_doubt = undelivered(&before, &wish.request()).is_some() && wish.agreed == Agreed::Nothing;
        let known_before = shop.books().charges.len();
        *stage.lock().unwrap() = (Some(wish.clone()), 0);
        let was_stopped = play(&session, directory.path(), wish).await;
        if wish.is_killed() {
            drop(session);
            // The server notices that nobody listens any more.
            session = start();
        }
        let after = ledger(&session).await;
        let charges = shop.books().charges[known_before..].to_vec();
        let sum: u64 = charges.iter().sum();
        if from_archive || in_doubt {
            prop_assert_eq!(sum, 0, "{:?} was paid for twice", wish);
            prop_assert!(charges.is_empty());
        }
        prop_assert_eq!(was_stopped, in_doubt && !from_archive, "{:?}", wish);
        let paid_before_the_last = charges.iter().rev().skip(1).any(|charge| *charge > 0);
        prop_assert!(!paid_before_the_last, "{:?} was sent again after it was charged: {:?}", wish, charges);
        match after.as_slice() {
            [newest, ..] if after.len() > before.len() => {
                // What a killed program sent may still be charged, and then nobody can tell whose charge it is.
                let is_told = wish.shows_balance && !wish.is_killed() && booked.iter().all(|b| !b.wish.is_killed());
                booked.push(Booked { wish: wish.clone(), line: newest.id.0, charges, is_told });
            }
            _ => prop_assert!(charges.is_empty(), "{:?} was charged behind the ledger's back", wish),
        }
    }
    shop.shows_balance.store(true, Ordering::SeqCst);
    session.balance().await.unwrap();
    let ledger = ledger(&session).await;
    prop_assert_eq!(ledger.len(), booked.len());
    // The last one is told by the reading after it, also if the program was killed once the server had charged.
    if let (Some(Booked { wish, charges, .. }), Some(line)) = (booked.last(), ledger.first())
        && matches!(wish.fate, Fate::KilledAmid(_))
        && wish.shows_balance
        && wishes.last().is_some_and(|last| last.request() == wish.request() && last.is_killed())
        && line.balance_readings.is_some_and(|readings| !readings.shared)
        && charges.iter().sum::<u64>() > 0
    {
        prop_assert_eq!(line.charge.credits().map(|credits| credits.0), Some(charges.iter().sum()), "{:?}", line);
    }
    for Booked { wish, line, charges, is_told } in &booked {
        let line = ledger.iter().find(|s| s.id.0 == *line).unwrap();
        let charged: u64 = charges.iter().sum();
        match line.charge.credits() {
            Some(credits) => prop_assert_eq!(credits.0, charged, "{:?} {:?}", wish, line),
            None => {
                prop_assert!(line.charge == Charge::Unknown && line.maximum_cost.0 >= charged, "{:?} {:?}", wish, line);
                prop_assert!(!is_told, "the balance could tell what this cost: {:?} {:?}", wish, line);
            }
        }
        if !charges.is_empty() {
            prop_assert!(line.links >= wish.arriving(), "{:?}: {} links arrived", wish, line.links);
        }
        prop_assert!(line.can_open() || line.links == 0);
    }
    Ok(())
}

fn play_all(wishes: &[Wish]) -> Result<(), TestCaseError> {
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio.block_on(keeps_the_promises(wishes))
}

// In halves, so that both cores have one.
proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn random_requests_keep_the_money_promises(wishes in prop::collection::vec(wish(), 1..7)) {
        play_all(&wishes)?;
    }

    #[test]
    fn more_random_requests_keep_the_money_promises(wishes in prop::collection::vec(wish(), 1..7)) {
        play_all(&wishes)?;
    }
}
