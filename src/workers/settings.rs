//! What the config says of how senders are served.

use std::sync::Arc;

use hyper::server::conn::http1;
use tokio::sync::Semaphore;

use crate::config::Config;
use crate::memory::Memory;
use crate::open_files::Room;
use crate::server::{Patience, Settings};
use crate::tls::Sides;

/// How senders are served by `config`: as many as there is `room` for, who share this `memory`. They speak TLS as
/// `tls` says.
pub fn settings(config: &Config, memory: Memory, room: Room, tls: &Sides) -> Settings {
    let routes = config.routes.iter();
    let reader = routes.map(|route| route.timeouts.response).max();
    let mut http = http1::Builder::new();
    http.half_close(true)
        .preserve_header_case(true)
        .title_case_headers(true)
        .auto_date_header(false)
        .max_header_size(config.limits.header_size)
        .max_headers(config.limits.headers);
    Settings {
        http,
        patience: Patience {
            head: config.timeouts.header,
            idle: config.timeouts.idle,
            // No connection is any one route's.
            reader: reader.unwrap_or_default(),
        },
        memory,
        tls: tls.acceptor.clone(),
        connections: Arc::new(Semaphore::new(room.senders)),
        turned_away: Arc::new(Semaphore::new(room.turned_away)),
        drain: config.timeouts.drain,
    }
}
