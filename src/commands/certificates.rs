//! Certificates, read from wherever they are kept.

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use humantime::format_rfc3339_seconds;

use super::load::read_in_time;
use crate::admin::Expiry;
use crate::config::{Config, Problems};
use crate::telemetry::visible;
use crate::tls::{Pair, Served, Sides, Towards, Validity};

/// What is shown to senders, and how upstreams are spoken to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    /// The first, if senders are to speak TLS.
    pub served: Option<Served>,
    /// The second, if an upstream is spoken to by TLS.
    pub towards: Option<Arc<Towards>>,
}

/// What is in the files that a config names, which was read from `text` in the file at `path`; or what to tell the user,
/// one problem a line.
pub fn load(path: &Path, text: &str, config: &Config) -> Result<Credentials, String> {
    let told = |problems: Problems| problems.display_with(path).to_string();
    let served = config.served(text, &read).map_err(told);
    let towards = config.towards(text, &read).map_err(told);
    match (served, towards) {
        (Ok(served), Ok(towards)) => Ok(Credentials { served, towards }),
        (Err(one), Err(other)) => Err(format!("{one}\n{other}")),
        (Err(why), _) | (_, Err(why)) => Err(why),
    }
}

/// Only how upstreams are spoken to, for who serves nobody.
pub fn load_towards(
    path: &Path,
    text: &str,
    config: &Config,
) -> Result<Option<Arc<Towards>>, String> {
    let towards = config.towards(text, &read);
    towards.map_err(|problems| problems.display_with(path).to_string())
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    read_in_time(path).map_err(|error| format!("can't be read: {error}; name a file that can"))
}

impl Credentials {
    /// Gives both sides this to go by.
    pub fn give(&self, sides: &Sides) {
        sides.acceptor.serve(self.served.as_ref());
        sides.dialer.go_by(self.towards.clone());
    }

    /// Logs which certificates are shown, and until when they are valid; what is odd about one is a warning.
    pub fn tell(&self, config: &Config) {
        let now = SystemTime::now();
        for (shown_to, file, pair) in self.shown(config) {
            tell(shown_to, file, pair, now);
        }
    }

    /// Until when each of those holds.
    pub fn expiries(&self, config: &Config) -> Vec<Expiry> {
        let shown = self.shown(config);
        let expiry = |(shown_to, file, pair): (_, &Path, &Pair)| Expiry {
            shown_to,
            file: file.to_owned(),
            until: pair.certificate.until,
        };
        shown.map(expiry).collect()
    }

    /// The certificates that are shown: to whom each is, and where it is kept.
    fn shown<'c>(
        &'c self,
        config: &'c Config,
    ) -> impl Iterator<Item = (&'static str, &'c Path, &'c Pair)> {
        let served = self.served.iter().flat_map(|served| &served.pairs);
        let senders = config.tls.pairs.iter().zip(served);
        let senders = senders.map(|(files, pair)| ("senders", files, pair));
        let towards = self.towards.iter();
        let own = towards.filter_map(|towards| towards.pair.as_ref());
        let upstreams = config.upstream_tls.pair.iter().zip(own);
        let upstreams = upstreams.map(|(files, pair)| ("upstreams", files, pair));
        let all = senders.chain(upstreams);
        all.map(|(shown_to, files, pair)| (shown_to, &*files.cert, pair))
    }
}

/// Logs a certificate: to whom it is shown, for what names it is, and until when.
fn tell(shown_to: &str, file: &Path, pair: &Pair, now: SystemTime) {
    let certificate = &pair.certificate;
    let names = certificate.told_names();
    let until = format_rfc3339_seconds(certificate.until);
    let file = visible(&file.to_string_lossy());
    let odd = match certificate.at(now) {
        Validity::Good => None,
        Validity::Soon(days) => Some(format!("it expires in {days} days")),
        Validity::Expired => Some("it has expired".to_owned()),
        Validity::NotYet => Some("it is not valid yet".to_owned()),
    };
    match odd {
        None => tracing::info!(shown_to, names, %until, file, "certificate"),
        Some(odd) => tracing::warn!(shown_to, names, %until, file, odd, "certificate"),
    }
}
