//! The certificates that a config names.

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use super::problem::Problem;
use super::{Config, Files, Places, Problems};
use crate::telemetry::in_toml;
use crate::tls::{Authorities, Certificate, Chain, Flaw, Key, Pair, Served, Towards, Validity};
use crate::upstream::Scheme;

/// Gives what is in a file, or why it can't be read, in words.
type Read<'r> = &'r dyn Fn(&Path) -> Result<Vec<u8>, String>;

/// Reads files for the keys of a section, and notes what is wrong with them.
struct Reader<'a> {
    read: Read<'a>,
    places: Places<'a>,
    section: &'static str,
    problems: Vec<Problem>,
}

impl Config {
    /// All files of certificates and keys that it names.
    pub fn certificate_files(&self) -> impl Iterator<Item = &Path> {
        let (tls, upstream) = (&self.tls, &self.upstream_tls);
        let pairs = tls.pairs.iter().chain(&upstream.pair);
        let pairs = pairs.flat_map(|files| [&files.cert, &files.key]);
        let all = pairs.chain(&tls.client_ca).chain(&upstream.ca);
        all.map(AsRef::as_ref)
    }

    /// What senders are shown, if they are to speak TLS. `text` is what this was read from; `read` gives what is in a file,
    /// or says why not: as the rest of a sentence that begins with its path.
    ///
    /// # Errors
    ///
    /// If a file can't be read, is no such file, or does not fit the others: all [`Problems`].
    pub fn served(&self, text: &str, read: Read<'_>) -> Result<Option<Served>, Problems> {
        let mut reader = Reader::new("tls", text, read);
        let pairs: Vec<_> = self
            .tls
            .pairs
            .iter()
            .map(|files| reader.pair(files))
            .collect();
        let senders = self.tls.client_ca.as_deref();
        let senders = senders.map(|path| reader.file("client_ca", path, Authorities::read));
        let pairs: Option<Vec<_>> = pairs.into_iter().collect();
        let served = match (pairs, senders) {
            (None, _) | (_, Some(None)) => None,
            (Some(pairs), _) if pairs.is_empty() => None,
            (Some(pairs), senders) => match Served::new(pairs, senders.flatten()) {
                Ok(served) => Some(served),
                Err(error) => {
                    reader.note("cert", None, &format!("TLS can't be had: {error}"));
                    None
                }
            },
        };
        reader.end(served)
    }

    /// How upstreams are spoken to, if one is by TLS; likewise.
    ///
    /// # Errors
    ///
    /// Likewise, or if nobody is believed.
    pub fn towards(&self, text: &str, read: Read<'_>) -> Result<Option<Arc<Towards>>, Problems> {
        let mut reader = Reader::new("upstream_tls", text, read);
        let settings = &self.upstream_tls;
        let pair = settings.pair.as_ref().map(|files| reader.pair(files));
        let ca = settings.ca.as_deref();
        let ca = ca.map(|path| reader.file("ca", path, Authorities::read));
        let mut schemes = self.routes.iter().map(|route| route.upstream.scheme());
        let is_needed = schemes.any(|scheme| scheme == Scheme::Https);
        let towards = match (pair, ca) {
            (Some(None), _) | (_, Some(None)) => None,
            _ if !is_needed => None,
            (pair, ca) => {
                let (ca, name) = (ca.flatten(), settings.server_name.clone());
                match Towards::new(ca.as_ref(), pair.flatten(), name) {
                    Ok(towards) => Some(Arc::new(towards)),
                    Err(unable) => {
                        reader.note("ca", None, &unable.to_string());
                        None
                    }
                }
            }
        };
        reader.end(towards)
    }

