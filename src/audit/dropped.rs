//! What is told of an event that is dropped.

use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;

use crate::transport::Peer;

/// An event that is dropped. Its type, id and rule are cut as in the log.
#[derive(Debug)]
pub struct Dropped {
    /// When it came.
    pub time: SystemTime,
    /// The route that took it; `None` is the top level.
    pub route: Option<Arc<str>>,
    /// Its type, if it has one.
    pub event_type: Option<String>,
    /// Its `id`, if it has one.
    pub event_id: Option<String>,
    /// The rule that decided.
    pub rule: Option<String>,
    /// Who sent it.
    pub peer: Peer,
    /// Request line, fields and empty line, as they came.
    pub head: Vec<u8>,
    /// Bytes of body that were read.
    pub bytes: usize,
    /// The body as it came, chunks taken apart; `None` where it is not to be recorded, or was too large to be held.
    pub body: Option<Vec<Bytes>>,
}

impl Dropped {
    /// About how much memory it takes, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        let body = self.body.iter().flatten().map(Bytes::len);
        self.head.len() + body.sum::<usize>() + size_of::<Self>()
    }
}
