//! One simulated life of the program on one disk: sequential and concurrent sessions that the user ends, that are killed at
//! any moment, or that stop with their machine.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use kew_tui::archive::memory::CommitOnCrash;

use super::audit;
use super::books::Sight;
use super::session::Session;
use super::world::World;

/// The result of a life.
#[derive(Debug, PartialEq, Eq)]
pub struct Lived {
    pub broken: Vec<String>,
    pub log: Vec<String>,
    pub fates: BTreeMap<&'static str, u64>,
    pub orders: usize,
}

/// Simulates the life of this seed.
pub fn live(seed: u64, keeps_log: bool) -> Lived {
    let tokio = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    tokio.block_on(async {
        let world = World::new(seed, keeps_log);
        set_out(&world);
        let mut sessions = 0;
        for _ in 0..=world.roll(3) {
            play(&world, &mut sessions).await;
            let most = if world.chance(70) { 20_000 } else { 400_000 };
            world.pass(0, most).await;
        }
        look_back(&world, sessions).await;
        let mut books = world.books();
        let (broken, log) = (std::mem::take(&mut books.broken), std::mem::take(&mut books.log));
        Lived { broken, log, fates: std::mem::take(&mut books.fates), orders: books.orders.len() }
    })
}

fn set_out(world: &World) {
    let mut books = world.books();
    books.sight = match books.dice.roll(100) {
        0..65 => Sight::Clear,
        65..92 => Sight::Flaky,
        _ => Sight::Never,
    };
    if books.chance(25) {
        books.lag = books.between(1, 1_400);
    }
    if world.is_impatient {
        (books.sight, books.lag) = (Sight::Clear, 1_400);
    }
    books.is_disturbed = books.sight != Sight::Clear;
    let (sight, lag) = (books.sight, books.lag);
    books.note(0, || format!("the balance: {sight:?}, {lag} ms behind"));
}

/// A session that ends after so many polls, at any point.
struct Mortal {
    number: usize,
    polls_left: Option<usize>,
    /// `None` once it is over.
    life: Option<Pin<Box<dyn Future<Output = ()>>>>,
}

/// Lets a session run, or two side by side, until all of them are over or their machine stops.
async fn play(world: &Arc<World>, sessions: &mut usize) {
    let mut running = Vec::new();
    let side_by_side = if world.chance(25) { 2 } else { 1 };
    if side_by_side > 1 {
        let mut books = world.books();
        books.is_disturbed = true;
        books.count("two sessions at once");
    }
    for _ in 0..side_by_side {
        let number = *sessions;
        *sessions += 1;
        let polls_left = world.chance(40).then(|| 1 + world.roll(8 << world.roll(6)));
        let (world, delay) = (Arc::clone(world), world.roll(8_000) as u64);
        let life = async move {
            world.pass(delay, delay + 1).await;
            Session::begin(&world, number).lead().await;
        };
        running.push(Mortal { number, polls_left, life: Some(Box::pin(life)) });
    }
    if world.chance(12) {
        let happens = if world.chance(50) { CommitOnCrash::Committed } else { CommitOnCrash::Lost };
        world.disk.crash_after(world.roll(14) as u64, happens);
    }
    let until_all_are_over = poll_fn(|context| {
        for session in &mut running {
            let Some(life) = &mut session.life else { continue };
            let is_killed = session.polls_left == Some(0);
            session.polls_left = session.polls_left.map(|left| left.saturating_sub(1));
            if is_killed || life.as_mut().poll(context).is_ready() || world.disk.has_crashed() {
                session.life = None;
                end(world, session.number, is_killed);
            }
        }
        if world.disk.has_crashed() || running.iter().all(|session| session.life.is_none()) {
            return Poll::Ready(());
        }
        Poll::Pending
    });
    until_all_are_over.await;
    for session in running.iter().filter(|session| session.life.is_some()) {
        end(world, session.number, false);
    }
    let has_crashed = world.disk.has_crashed();
    drop(running);
    world.disk.crash_after(u64::MAX, CommitOnCrash::Lost);
    world.disk.fail_writes(None);
    if has_crashed {
        start_machine_again(world).await;
    }
}

fn end(world: &World, session: usize, is_killed: bool) {
    let mut books = world.books();
    if is_killed {
        books.note(world.now(), || format!("session {session} is killed"));
        books.count("killed");
        books.is_disturbed = true;
        if books.wishes.iter().any(|wish| wish.session == session && wish.over.is_none()) {
            books.count("killed amid a wish");
        }
    }
    books.end_session(session);
}

/// The machine starts again. What was in files that nobody had made durable may be there, or a part of it, or not.
async fn start_machine_again(world: &World) {
    world.disk.crash();
    world.note(|| "the machine starts again".to_owned());
    world.books().count("machine stopped");
    for file in world.spools() {
        match world.roll(3) {
            0 => std::fs::remove_file(&file).unwrap(),
            1 => {
                let content = std::fs::read(&file).unwrap();
                std::fs::write(&file, &content[..world.roll(content.len() + 1)]).unwrap();
            }
            _ => {}
        }
    }
    let Some(archive) = world.look_inside().await else { return };
    let ledger = archive.snapshots().await.unwrap_or_default();
    let mut books = world.books();
    books.is_disturbed = true;
    for order in &mut books.orders {
        order.may_be_lost |= !ledger.iter().any(|line| line.id == order.line && line.has_response);
    }
}

/// Starts the program again much later, lets it read the balance, and checks what it has.
async fn look_back(world: &Arc<World>, session: usize) {
    world.pass(400_000, 400_001).await;
    {
        let mut books = world.books();
        (books.sight, books.lag) = (Sight::Clear, 0);
    }
    let session = Session::begin(world, session);
    match session.lazy.open().await {
        Ok(archive) => {
            for _ in 0..2 {
                if session.account.balance().await.is_err() {
                    world.broke("the balance can't be read in the end".to_owned());
                }
                world.pass(10_000, 10_001).await;
            }
            audit::at_the_end(world, &archive).await;
        }
        Err(why) => world.broke(format!("the archive does not open in the end: {why}")),
    }
}
