//! Which certificate is for the name that a sender asks for.

use std::collections::HashMap;
use std::sync::Arc;

use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::pair::Pair;

/// Certificates by name. Several may be for one name, as one with RSA and one with P-256: a sender is shown the first that
/// it can verify.
#[derive(Debug)]
pub struct Resolver {
    all: Vec<Arc<CertifiedKey>>,
    /// Numbers of certificates in their order, by names in small letters; `*.` in front stands for one label.
    by_name: HashMap<String, Vec<usize>>,
}

impl Resolver {
    /// These, the first of which is for all names that none of them is for.
    pub fn new(pairs: &[Pair]) -> Self {
        let mut by_name: HashMap<_, Vec<_>> = HashMap::new();
        for (number, pair) in pairs.iter().enumerate() {
            for name in &pair.certificate.names {
                let name = name.to_ascii_lowercase();
                by_name.entry(name).or_default().push(number);
            }
        }
        Self {
            all: pairs.iter().map(|pair| pair.certified.clone()).collect(),
            by_name,
        }
    }

    /// The numbers of those for a name, the better first.
    fn of(&self, name: &str) -> &[usize] {
        let name = name.to_ascii_lowercase();
        let name = name.strip_suffix('.').unwrap_or(&name);
        let above = || {
            let (_, above) = name.split_once('.')?;
            self.by_name.get(&format!("*.{above}"))
        };
        let found = self.by_name.get(name).or_else(above);
        found.map(Vec::as_slice).unwrap_or_default()
    }
}

impl ResolvesServerCert for Resolver {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let named = hello.server_name().map(|name| self.of(name));
        let named = named.unwrap_or_default();
        let suits =
            |pair: &&Arc<CertifiedKey>| pair.key.choose_scheme(hello.signature_schemes()).is_some();
        let of_name = || named.iter().filter_map(|&number| self.all.get(number));
        let found = of_name().find(suits).or_else(|| of_name().next());
        // Where none is for the name, it says so by its names.
        found.or_else(|| self.all.first()).cloned()
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair};

    use super::*;
    use crate::tls::{Chain, Key};

    fn pair(names: &[&str]) -> Pair {
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(names).unwrap().self_signed(&key);
        let chain = Chain::read(certificate.unwrap().pem().as_bytes()).unwrap();
        Pair::new(chain, Key::read(key.serialize_pem().as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn an_exact_name_comes_before_a_wildcard_and_case_says_nothing() {
        let resolver = Resolver::new(&[
            pair(&["A.example"]),
            pair(&["*.example", "b.example"]),
            pair(&["b.example", "*.b.example"]),
        ]);
        for (name, numbers) in [
            ("a.example", &[0][..]),
            ("a.EXAMPLE.", &[0]),
            ("b.example", &[1, 2]),
            ("c.example", &[1]),
            ("c.b.example", &[2]),
            ("d.c.b.example", &[]),
            ("example", &[]),
            ("", &[]),
            (".", &[]),
        ] {
            assert_eq!(resolver.of(name), numbers, "{name}");
        }
    }
}
