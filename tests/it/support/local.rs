//! Both parties on Unix sockets.

use std::fs;
use std::io::Write;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use super::{Message, OK, PATIENCE, read_message};

/// Sends the bytes of one request on a new connection to the socket at `path`, and reads the answer.
pub fn exchange_local(path: &Path, request: impl AsRef<[u8]>) -> Message {
    let mut stream = UnixStream::connect(path).expect("it listens");
    stream
        .set_read_timeout(Some(PATIENCE))
        .expect("a timeout can be set");
    stream
        .write_all(request.as_ref())
        .expect("the request can be sent");
    read_message(&mut stream, false).expect("there is an answer")
}

/// An upstream on a Unix socket that answers every request with [`OK`]. When it is dropped its file is gone.
pub struct LocalUpstream {
    path: PathBuf,
    requests: Arc<Mutex<Vec<Message>>>,
}

impl LocalUpstream {
    /// On a socket at `path`.
    pub fn at(path: &Path) -> Self {
        let listener = UnixListener::bind(path).expect("it is free");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let record = requests.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection can be accepted");
                let record = record.clone();
                thread::spawn(move || {
                    while let Ok(request) = read_message(&mut stream, false) {
                        record.lock().expect("no panic").push(request);
                        let _ = stream.write_all(OK.as_bytes());
                    }
                });
            }
        });
        Self {
            path: path.to_owned(),
            requests,
        }
    }

    /// How it is written in a config.
    pub fn url(&self) -> String {
        format!("unix:{}", self.path.display())
    }

    /// What it read so far.
    pub fn requests(&self) -> Vec<Message> {
        self.requests.lock().expect("no panic").clone()
    }
}

impl Drop for LocalUpstream {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}
