//! Ctrl-C while credits are at stake: the first one ends what is free at once and lets what is paid for finish, a second
//! one abandons that too.

use std::future::Future;
use std::pin::pin;

use crate::runtime::signals::Interrupts;

/// Whether the user, or the system, wants the program to stop.
pub(super) struct Interrupt {
    interrupts: Interrupts,
    is_requested: bool,
}

impl Interrupt {
    /// Listens from now on.
    pub(super) fn listen() -> std::io::Result<Interrupt> {
        Ok(Interrupt { interrupts: Interrupts::listen()?, is_requested: false })
    }

    /// Whether it is wanted by now.
    pub(super) async fn is_requested(&mut self) -> bool {
        self.is_requested = self.is_requested || self.free(std::future::ready(())).await.is_none();
        self.is_requested
    }

    /// Waits for something that costs nothing; `None` as soon as stopping is wanted.
    pub(super) async fn free<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        if self.is_requested {
            return None;
        }
        tokio::select! {
            biased;
            () = self.interrupts.next() => {
                self.is_requested = true;
                None
            }
            done = work => Some(done),
        }
    }

    /// Waits for something that is paid for. `tell` hears of the first wish to stop; `None` at the second.
    pub(super) async fn paid<T>(&mut self, work: impl Future<Output = T>, tell: impl Fn()) -> Option<T> {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                biased;
                done = &mut work => return Some(done),
                () = self.interrupts.next() => {
                    if self.is_requested {
                        return None;
                    }
                    self.is_requested = true;
                    tell();
                }
            }
        }
    }
}
