//! Where the program listens: what it makes, what it is handed, and what it takes over.

use std::io;
use std::path::Path;

use crate::config::{Config, Listen};
use crate::handover::{self, Offer, Predecessor};
use crate::server::{self, Access, Bound};
use crate::transport::Address;

/// All that listens, before anybody accepts.
#[derive(Debug)]
pub struct Listeners {
    /// For senders.
    pub senders: Vec<Bound>,
    /// For whoever runs this, if that is asked for.
    pub admin: Option<Bound>,
    /// For the next process, if that is asked for.
    next: Option<Bound>,
    /// What the next process may have, by the names under which it asks.
    offered: Vec<(Address, Bound)>,
    /// How many sockets were handed over that nobody asked for.
    pub unasked: usize,
}

/// The process before this one, if there is to be one and it is there.
///
/// # Errors
///
/// When somebody is there who does not give what is asked for.
pub async fn predecessor(config: &Config) -> io::Result<Option<Predecessor>> {
    let Some(path) = &config.socket.handover else {
        return Ok(None);
    };
    let own = Address::Unix(path.clone());
    let senders = config.listen.iter().filter_map(Listen::address);
    let wanted: Vec<_> = senders.chain(&config.admin.listen).chain([&own]).collect();
    handover::ask(path, &wanted).await
}

impl Listeners {
    /// Listens wherever the config at `path` says: on sockets of `before` where it had them, and on those that were
    /// `handed_over`; or what to tell the user.
    pub fn open(
        path: &Path,
        config: &Config,
        mut before: Option<&mut Predecessor>,
        handed_over: Vec<Bound>,
    ) -> Result<Self, String> {
        let told = |key: &str, error: io::Error| {
            format!(
                "hooksieve: {}: can't listen on {key}: {error}",
                path.display()
            )
        };
        let mut offered = Vec::new();
        let mut open = |address: &Address, access: &Access| -> io::Result<Bound> {
            let taken = before.as_mut().and_then(|before| before.take(address));
            let bound = match taken {
                Some(bound) => bound.give_to(access).map(|()| bound)?,
                None => server::bind(address, access)?,
            };
            if config.socket.handover.is_some() {
                offered.push((address.clone(), bound.try_clone()?));
            }
            Ok(bound)
        };
        let access = &config.socket.access;
        let mut handed_over = Some(handed_over).filter(|sockets| !sockets.is_empty());
        let mut senders = Vec::new();
        for listen in &config.listen {
            match listen {
                Listen::At(address) => senders.push(
                    open(address, access).map_err(|error| told(&address.to_string(), error))?,
                ),
                Listen::Systemd => senders.extend(handed_over.take().ok_or_else(|| {
                    let path = path.display();
                    format!(
                        "hooksieve: {path}: listen = \"systemd\", but no socket was handed over; start it by a .socket unit, \
                         or write an address"
                    )
                })?),
            }
        }
        let admin = config.admin.listen.as_ref().map(|address| {
            open(address, access)
                .map_err(|error| told(&format!("[admin] listen = \"{address}\""), error))
        });
        let admin = admin.transpose()?;
        let next = config.socket.handover.clone().map(|path| {
            let address = Address::Unix(path);
            open(&address, &Access::private())
                .map_err(|error| told(&format!("[socket] handover = \"{address}\""), error))
        });
        let next = next.transpose()?;
        Ok(Self {
            senders,
            admin,
            next,
            offered,
            unasked: handed_over.map_or(0, |sockets| sockets.len()),
        })
    }

    /// What the next process can have, if it may ask. Must be called within a runtime.
    ///
    /// # Errors
    ///
    /// When the runtime can't watch the listener.
    pub fn offer(&mut self) -> io::Result<Option<Offer>> {
        let offered = std::mem::take(&mut self.offered);
        let next = self.next.take();
        next.map(|next| Offer::new(next, offered)).transpose()
    }
}
