//! The net: names become addresses, once, and connections go to the addresses that were judged.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::Arc;

use tokio::net::{TcpStream, lookup_host};

use crate::address::{Place, is_public};
use crate::fetch::Refused;

/// Addresses of one name that are looked at; a name with more is nobody's site.
const ADDRESSES: usize = 16;

/// Which net there is.
#[derive(Debug, Clone)]
pub enum Net {
    /// The internet.
    Open,
    /// None but what a test pretends.
    Pretended(Pretended),
}

/// What the names of a pretended internet answer with.
pub type Names = dyn Fn(&str) -> Vec<IpAddr> + Send + Sync;

/// An internet that a test pretends: what names answer with, and the one place to which every connection goes. All
/// rules about addresses hold in it as they do in the real one, and nothing else can be reached through it.
#[derive(Clone)]
pub struct Pretended {
    /// The addresses of a name.
    pub names: Arc<Names>,
    /// Where connections to public addresses arrive.
    pub at: SocketAddr,
    /// The machine's own addresses.
    pub own: Vec<IpAddr>,
}

impl Pretended {
    /// An internet in which every name has one public address, and whose pages are all served here.
    pub fn at(at: SocketAddr) -> Self {
        Self { names: Arc::new(|_| vec![IpAddr::V4(Ipv4Addr::new(93, 184, 215, 14))]), at, own: Vec::new() }
    }
}

impl fmt::Debug for Pretended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pretended").field("at", &self.at).finish_non_exhaustive()
    }
}

impl Net {
    /// Whether it is a test's.
    pub(crate) fn is_pretended(&self) -> bool {
        matches!(self, Self::Pretended(_))
    }

    /// The addresses of a place, all of which were judged. One that is inside spoils the others, because who mixes
    /// them hopes for a second look-up.
    pub(crate) async fn resolve(&self, place: &Place) -> Result<Vec<SocketAddr>, Refused> {
        let addresses = match (place.literal, self) {
            (Some(address), _) => vec![address],
            (None, Self::Pretended(pretended)) => (pretended.names)(&place.host),
            (None, Self::Open) => {
                // The dot at the end keeps the machine's own search domains out.
                let found = lookup_host((format!("{}.", place.host), place.port)).await;
                found.map_err(|_| Refused::Unreachable)?.map(|found| found.ip()).collect()
            }
        };
        if addresses.is_empty() || addresses.len() > ADDRESSES {
            return Err(Refused::Unreachable);
        }
        if addresses.iter().any(|address| !is_public(*address) || self.is_own(*address)) {
            return Err(Refused::Inside);
        }
        Ok(addresses.into_iter().map(|address| SocketAddr::new(address, place.port)).collect())
    }

    /// Connects to the first of these addresses that answers.
    pub(crate) async fn connect(&self, judged: &[SocketAddr]) -> Result<TcpStream, Refused> {
        for address in judged {
            let to = match self {
                Self::Open => *address,
                Self::Pretended(pretended) => pretended.at,
            };
            if let Ok(stream) = TcpStream::connect(to).await {
                return Ok(stream);
            }
        }
        Err(Refused::Unreachable)
    }

    /// Whether this is an address of this machine, where services may listen that a firewall keeps from others.
    fn is_own(&self, address: IpAddr) -> bool {
        match self {
            Self::Pretended(pretended) => pretended.own.contains(&address),
            // The machine would speak to itself from the same address. Without a route it reaches nobody at all.
            Self::Open => route_from(address).is_ok_and(|from| from == address),
        }
    }
}

/// The address from which this machine would speak to another. Nothing is sent.
fn route_from(address: IpAddr) -> io::Result<IpAddr> {
    let any: IpAddr = match address {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0))?;
    socket.connect((address, 443))?;
    Ok(socket.local_addr()?.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_knows_its_own_address() {
        let own = IpAddr::V4(Ipv4Addr::LOCALHOST);
        assert!(Net::Open.is_own(own));
        assert!(!Net::Open.is_own(IpAddr::V4(Ipv4Addr::new(8, 8, 8, 8))));
    }
}
