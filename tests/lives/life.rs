//! One simulated life of the program on one disk: sequential and concurrent sessions that the user ends, that are killed at
//! random moments, or that stop when their machine crashes.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use kew_tui::archive::memory::CommitOnCrash;

use super::audit;
use super::records::BalanceAccess;
use super::session::Session;
use super::world::World;

#[derive(Debug, PartialEq, Eq)]
pub struct LifeResult {
    pub violations: Vec<String>,
    pub log: Vec<String>,
    pub counts: BTreeMap<&'static str, u64>,
    pub purchases: usize,
}

pub fn simulate(seed: u64, keeps_log: bool) -> LifeResult {
    let tokio = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    tokio.block_on(async {
        let world = World::new(seed, keeps_log);
        choose_conditions(&world);
        let mut sessions = 0;
        for _ in 0..=world.below(3) {
            run_sessions(&world, &mut sessions).await;
            let max_pause = if world.chance(70) { 20_000 } else { 400_000 };
            world.sleep_between(0, max_pause).await;
        }
        check_at_end(&world, sessions).await;
        let mut records = world.records();
        let (violations, log) = (std::mem::take(&mut records.violations), std::mem::take(&mut records.log));
        LifeResult { violations, log, counts: std::mem::take(&mut records.counts), purchases: records.purchases.len() }
    })
}

fn choose_conditions(world: &World) {
    let mut records = world.records();
    records.balance_access = match records.rng.below(100) {
        0..65 => BalanceAccess::Reliable,
        65..92 => BalanceAccess::Flaky,
        _ => BalanceAccess::Never,
    };
    if records.chance(25) {
        records.lag = records.between(1, 1_400);
    }
    if world.is_impatient {
        (records.balance_access, records.lag) = (BalanceAccess::Reliable, 1_400);
    }
    records.is_ambiguous = records.balance_access != BalanceAccess::Reliable;
    let (balance_access, lag) = (records.balance_access, records.lag);
    records.note(0, || format!("the balance: {balance_access:?}, {lag} ms late"));
}

/// A session that is killed after `polls_left` polls, at any await point.
struct RunningSession {
    number: usize,
    polls_left: Option<usize>,
    /// `None` once it is over.
    life: Option<Pin<Box<dyn Future<Output = ()>>>>,
}

/// Runs one or two concurrent sessions until they end or their machine crashes.
async fn run_sessions(world: &Arc<World>, sessions: &mut usize) {
    let mut running = Vec::new();
    let count = if world.chance(25) { 2 } else { 1 };
    if count > 1 {
        let mut records = world.records();
        records.is_ambiguous = true;
        records.count("two sessions at once");
    }
    for _ in 0..count {
        let number = *sessions;
        *sessions += 1;
        let polls_left = world.chance(40).then(|| 1 + world.below(8 << world.below(6)));
        let (world, delay) = (Arc::clone(world), world.below(8_000) as u64);
        let life = async move {
            world.sleep_between(delay, delay + 1).await;
            Session::begin(&world, number).run().await;
        };
        running.push(RunningSession { number, polls_left, life: Some(Box::pin(life)) });
    }
    if world.chance(12) {
        let commit = if world.chance(50) { CommitOnCrash::Committed } else { CommitOnCrash::Lost };
        world.disk.crash_after(world.below(14) as u64, commit);
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
        restart_machine(world).await;
    }
}

fn end(world: &World, session: usize, is_killed: bool) {
    let mut records = world.records();
    if is_killed {
        records.note(world.now(), || format!("session {session} is killed"));
        records.count("killed");
        records.is_ambiguous = true;
        if records.calls.iter().any(|call| call.session == session && call.over.is_none()) {
            records.count("killed during a call");
        }
    }
    records.end_session(session);
}

/// Restarts the machine. Files that were not synced may survive, be truncated or be lost.
async fn restart_machine(world: &World) {
    world.disk.crash();
    world.note(|| "the machine restarts".to_owned());
    world.records().count("machine stopped");
    for file in world.spool_files() {
        match world.below(3) {
            0 => std::fs::remove_file(&file).unwrap(),
            1 => {
                let content = std::fs::read(&file).unwrap();
                std::fs::write(&file, &content[..world.below(content.len() + 1)]).unwrap();
            }
            _ => {}
        }
    }
    let Some(archive) = world.open_archive().await else { return };
    let ledger = archive.snapshots().await.unwrap_or_default();
    let mut records = world.records();
    records.is_ambiguous = true;
    for purchase in &mut records.purchases {
        purchase.may_be_lost |= !ledger.iter().any(|line| line.id == purchase.line && line.has_response);
    }
}

/// Starts the program much later, reads the balance, and checks the archive.
async fn check_at_end(world: &Arc<World>, session: usize) {
    world.sleep_between(400_000, 400_001).await;
    {
        let mut records = world.records();
        (records.balance_access, records.lag) = (BalanceAccess::Reliable, 0);
    }
    let session = Session::begin(world, session);
    match session.lazy.open().await {
        Ok(archive) => {
            for _ in 0..2 {
                if session.account.balance().await.is_err() {
                    world.report_violation("the balance can't be read in the end".to_owned());
                }
                world.sleep_between(10_000, 10_001).await;
            }
            audit::check_archive(world, &archive).await;
        }
        Err(why) => world.report_violation(format!("the archive does not open in the end: {why}")),
    }
}
