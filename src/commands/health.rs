//! `hooksieve health`: how the hooksieve is that runs by a config, for those who can start a program and not ask by HTTP.
//!
//! Container engines are such: there is nothing else in the image. So all that goes wrong is one exit code, and what
//! runs is not told unwell by a mistake in the file that it has not applied.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::runtime::Builder;
use tokio::time::timeout;

use super::Error;
use super::load;
use super::print::print;
use crate::config::Config;
use crate::telemetry::visible;
use crate::transport::Address;

/// How long an answer may take: who is well has it in less than a millisecond, and engines give it a few seconds.
const PATIENCE: Duration = Duration::from_secs(2);
/// What is read of an answer, some hundred times what is expected.
const LONGEST: u64 = 64 << 10;

/// What was asked.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The configuration, whose admin.listen is asked
    #[arg(long, short, value_name = "FILE", default_value = "config.toml")]
    pub config: PathBuf,

    /// Ask whether events should be sent to it, not only whether it lives
    #[arg(long)]
    pub ready: bool,
}

/// Why nothing good can be said of what runs.
#[derive(Debug)]
enum Unwell {
    /// Nobody can be asked.
    Unreachable(io::Error),
    /// It has been silent.
    Slow,
    /// Something else answers there.
    NoHttp,
    /// It says so itself, with this status and in these words.
    Answered(u16, String),
}

/// Asks, and says on stdout what was answered.
///
/// # Errors
///
/// When the answer is no 200, there is none within two seconds, or the config does not say whom to ask.
pub fn run(arguments: &Arguments) -> Result<(), Error> {
    let path = if arguments.ready {
        "/readyz"
    } else {
        "/healthz"
    };
    let address = listener(&arguments.config).map_err(Error::Unusable)?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let answered = runtime.block_on(async {
        timeout(PATIENCE, ask(&address, path))
            .await
            .unwrap_or(Err(Unwell::Slow))
    });
    match answered {
        Ok(words) => print(|out| writeln!(out, "{}", visible(&words))),
        Err(why) => {
            let file = arguments.config.display();
            Err(Error::Unusable(format!(
                "hooksieve: {file}: [admin] listen = \"{address}\" {why}"
            )))
        }
    }
}

/// Whom the file names; or what to tell the user.
fn listener(file: &Path) -> Result<Address, String> {
    let bytes = load::read(file).map_err(|why| format!("hooksieve: {why}"))?;
    match Config::admin_listen(&String::from_utf8_lossy(&bytes)) {
        Ok(Some(address)) => Ok(address),
        Ok(None) => Err(format!(
            "hooksieve: {}: nobody can be asked, since [admin] has no listen; write listen = \"127.0.0.1:9090\" there, \
             and start anew",
            file.display()
        )),
        Err(problems) => Err(problems.display_with(file).to_string()),
    }
}

/// What is answered at `path`, if that is a 200.
async fn ask(address: &Address, path: &str) -> Result<String, Unwell> {
    match address {
        Address::Tcp(address) => exchange(TcpStream::connect(near(*address)).await?, path).await,
        Address::Unix(file) => exchange(UnixStream::connect(file).await?, path).await,
    }
}

/// Who listens on any address listens on this machine's own.
fn near(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        IpAddr::V4(_) | IpAddr::V6(_) => {}
    }
    address
}

async fn exchange(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    path: &str,
) -> Result<String, Unwell> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(LONGEST).read_to_end(&mut answer).await?;
    match understood(&String::from_utf8_lossy(&answer)) {
        Some((200, words)) => Ok(words.to_owned()),
        Some((status, words)) => Err(Unwell::Answered(status, words.to_owned())),
        None => Err(Unwell::NoHttp),
    }
}

/// The status, and the first line of what is said beside it.
fn understood(answer: &str) -> Option<(u16, &str)> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.strip_prefix("HTTP/1.1 ")?.split(' ').next()?;
    Some((
        status.parse().ok()?,
        body.lines().next().unwrap_or_default(),
    ))
}

impl From<io::Error> for Unwell {
    fn from(error: io::Error) -> Self {
        Self::Unreachable(error)
    }
}

impl fmt::Display for Unwell {
    /// The rest of a sentence that begins with who was asked.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(error) => write!(f, "can't be asked: {error}"),
            Self::Slow => write!(f, "has no answer within {} s", PATIENCE.as_secs()),
            Self::NoHttp => f.write_str("answers no HTTP: something else listens there"),
            Self::Answered(status, words) => {
                write!(f, "answers {status}: {}", visible(words))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_head_of_http_is_an_answer() {
        for (answer, expected) in [
            ("HTTP/1.1 200 OK\r\nA: b\r\n\r\nok\n", Some((200, "ok"))),
            (
                "HTTP/1.1 503 Service Unavailable\r\n\r\ndraining\nor so",
                Some((503, "draining")),
            ),
            ("HTTP/1.1 200 OK\r\n\r\n", Some((200, ""))),
            ("HTTP/1.1 200 OK\r\n", None),
            ("SSH-2.0-a\r\n\r\n", None),
            ("HTTP/1.1 ok\r\n\r\n", None),
            ("", None),
        ] {
            assert_eq!(understood(answer), expected, "{answer}");
        }
    }

    #[test]
    fn any_address_is_asked_at_this_machines_own() {
        for (listen, asked) in [
            ("0.0.0.0:9090", "127.0.0.1:9090"),
            ("[::]:9090", "[::1]:9090"),
            ("10.0.0.1:9090", "10.0.0.1:9090"),
        ] {
            let listen: SocketAddr = listen.parse().unwrap();
            assert_eq!(near(listen).to_string(), asked);
        }
    }
}
