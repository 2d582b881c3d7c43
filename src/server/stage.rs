//! How far a connection has got.

use std::sync::atomic::{AtomicU8, Ordering};

/// How far a connection has got with the requests on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Stage {
    /// Nothing has come of the next request, and nobody but the socket waits for it.
    #[default]
    Resting,
    /// Nothing has come of the next request yet.
    Between,
    /// Some of its head has.
    Head,
    /// It is being served.
    Serving,
    /// All of its answer has been handed over.
    Answered,
    /// More of its head has come than there is memory for.
    Full,
}

/// A [`Stage`] that changes. It is atomic for the reason that [`Watch`](super::watch::Watch) gives.
#[derive(Debug, Default)]
pub struct StageCell(AtomicU8);

impl StageCell {
    /// The stage it is at.
    pub fn get(&self) -> Stage {
        Stage::from(self.0.load(Ordering::Relaxed))
    }

    /// It is at this stage from now on.
    pub fn set(&self, stage: Stage) {
        self.0.store(stage as u8, Ordering::Relaxed);
    }
}

impl From<u8> for Stage {
    fn from(stage: u8) -> Self {
        match stage {
            0 => Self::Resting,
            1 => Self::Between,
            2 => Self::Head,
            3 => Self::Serving,
            4 => Self::Answered,
            _ => Self::Full,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_was_set_and_rests_at_first() {
        let cell = StageCell::default();
        assert_eq!(cell.get(), Stage::Resting);
        for stage in [
            Stage::Between,
            Stage::Head,
            Stage::Serving,
            Stage::Answered,
            Stage::Full,
            Stage::Resting,
        ] {
            cell.set(stage);
            assert_eq!(cell.get(), stage);
        }
    }
}
