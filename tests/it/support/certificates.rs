//! Certificates made for a test.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tempfile::TempDir;

/// Somebody who issues certificates.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key, in PEM.
pub struct Issued {
    pub cert: String,
    pub key: String,
}

/// Files of certificates in a directory of their own, and who issued them.
pub struct Files {
    pub authority: Authority,
    directory: TempDir,
}

impl Authority {
    /// Somebody of this name.
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer =
            CertifiedIssuer::self_signed(params, KeyPair::generate().expect("it can be made"));
        Self(issuer.expect("it can be made"))
    }

    /// Its certificate.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// Who believes it alone.
    pub fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).expect("it can be made");
        roots
    }

    /// A certificate for these names.
    pub fn issue(&self, names: &[&str]) -> Issued {
        self.issue_with(names, |_| {})
    }

    /// The same with something changed in it.
    pub fn issue_with(
        &self,
        names: &[&str],
        change: impl FnOnce(&mut CertificateParams),
    ) -> Issued {
        let key = KeyPair::generate().expect("it can be made");
        let certificate = params(names, change)
            .signed_by(&key, &self.0)
            .expect("it can be made");
        Issued {
            cert: certificate.pem(),
            key: key.serialize_pem(),
        }
    }
}

fn params(names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> CertificateParams {
    let names: Vec<_> = names.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(names).expect("it can be made");
    params
        .distinguished_name
        .push(DnType::CommonName, "made for a test");
    change(&mut params);
    params
}

impl Issued {
    /// One that is its own issuer.
    pub fn self_signed(names: &[&str]) -> Self {
        let key = KeyPair::generate().expect("it can be made");
        let certificate = params(names, |_| {})
            .self_signed(&key)
            .expect("it can be made");
        Self {
            cert: certificate.pem(),
            key: key.serialize_pem(),
        }
    }

    fn chain(&self) -> Vec<CertificateDer<'static>> {
        let all = CertificateDer::pem_slice_iter(self.cert.as_bytes());
        all.collect::<Result<_, _>>().expect("it can be made")
    }

    fn key(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::from_pem_slice(self.key.as_bytes()).expect("it can be made")
    }

    /// How an upstream shows it.
    pub fn shown(&self) -> ServerConfig {
        let builder = ServerConfig::builder().with_no_client_auth();
        let mut config = builder
            .with_single_cert(self.chain(), self.key())
            .expect("it can be made");
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        config
    }

    /// The same where it lets in only whom `authority` certified.
    pub fn shown_to_those_of(&self, authority: &Authority) -> ServerConfig {
        let verifier = WebPkiClientVerifier::builder(Arc::new(authority.roots())).build();
        let builder =
            ServerConfig::builder().with_client_cert_verifier(verifier.expect("it can be made"));
        builder
            .with_single_cert(self.chain(), self.key())
            .expect("it can be made")
    }

    /// How a sender shows it that believes `authority`.
    pub fn shown_by_one_who_believes(&self, authority: &Authority) -> Arc<ClientConfig> {
        let builder = ClientConfig::builder().with_root_certificates(authority.roots());
        let config = builder.with_client_auth_cert(self.chain(), self.key());
        Arc::new(config.expect("it can be made"))
    }
}

impl Files {
    /// None yet.
    pub fn new() -> Self {
        Self {
            authority: Authority::new("Test Authority"),
            directory: tempfile::tempdir().expect("a directory for certificates"),
        }
    }

    /// With one for `localhost` and `127.0.0.1`, as `a`.
    pub fn for_localhost() -> Self {
        let files = Self::new();
        files.save("a", &files.authority.issue(&["localhost", "127.0.0.1"]));
        files
    }

    /// Where they are.
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Saves one as `name.pem` and `name.key`.
    pub fn save(&self, name: &str, issued: &Issued) {
        self.write(&format!("{name}.pem"), &issued.cert);
        self.write(&format!("{name}.key"), &issued.key);
    }

    /// Saves a file, in one go.
    pub fn write(&self, name: &str, text: &str) {
        let beside = self.path().join("beside");
        fs::write(&beside, text).expect("it can be written");
        fs::rename(beside, self.path().join(name)).expect("it can be renamed");
    }

    /// The path of a file as the config has it.
    pub fn quoted(&self, name: &str) -> String {
        format!("\"{}\"", self.path().join(name).display())
    }

    /// The section by which the one called `name` is shown to senders.
    pub fn tls(&self, name: &str) -> String {
        let [cert, key] = ["pem", "key"].map(|end| self.quoted(&format!("{name}.{end}")));
        format!("[tls]\ncert = {cert}\nkey = {key}\n")
    }

    /// A sender that believes the authority.
    pub fn sender(&self) -> Arc<ClientConfig> {
        let builder = ClientConfig::builder().with_root_certificates(self.authority.roots());
        Arc::new(builder.with_no_client_auth())
    }

    /// The section by which the authority is believed as one of upstreams.
    pub fn upstream_tls(&self) -> String {
        self.write("ca.pem", &self.authority.pem());
        format!("[upstream_tls]\nca = {}\n", self.quoted("ca.pem"))
    }
}
