//! What was typed.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;
use hooksieve::transport::Address;

/// hooksieve inside Envoy: an external processor that answers, by the rules of config.toml, which webhook events are
/// dropped.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Arguments {
    /// The configuration, as hooksieve has it; "upstream" may be left out, since Envoy knows it
    #[arg(long, short, value_name = "FILE", default_value = "config.toml")]
    pub config: PathBuf,

    /// Where Envoy connects, in place of the configuration's "listen": an IP address and a port, or unix: and the path of a socket
    #[arg(long, short, value_name = "ADDRESS", default_value = "127.0.0.1:9002", value_parser = address)]
    pub listen: Address,
}

fn address(written: &str) -> Result<Address, String> {
    const RIGHT: &str =
        "write an IP address and a port, as 127.0.0.1:9002, or unix:/run/hooksieve/extproc.sock";
    match written.strip_prefix("unix:") {
        Some(path) if path.starts_with('/') && !path.ends_with('/') => {
            Ok(Address::Unix(path.into()))
        }
        Some(_) => Err(format!("is no path of a file, from the root; {RIGHT}")),
        None => written
            .parse::<SocketAddr>()
            .map(Address::Tcp)
            .map_err(|_| format!("is no address; {RIGHT}")),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_make_sense() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn an_address_is_a_port_or_the_path_of_a_socket() {
        for written in ["127.0.0.1:0", "[::]:9002", "unix:/run/a.sock"] {
            let read = address(written).map(|address| address.to_string());
            assert_eq!(read.as_deref(), Ok(written));
        }
        for written in ["", "9002", "localhost:9002", "unix:", "unix:a", "unix:/a/"] {
            let why = address(written).unwrap_err();
            assert!(why.contains("write an IP address"), "{why}");
        }
    }
}