    /// What in certificates that can be used is surely not meant.
    #[must_use]
    pub fn advice_on_certificates(
        &self,
        served: Option<&Served>,
        towards: Option<&Towards>,
        (text, now): (&str, SystemTime),
    ) -> Vec<Problem> {
        let places = Places::of(text);
        let served = served.into_iter().flat_map(|served| &served.pairs);
        let served = self.tls.pairs.iter().zip(served);
        let shown = towards.and_then(|towards| towards.pair.as_ref());
        let shown = self.upstream_tls.pair.iter().zip(shown);
        let served = served.map(|both| ("tls", both, true));
        let shown = shown.map(|both| ("upstream_tls", both, false));
        let mut advice = Vec::new();
        for (section, (files, pair), is_servers) in served.chain(shown) {
            let line = line(&places, section, "cert", Some(&files.cert));
            let file = in_toml(&files.cert.to_string_lossy());
            advice.extend(odd(&pair.certificate, is_servers, now).map(|odd| {
                let certificate = &pair.certificate;
                let text =
                    format!("[{section}] cert: {file}, the certificate {certificate}, {odd}");
                Problem::at(line, text)
            }));
        }
        advice
    }
}

/// What is odd about a certificate that is shown by a server, or else by a client.
fn odd(
    certificate: &Certificate,
    is_servers: bool,
    now: SystemTime,
) -> impl Iterator<Item = String> {
    let validity = match certificate.at(now) {
        Validity::Good => None,
        Validity::Expired => Some("has expired; renew it".to_owned()),
        Validity::NotYet => Some("is not valid yet; look at the clock, or wait".to_owned()),
        Validity::Soon(0) => Some("expires within a day; renew it".to_owned()),
        Validity::Soon(1) => Some("expires in a day; renew it".to_owned()),
        Validity::Soon(days) => Some(format!("expires in {days} days; renew it")),
    };
    let purpose = match is_servers {
        true if !certificate.is_for_servers => {
            Some("servers; have one issued that is (serverAuth)")
        }
        false if !certificate.is_for_clients => {
            Some("clients; have one issued that is (clientAuth)")
        }
        _ => None,
    };
    let nameless = is_servers && certificate.names.is_empty();
    let nameless = nameless.then(|| {
        "is believed by nobody, who looks for a name in it; have one issued that is for the name that senders call"
            .to_owned()
    });
    let purpose = purpose.map(|purpose| format!("is not for {purpose}"));
    validity.into_iter().chain(purpose).chain(nameless)
}

impl<'a> Reader<'a> {
    fn new(section: &'static str, text: &'a str, read: Read<'a>) -> Self {
        Self {
            read,
            places: Places::of(text),
            section,
            problems: Vec::new(),
        }
    }

    /// What is in two files, if it fits together.
    fn pair(&mut self, files: &Files) -> Option<Pair> {
        let chain = self.file("cert", &files.cert, Chain::read);
        let key = self.file("key", &files.key, Key::read);
        match Pair::new(chain?, key?) {
            Ok(pair) => Some(pair),
            Err(flaw) => {
                self.note("key", Some(&files.key), &flaw.to_string());
                None
            }
        }
    }

    /// What a file that `key` names means.
    fn file<T>(
        &mut self,
        key: &'static str,
        path: &Path,
        understand: impl FnOnce(&[u8]) -> Result<T, Flaw>,
    ) -> Option<T> {
        let content = (self.read)(path);
        let meaning = content.and_then(|pem| understand(&pem).map_err(|flaw| flaw.to_string()));
        meaning
            .map_err(|wrong| self.note(key, Some(path), &wrong))
            .ok()
    }

    fn note(&mut self, key: &str, path: Option<&Path>, wrong: &str) {
        let section = self.section;
        let line = line(&self.places, section, key, path);
        let file = path.map(|path| format!(" {}", in_toml(&path.to_string_lossy())));
        let file = file.unwrap_or_default();
        let text = format!("[{section}] {key}:{file} {wrong}");
        self.problems.push(Problem::at(line, text));
    }

    fn end<T>(self, meaning: Option<T>) -> Result<Option<T>, Problems> {
        if self.problems.is_empty() {
            Ok(meaning)
        } else {
            Err(Problems::new(self.problems))
        }
    }
}

/// The line of a path in a list of them, or of the key.
fn line(places: &Places<'_>, section: &str, key: &str, path: Option<&Path>) -> Option<usize> {
    let entry = path.and_then(|path| places.entry(None, section, key, path.to_str()?));
    entry.or_else(|| places.key(None, section, key))
}
