//! Which events are logged, and the way of each to the writer.

use std::{cell::Cell, sync::Arc, time::SystemTime};

use tracing::{
    Event, Metadata, Subscriber,
    level_filters::LevelFilter,
    span::{Attributes, Id, Record},
};

use super::{
    line::{Encoding, Line},
    queue::Queue,
};

/// Where this program's own events come from; `hooksieve::…` as well.
const OURS: &str = "hooksieve";

/// A buffer that a thread keeps between its lines. A longer line leaves a larger one behind, which
/// is not worth keeping.
const SCRATCH: usize = 4 * 1024;

thread_local! {
    static LINE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// The subscriber: events in, lines out.
#[derive(Debug)]
pub(super) struct Lines {
    encoding: Encoding,
    level: LevelFilter,
    queue: Arc<Queue>,
}

impl Lines {
    pub(super) fn new(encoding: Encoding, level: LevelFilter, queue: Arc<Queue>) -> Self {
        Self {
            encoding,
            level,
            queue,
        }
    }
}

impl Subscriber for Lines {
    /// Asked once for each place in the code that logs, since the answer never changes.
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let target = metadata.target();
        let ours = target
            .strip_prefix(OURS)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
        let level = if ours {
            self.level
        } else {
            self.level.min(LevelFilter::WARN)
        };
        metadata.is_event() && *metadata.level() <= level
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    /// The line is built in the thread's own buffer, so that the queue is locked for a copy only.
    /// The buffer is taken out meanwhile: a value that logs while it is being written gets another.
    fn event(&self, event: &Event<'_>) {
        let mut line = LINE.try_with(Cell::take).unwrap_or_default();
        let level = *event.metadata().level();
        let mut fields = Line::open(&mut line, self.encoding, SystemTime::now(), level);
        event.record(&mut fields);
        fields.close();
        self.queue.push(&line);
        line.clear();
        line.shrink_to(SCRATCH);
        let _ = LINE.try_with(|kept| kept.set(line));
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[cfg(test)]
pub(super) mod tests {
    use tracing::{Dispatch, debug, info, info_span, warn};

    use super::*;
    use crate::telemetry::writer;

    /// What `log` logs.
    pub(in crate::telemetry) fn logged(
        encoding: Encoding,
        level: LevelFilter,
        log: impl FnOnce(),
    ) -> String {
        let (queue, guard, writes) = writer::tests::log(writer::LIMIT, |lines| Ok(lines.len()));
        tracing::subscriber::with_default(Lines::new(encoding, level, queue), log);
        drop(guard);
        writer::tests::all(&writes)
    }

    fn messages(level: LevelFilter, log: impl FnOnce()) -> Vec<String> {
        let lines = logged(Encoding::Text, level, log);
        let message = |line: &str| line.rsplit(' ').next().map(str::to_owned);
        lines.lines().filter_map(message).collect()
    }

    fn events_of_many_origins() {
        info!("here");
        info!(target: "hooksieve", "top");
        debug!(target: "hooksieve::event", "detail");
        info!(target: "hooksieve_like", "like");
        info!(target: "hyper::proto", "theirs");
        warn!(target: "hyper::proto", "warning");
    }

    #[test]
    fn dependencies_are_heard_from_warn_on() {
        // Another subscriber wants everything: tracing by itself keeps out only what no one wants.
        let (queue, _guard, _) = writer::tests::log(0, |lines| Ok(lines.len()));
        let _all = Dispatch::new(Lines::new(Encoding::Text, LevelFilter::TRACE, queue));
        let heard = |level| messages(level, events_of_many_origins);
        assert_eq!(heard(LevelFilter::INFO), ["here", "top", "warning"]);
        assert_eq!(
            heard(LevelFilter::TRACE),
            ["here", "top", "detail", "warning"]
        );
        assert_eq!(heard(LevelFilter::WARN), ["warning"]);
        assert!(heard(LevelFilter::ERROR).is_empty());
        assert!(heard(LevelFilter::OFF).is_empty());
    }

    #[test]
    fn spans_are_never_enabled() {
        logged(Encoding::Text, LevelFilter::TRACE, || {
            assert!(info_span!("request", id = 1).is_disabled());
        });
    }
}
