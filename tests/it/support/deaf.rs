//! A server that is not there, as far as anybody can tell.

use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

/// A listener that never accepts and whose queue is full, so that further connections are neither made nor refused.
pub struct Deaf {
    address: SocketAddr,
    _listener: Socket,
    _waiting: Vec<Socket>,
}

impl Deaf {
    /// At an IPv4 address; port 0 is any that is free.
    pub fn at(address: impl Into<SocketAddr>) -> Self {
        let listener = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        listener
            .bind(&address.into().into())
            .expect("the port is free");
        listener.listen(0).expect("it is bound");
        let bound = listener.local_addr().expect("it is bound").as_socket();
        let address = bound.expect("an IP address");
        let waiting = (0..4).map(|_| {
            let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
            socket.set_nonblocking(true).expect("an option can be set");
            let _ = socket.connect(&address.into());
            socket
        });
        Self {
            address,
            _waiting: waiting.collect(),
            _listener: listener,
        }
    }

    /// Where it does not listen.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}
