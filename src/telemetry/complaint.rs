//! What stderr is told where the log itself can't tell it: one line, once.

use std::{
    convert::Infallible,
    fmt,
    io::Write,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

/// How long a complaint may take. Stderr is often what stdout is, so it may be stalled just as well.
const PATIENCE: Duration = Duration::from_millis(100);

/// Shared by those who may have something to complain about. Only the first is heard.
#[derive(Clone)]
pub(super) struct Complaint {
    err: Arc<Mutex<Option<Box<dyn Write + Send>>>>,
}

impl Complaint {
    pub(super) fn to(err: impl Write + Send + 'static) -> Self {
        Self {
            err: Arc::new(Mutex::new(Some(Box::new(err)))),
        }
    }

    /// Says what is wrong, unless something was said before. That it can't be said either is no matter.
    pub(super) fn say(&self, what: fmt::Arguments<'_>) {
        let unsaid = self
            .err
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(mut err) = unsaid else { return };
        let line = format!("hooksieve: {what}\n");
        let (said, end) = mpsc::channel::<Infallible>();
        let saying = thread::Builder::new().spawn(move || {
            let _ = err.write_all(line.as_bytes());
            drop(said);
        });
        if saying.is_ok() {
            let _ = end.recv_timeout(PATIENCE);
        }
    }
}

impl fmt::Debug for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Complaint").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    /// Passes on what is written, or stalls when nobody takes it.
    struct Output(mpsc::SyncSender<String>);

    impl Write for Output {
        fn write(&mut self, text: &[u8]) -> io::Result<usize> {
            let _ = self.0.send(String::from_utf8_lossy(text).into_owned());
            Ok(text.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn only_the_first_is_heard() {
        let (err, said) = mpsc::sync_channel(9);
        let complaint = Complaint::to(Output(err));
        complaint.clone().say(format_args!("a"));
        complaint.say(format_args!("b"));
        assert_eq!(said.iter().collect::<Vec<_>>(), ["hooksieve: a\n"]);
    }

    #[test]
    fn nobody_waits_for_one_who_does_not_listen() {
        let (err, _said) = mpsc::sync_channel(0);
        Complaint::to(Output(err)).say(format_args!("a"));
    }
}
