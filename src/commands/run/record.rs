//! The record of drops, which has one writer.

use std::io;
use std::time::Duration;

use super::Around;
use crate::audit::{self, Opened};
use crate::commands::Error;
use crate::handover::Predecessor;
use crate::telemetry::visible;

/// What the process before this one needs beyond its drain, to end.
const TO_END: Duration = Duration::from_secs(5);

/// Opens the file in which drops are recorded, if there is to be one. The process `before` is released first, and its last
/// drops are waited for; connections wait in the queue meanwhile.
///
/// # Errors
///
/// When the process before does not end, or the file can't be used.
pub fn open(around: &Around, before: Option<&mut Predecessor>) -> Result<Option<Opened>, Error> {
    let config = around.config();
    let Some(settings) = config.audit.settings() else {
        return Ok(None);
    };
    if let Some(before) = before {
        let ended = ended(before, config.timeouts.drain + TO_END);
        around.runtime().block_on(ended).map_err(|error| {
            around.unusable(&format!("can't take over the record of drops: {error}"))
        })?;
    }
    let file = settings.path.clone();
    audit::open(settings).map(Some).map_err(|error| {
        let file = visible(&file.to_string_lossy());
        around.unusable(&format!(
            "can't record drops in audit.path = \"{file}\": {error}"
        ))
    })
}

/// Releases the process `before` this one, and waits until it has ended, for so long at most.
async fn ended(before: &mut Predecessor, within: Duration) -> io::Result<()> {
    before.release().await?;
    if before.ends(within).await {
        Ok(())
    } else {
        Err(io::Error::other("the process before this one does not end"))
    }
}
