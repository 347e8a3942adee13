//! Ctrl-C while a paid request may be running: the first one cancels free work but lets paid requests finish; the second one abandons
//! those too.

use std::future::Future;
use std::pin::pin;

use crate::runtime::signals::Interrupts;

pub(super) struct Interrupt {
    interrupts: Interrupts,
    is_requested: bool,
}

impl Interrupt {
    pub(super) fn listen() -> std::io::Result<Interrupt> {
        Ok(Interrupt { interrupts: Interrupts::listen()?, is_requested: false })
    }

    pub(super) async fn is_requested(&mut self) -> bool {
        self.is_requested = self.is_requested || self.until_interrupted(std::future::ready(())).await.is_none();
        self.is_requested
    }

    /// Runs free work; `None` as soon as the user interrupts.
    pub(super) async fn until_interrupted<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        if self.is_requested {
            return None;
        }
        tokio::select! {
            biased;
            () = self.interrupts.next() => {
                self.is_requested = true;
                None
            }
            output = work => Some(output),
        }
    }

    /// Runs paid work. Calls `on_first` at the first interrupt; `None` at the second.
    pub(super) async fn until_second_interrupt<T>(
        &mut self,
        work: impl Future<Output = T>,
        on_first: impl Fn(),
    ) -> Option<T> {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                biased;
                output = &mut work => return Some(output),
                () = self.interrupts.next() => {
                    if self.is_requested {
                        return None;
                    }
                    self.is_requested = true;
                    on_first();
                }
            }
        }
    }
}
