//! One party of a test waiting for another.

use std::sync::{Arc, Condvar, Mutex};

use super::PATIENCE;

/// Closed until somebody opens it. Clones are the same gate.
#[derive(Clone, Default)]
pub struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    /// Lets everybody through, now and later.
    pub fn open(&self) {
        let (is_open, opened) = &*self.0;
        *is_open.lock().expect("no panic") = true;
        opened.notify_all();
    }

    /// Waits until it is open.
    pub fn pass(&self) {
        let (is_open, opened) = &*self.0;
        let is_open = is_open.lock().expect("no panic");
        let is_open = opened
            .wait_timeout_while(is_open, PATIENCE, |is_open| !*is_open)
            .expect("no panic")
            .0;
        assert!(*is_open, "the gate was never opened");
    }
}
