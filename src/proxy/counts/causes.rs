//! How endpoints fail.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::upstream::{BrokeOff, Error};

/// How an endpoint failed at an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It was not reached.
    Connect,
    /// It was reached, and no TLS could be spoken with it; as where its certificate is not believed.
    Tls,
    /// It closed the connection without an answer.
    Lost,
    /// It did not answer in time.
    Timeout,
    /// Its answer was no HTTP/1.
    NoHttp,
    /// Its answer can't be passed back.
    Malformed,
    /// Its answer broke off.
    BrokeOff,
    /// It paused within its answer for too long.
    Paused,
    /// The way to it leads back here.
    Loop,
}

/// Counters, one for each [`Cause`]. All workers share them: who fails has time.
#[derive(Debug, Default)]
pub struct Causes([AtomicU64; Cause::ALL.len()]);

impl Cause {
    /// Each of them.
    pub const ALL: [Self; 9] = [
        Self::Connect,
        Self::Tls,
        Self::Lost,
        Self::Timeout,
        Self::NoHttp,
        Self::Malformed,
        Self::BrokeOff,
        Self::Paused,
        Self::Loop,
    ];

    /// How an event failed, if it was its endpoint that did.
    #[must_use]
    pub fn of(error: &Error) -> Option<Self> {
        match error {
            Error::Connect(_) => Some(Self::Connect),
            Error::Tls(_) => Some(Self::Tls),
            Error::Loop => Some(Self::Loop),
            Error::Lost(_) => Some(Self::Lost),
            Error::NoHttp(_) => Some(Self::NoHttp),
            Error::Malformed(_) => Some(Self::Malformed),
            Error::Timeout => Some(Self::Timeout),
            Error::SenderBroke(_) | Error::SenderTooSlow => None,
        }
    }

    /// In a word, as metrics have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Lost => "lost",
            Self::Timeout => "timeout",
            Self::NoHttp => "no_http",
            Self::Malformed => "malformed",
            Self::BrokeOff => "broke_off",
            Self::Paused => "paused",
            Self::Loop => "loop",
        }
    }
}

impl From<&BrokeOff> for Cause {
    fn from(broke_off: &BrokeOff) -> Self {
        match broke_off {
            BrokeOff::Upstream(_) => Self::BrokeOff,
            BrokeOff::Paused => Self::Paused,
        }
    }
}

impl Causes {
    /// One more.
    pub fn count(&self, cause: Cause) {
        let number = Cause::ALL.iter().position(|known| *known == cause);
        if let Some(counter) = number.and_then(|number| self.0.get(number)) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How many there were of each, those that did not occur too.
    pub fn iter(&self) -> impl Iterator<Item = (Cause, u64)> {
        let counts = self.0.iter().map(|count| count.load(Ordering::Relaxed));
        Cause::ALL.into_iter().zip(counts)
    }
}
