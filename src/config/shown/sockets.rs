//! Where it listens, and how Unix sockets are made.

use super::{Shown, Value, shown};
use crate::config::Socket;
use crate::transport::Address;

/// How Unix sockets are made.
pub fn sockets(socket: &Socket) -> Vec<Shown> {
    let Socket { access, handover } = socket;
    let mut all = vec![shown("socket", "mode", format!("0{:o}", access.mode))];
    for (key, account) in [("owner", &access.owner), ("group", &access.group)] {
        all.extend(
            account
                .iter()
                .map(|account| shown("socket", key, account.to_string())),
        );
    }
    let handover = handover.clone().map(Address::Unix);
    all.extend(handover.map(|address| shown("socket", "handover", address.to_string())));
    all
}

/// One of them alone, or several as a list.
pub fn several(all: &[impl ToString]) -> Value {
    match all {
        [one] => Value::Text(one.to_string()),
        several => Value::List(several.iter().map(ToString::to_string).collect()),
    }
}
