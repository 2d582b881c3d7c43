//! The endpoint that stands in for a legacy one.

use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc;
use std::thread;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;

use super::signature;

/// An endpoint on a thread of its own, which ends with the process.
pub struct Endpoint {
    address: SocketAddr,
    received: mpsc::Receiver<Received>,
}

/// An event that the endpoint received.
pub struct Received {
    /// Its raw body.
    pub body: Bytes,
    /// Whether its signature verifies.
    pub is_signed: bool,
    /// What it was answered with.
    pub answer: &'static str,
}

impl Endpoint {
    /// Starts to answer on `listener`.
    pub fn start(listener: TcpListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (report, received) = mpsc::channel();
        thread::Builder::new()
            .name("endpoint".to_owned())
            .spawn(move || runtime.block_on(serve(listener, report)))?;
        Ok(Self { address, received })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The event that it received since this was last asked.
    pub fn received(&self) -> Option<Received> {
        self.received.try_recv().ok()
    }
}

async fn serve(listener: TcpListener, report: mpsc::Sender<Received>) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let report = report.clone();
        let service = service_fn(move |request| answer(request, report.clone()));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn answer(
    request: Request<Incoming>,
    report: mpsc::Sender<Received>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let body = body
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    let signature = parts
        .headers
        .get("stripe-signature")
        .and_then(|value| value.to_str().ok());
    let is_signed = signature.is_some_and(|signature| signature::verify(signature, &body));
    let (status, answer) = if !is_signed {
        (StatusCode::BAD_REQUEST, "endpoint: forged")
    } else if body.windows(13).any(|window| window == b"charge.failed") {
        (
            StatusCode::INTERNAL_SERVER_ERROR,
            "endpoint: no such charge",
        )
    } else {
        (StatusCode::OK, "endpoint: thank you")
    };
    // Nobody listens only once the demo is over.
    let _ = report.send(Received {
        body,
        is_signed,
        answer,
    });
    let mut response = Response::new(Full::from(answer));
    *response.status_mut() = status;
    Ok(response)
}
