//! A Unix socket in the file system: making one without taking anything away from anybody.
//!
//! A program that was killed leaves the file of its socket behind, and nobody can listen there until it is gone. So it
//! is taken out of the way, but only where it is certain that it is a socket on which nobody listens.

use std::fmt;
use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use socket2::{Domain, SockAddr, Socket, Type};

use super::access::Access;

/// How many may wait to be accepted; the system may allow fewer.
const BACKLOG: i32 = 1024;

/// The file of a Unix socket. If it is ours, it is taken away when this is dropped, as long as it is still the same.
#[derive(Debug)]
pub struct SocketFile {
    path: PathBuf,
    /// Which file it is; `None` where it can't be told.
    identity: Option<(u64, u64)>,
    is_ours: AtomicBool,
}

/// What is in the way of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum InTheWay {
    /// Something that is no socket.
    NoSocket,
    /// A socket that somebody listens on.
    InUse,
}

/// Listens on a socket at `path`, in the place of one that was left behind.
pub fn bind(path: &Path, access: &Access) -> io::Result<(UnixListener, SocketFile)> {
    let address = SockAddr::unix(path)?;
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    match socket.bind(&address) {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            take_away_if_left_behind(path)?;
            socket.bind(&address)?;
        }
        bound => bound?,
    }
    let file = SocketFile::of_another(path);
    file.keep();
    // Before it listens, so that at no moment anybody else can connect.
    access.apply(path)?;
    socket.listen(BACKLOG)?;
    Ok((UnixListener::from(std::os::fd::OwnedFd::from(socket)), file))
}

fn take_away_if_left_behind(path: &Path) -> io::Result<()> {
    let found = fs::symlink_metadata(path)?;
    if !found.file_type().is_socket() {
        return Err(InTheWay::NoSocket.into());
    }
    match UnixStream::connect(path) {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => fs::remove_file(path),
        // Whoever it is that does not let us in may be listening.
        Ok(_) | Err(_) => Err(InTheWay::InUse.into()),
    }
}

impl SocketFile {
    /// That of a socket which another program has made, and takes away itself.
    #[must_use]
    pub fn of_another(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            identity: identity(path).ok(),
            is_ours: AtomicBool::new(false),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// It is ours from now on, to be taken away at the end.
    pub fn keep(&self) {
        self.is_ours.store(true, Ordering::Relaxed);
    }

    /// It is another's from now on.
    pub fn leave(&self) {
        self.is_ours.store(false, Ordering::Relaxed);
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        let found = identity(&self.path).ok();
        if *self.is_ours.get_mut() && found.is_some() && found == self.identity {
            // Should it stay, the next start takes it away.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    let found = fs::symlink_metadata(path)?;
    Ok((found.dev(), found.ino()))
}

impl fmt::Display for InTheWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSocket => "there is something that is no socket, and it is left alone",
            Self::InUse => "another program listens there",
        })
    }
}

impl std::error::Error for InTheWay {}

impl From<InTheWay> for io::Error {
    fn from(what: InTheWay) -> Self {
        Self::new(ErrorKind::AddrInUse, what)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn bind(path: &Path) -> io::Result<(UnixListener, SocketFile)> {
        super::bind(path, &Access::default())
    }

    fn told(path: &Path) -> String {
        bind(path).expect_err("something is in the way").to_string()
    }

    #[test]
    fn it_is_for_its_user_and_group_and_goes_with_its_listener() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("socket");
        let (listener, file) = bind(&path).unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o660);
        UnixStream::connect(&path).unwrap();
        drop(listener);
        assert!(path.exists());
        drop(file);
        assert!(!path.exists());
    }

    #[test]
    fn one_that_was_left_behind_is_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("socket");
        drop(UnixListener::bind(&path).unwrap());
        assert!(path.exists(), "std leaves it behind, as a kill does");
        let (_listener, _file) = bind(&path).unwrap();
        UnixStream::connect(&path).unwrap();
    }

    #[test]
    fn one_in_use_and_what_is_no_socket_are_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("socket");
        let other = UnixListener::bind(&path).unwrap();
        assert_eq!(told(&path), "another program listens there");
        UnixStream::connect(&path).unwrap();
        drop(other);

        let [file, link] = ["file", "link"].map(|name| directory.path().join(name));
        fs::write(&file, "precious").unwrap();
        // A link is not followed: what it leads to is somebody else's.
        std::os::unix::fs::symlink(&path, &link).unwrap();
        for path in [&file, &link, &directory.path().to_owned()] {
            assert!(told(path).contains("no socket"), "{}", path.display());
        }
        assert_eq!(fs::read(&file).unwrap(), b"precious");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[test]
    fn the_file_of_another_is_not_taken_away() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("socket");
        let (_listener, file) = bind(&path).unwrap();
        fs::rename(&path, directory.path().join("moved")).unwrap();
        fs::write(&path, "another's").unwrap();
        drop(file);
        assert!(path.exists());
    }

    #[test]
    fn one_that_is_left_to_another_stays() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("socket");
        let (listener, file) = bind(&path).unwrap();
        file.leave();
        drop(file);
        let another = SocketFile::of_another(&path);
        drop(another);
        UnixStream::connect(&path).unwrap();
        // Whoever it was left to takes it away in turn.
        let next = SocketFile::of_another(&path);
        next.keep();
        drop((listener, next));
        assert!(!path.exists());
    }
}
