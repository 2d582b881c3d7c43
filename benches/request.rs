//! A whole request through the proxy, from the bytes of a sender to the bytes of the answer.
//!
//! The sender is one end of a pipe in memory. A forwarded event goes to an upstream on the loopback device,
//! so those figures contain the kernel's work as well. The log is off. What the program costs beside others,
//! log and sockets included, is measured in `benches/peers`.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use criterion::{Criterion, Throughput};
use hooksieve::config::Config;
use hooksieve::memory::Memory;
use hooksieve::proxy::notices::Notices;
use hooksieve::proxy::{Proxy, Serving, Shared};
use hooksieve::tls::Dialer;
use hooksieve::transport::Peer;
use hooksieve::upstream::{Known, OwnAddresses, Upstreams};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use memchr::memmem;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime;
use tokio::sync::watch;

/// As much as a loopback socket takes at once, roughly.
const PIPE: usize = 64 * 1024;
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

fn main() -> io::Result<()> {
    let mut criterion = Criterion::default().configure_from_args();
    bench(
        &mut criterion,
        "dropped, 0.5 KB",
        &event("batch.created", 500),
    )?;
    for (name, size) in [("0.5 KB", 500), ("5 KB", 5_000), ("135 KB", 135_000)] {
        let body = event("invoice.paid", size);
        bench(&mut criterion, &format!("forwarded, {name}"), &body)?;
    }
    criterion.final_summary();
    Ok(())
}

fn bench(criterion: &mut Criterion, name: &str, body: &str) -> io::Result<()> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let request = format!(
        "POST /webhook HTTP/1.1\r\nHost: hooks.example\r\nUser-Agent: Stripe/1.0\r\nAccept: */*\r\n\
         Content-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut sender = runtime.block_on(async {
        let upstream = upstream(body.len()).await?;
        let config = format!("upstream = \"http://{upstream}\"\n[filter]\ndeny = [\"batch.*\"]");
        let config = Config::parse(&config).expect("a valid config");
        Ok::<_, io::Error>(connect(&config))
    })?;
    criterion
        .benchmark_group("request")
        .throughput(Throughput::Bytes(body.len() as u64))
        .bench_function(name, |bencher| {
            bencher.iter(|| {
                runtime
                    .block_on(exchange(&mut sender, request.as_bytes()))
                    .expect("sender and upstream are in this process");
            });
        });
    Ok(())
}

/// An event of at least `size` bytes with the type last, as Stripe sends it.
fn event(kind: &str, size: usize) -> String {
    let line =
        r#"{ "object": "line_item", "amount": 1900, "description": "1 × “M”", "type": "x" }, "#;
    let lines = line.repeat(size.div_ceil(line.len()));
    format!(r#"{{ "id": "evt_1", "data": {{ "lines": [ {lines} null ] }}, "type": "{kind}" }}"#)
}

/// A sender's connection to a proxy with this config.
fn connect(config: &Config) -> DuplexStream {
    let (sender, accepted) = duplex(PIPE);
    let (routes, timeouts) = (Arc::new(config.routes.clone()), &config.timeouts);
    let known = Known::of(
        routes.iter().map(|route| &route.upstream),
        &Known::default(),
    );
    let upstreams = Upstreams::new(
        &known,
        timeouts.reuse,
        OwnAddresses::default(),
        Dialer::default(),
    );
    let largest = routes.iter().map(|route| route.inspect).max();
    let memory = Memory::new(config.limits.memory, largest.unwrap_or_default());
    let shared = Arc::new(Shared::new(memory));
    let watch = Notices::new(&routes, 1).watch(0);
    let serving = Serving::new(routes, upstreams).watched_by(watch);
    let (_, serving) = watch::channel(Arc::new(serving));
    let proxy = Arc::new(Proxy::new(serving, shared, timeouts.body));
    let peer = Peer::from(SocketAddr::from((Ipv4Addr::LOCALHOST, 40_000)));
    let service = service_fn(move |request| {
        let proxy = proxy.clone();
        proxy.handle(request, peer)
    });
    let io = TokioIo::new(accepted);
    tokio::spawn(http1::Builder::new().serve_connection(io, service));
    sender
}

async fn exchange(sender: &mut DuplexStream, request: &[u8]) -> io::Result<()> {
    sender.write_all(request).await?;
    let answer = message(sender, 0).await?;
    assert!(answer.starts_with(b"HTTP/1.1 200 "), "not what is measured");
    Ok(())
}

/// An upstream that does as little as it can, for events of `length` bytes.
async fn upstream(length: usize) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(receive(stream, length));
        }
    });
    Ok(address)
}

async fn receive(mut stream: TcpStream, length: usize) -> io::Result<()> {
    loop {
        message(&mut stream, length).await?;
        stream.write_all(ANSWER).await?;
    }
}

/// Reads one message whose body has `length` bytes.
async fn message(stream: &mut (impl AsyncRead + Unpin), length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(length + 1024);
    loop {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let head = memmem::find(&bytes, b"\r\n\r\n").map(|end| end + 4);
        if head.is_some_and(|head| bytes.len() >= head + length) {
            return Ok(bytes);
        }
    }
}
