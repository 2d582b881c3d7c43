//! Serving until it is told to stop, and stopping.

use std::future::pending;
use std::io;
use std::pin::pin;

use super::reload::Asking;
use super::signals::{Asked, Signals};
use super::watchdog;
use crate::admin::Admin;
use crate::handover::{Given, Offer};
use crate::server::Stopped;
use crate::systemd::{self, News};
use crate::workers::{Pulse, Running, Threads};

/// Everything that serves.
pub struct Serving {
    /// Those who serve.
    pub running: Running,
    /// By which the config is applied anew.
    pub reloading: Asking,
    /// For whoever looks.
    pub admin: Option<Admin>,
    /// For the next process.
    pub offer: Option<Offer>,
}

impl Serving {
    /// Lets those who serve run until they are told to stop, or replaced, and says how they stopped.
    pub async fn until_stopped(self, mut signals: Signals) -> io::Result<Stopped> {
        let Self {
            running: Running { threads, pulse, .. },
            reloading,
            admin,
            mut offer,
        } = self;
        let given = {
            let mut replaced = pin!(taken(offer.as_mut()));
            let mut alive = pin!(alive(&pulse));
            loop {
                tokio::select! {
                    asked = signals.next() => match asked {
                        Asked::Stop => break None,
                        Asked::Reload => {
                            reloading.ask();
                            threads.reopen_audit();
                        }
                    },
                    given = &mut replaced => break Some(given),
                    () = &mut alive => {}
                }
            }
        };
        // Its sockets are the last that we have beside the workers: nobody is to connect to a proxy that won't answer.
        drop((reloading, offer));
        systemd::tell(News::Stopping);
        if let Some(admin) = &admin {
            admin.drains();
        }
        threads.drain();
        if let Some(given) = given {
            given.until_the_end();
            // Who looks from now on sees the next process.
            if let Some(admin) = &admin {
                admin.stop_accepting();
            }
            tracing::info!("another process has taken over: what is in flight is finished");
        } else {
            tracing::info!(
                "stopping: what is in flight is finished, a second signal ends it at once"
            );
        }
        let stopped = drained(threads, signals).await;
        // Who asks is told to the end that this is not ready.
        drop(admin);
        stopped
    }
}

/// Waits until nothing is in flight any more, or there is no time left for it.
async fn drained(threads: Threads, mut signals: Signals) -> io::Result<Stopped> {
    let cut_off = threads.cut_off();
    let mut stopping = tokio::task::spawn_blocking(|| threads.stop());
    loop {
        tokio::select! {
            stopped = &mut stopping => return Ok(stopped?),
            asked = signals.next() => match asked {
                Asked::Stop => break,
                Asked::Reload => {
                    tracing::info!("SIGHUP: it is stopping, the config is not read again");
                }
            },
        }
    }
    tracing::warn!("a second signal: what is in flight is cut off");
    cut_off();
    Ok(stopping.await?)
}

/// Waits until another process has taken over, for ever where none may.
async fn taken(offer: Option<&mut Offer>) -> Given {
    match offer {
        Some(offer) => offer.taken().await,
        None => pending().await,
    }
}

/// Tells the service manager again and again that the workers are alive, if it wants to know.
async fn alive(pulse: &Pulse) {
    match systemd::watchdog() {
        Some(within) => watchdog::watch(pulse, within, || systemd::tell(News::Alive)).await,
        None => pending().await,
    }
}
